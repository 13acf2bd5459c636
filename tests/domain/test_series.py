import pytest

from taskchat.domain.errors import Invalid
from taskchat.domain.recurrence import RecurrenceFrom, read
from taskchat.domain.series import Series, begin, following, from_wall, wall_text
from tests.domain.repeating import BERLIN, done, due_on, moment


def done_once(rule: str, first: str, now: str) -> str:
    return done(rule, due_on(first), [moment(now)])[0]


def test_a_series_begins_with_its_first_occurrence() -> None:
    series = begin("ser_1", "FREQ=DAILY", due_on("2026-11-21T17:00"))
    assert series == Series("ser_1", "2026-11-21T17:00:00", "2026-11-21T17:00:00", 1)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;COUNT=1",
        "FREQ=DAILY;UNTIL=20261121",
        "FREQ=DAILY;UNTIL=20261120",
        "FREQ=DAILY;UNTIL=20261122T155959Z",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29",
    ],
)
def test_a_rule_that_gives_no_second_date_begins_no_series(rule: str) -> None:
    with pytest.raises(Invalid) as refused:
        begin("ser_1", read(rule), due_on("2026-11-21T17:00"))
    assert refused.value.code == "recurrence_never"


def test_no_series_begins_where_the_calendar_ends() -> None:
    with pytest.raises(Invalid) as refused:
        begin("ser_1", "FREQ=DAILY", due_on("9998-12-30"))
    assert refused.value.code == "recurrence_never"


def test_doing_it_on_time_gives_the_next_slot_and_number() -> None:
    due = due_on("2026-11-21T17:00")
    series = begin("ser_1", "FREQ=DAILY;INTERVAL=2", due)

    came = following(
        "FREQ=DAILY;INTERVAL=2",
        RecurrenceFrom.SCHEDULE,
        series,
        due=due,
        now=moment("2026-11-21T16:46"),
    )

    assert came == (
        due_on("2026-11-23T17:00"),
        Series("ser_1", "2026-11-21T17:00:00", "2026-11-23T17:00:00", 2),
    )


@pytest.mark.parametrize(
    ("first", "now", "expected"),
    [
        ("2026-11-21", "2026-11-10T08:00", "2026-11-22"),  # early
        ("2026-11-21", "2026-11-22T23:59", "2026-11-22"),  # a day may still be today
        ("2026-11-21", "2026-11-23T00:00", "2026-11-23"),
        ("2026-11-01", "2026-11-21T09:00", "2026-11-21"),
        ("2026-11-20T17:00", "2026-11-21T16:59", "2026-11-21T17:00:00+01:00"),
        ("2026-11-20T17:00", "2026-11-21T17:00", "2026-11-21T17:00:00+01:00"),
        ("2026-11-20T17:00", "2026-11-21T17:01", "2026-11-22T17:00:00+01:00"),
    ],
)
def test_an_overdue_task_passes_over_the_dates_that_are_gone(
    first: str, now: str, expected: str
) -> None:
    assert done_once("FREQ=DAILY", first, now) == expected
    assert done_once("FREQ=DAILY;COUNT=30", first, now) == expected


def test_dates_passed_over_count() -> None:
    due = due_on("2026-11-02")
    rule = "FREQ=WEEKLY;COUNT=4"  # 2, 9, 16 and 23 November
    series = begin("ser_1", rule, due)

    late = following(rule, RecurrenceFrom.SCHEDULE, series, due=due, now=moment("2026-11-21T12:00"))
    assert late == (due_on("2026-11-23"), Series("ser_1", "2026-11-02", "2026-11-23", 4))
    assert done(rule, due, [moment("2026-11-21T12:00"), moment("2026-11-23T12:00")])[1] == "over"
    assert done(rule, due, [moment("2026-11-24T00:00")]) == ["over"]


def test_a_rule_without_an_end_goes_on_after_fifty_years() -> None:
    assert done_once("FREQ=WEEKLY;INTERVAL=2", "1976-11-20", "2026-11-21T12:00") == "2026-11-28"


def test_the_first_date_counts_though_the_rule_does_not_name_it() -> None:
    saturday = due_on("2026-11-21")
    times = [moment(f"2026-11-{day}T12:00") for day in (21, 23, 30)]
    assert done("FREQ=WEEKLY;BYDAY=MO;COUNT=3", saturday, times) == [
        "2026-11-23",
        "2026-11-30",
        "over",
    ]


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20261123", "2026-11-23"),
        ("20261123T170000", "2026-11-23"),
        ("20261123T165959", "2026-11-22"),
        ("20261123T160000Z", "2026-11-23"),
        ("20261123T155959Z", "2026-11-22"),
    ],
)
def test_the_last_date_is_read_by_the_clock_of_the_task(until: str, last: str) -> None:
    times = [moment(f"2026-11-{day}T16:00") for day in (21, 22, 23, 24)]
    found = done(f"FREQ=DAILY;UNTIL={until}", due_on("2026-11-21T17:00"), times)

    assert found[-2:] == [f"{last}T17:00:00+01:00", "over"]


def test_the_last_day_of_whole_days_may_be_written_as_a_moment() -> None:
    """As calendars do that mean the end of 23 November in Berlin."""
    times = [moment(f"2026-11-{day}T16:00") for day in (21, 22, 23)]
    assert done("FREQ=DAILY;UNTIL=20261123T225959Z", due_on("2026-11-21"), times) == [
        "2026-11-22",
        "2026-11-23",
        "over",
    ]


def test_rescheduling_one_occurrence_keeps_the_rule() -> None:
    rule = "FREQ=WEEKLY"
    series = begin("ser_1", rule, due_on("2026-11-23T17:00"))

    came = following(
        rule,
        RecurrenceFrom.SCHEDULE,
        series,
        due=due_on("2026-11-25"),
        now=moment("2026-11-25T18:00"),
    )

    assert came is not None
    assert came[0].text() == "2026-11-30T17:00:00+01:00"
    assert came[1].slot == "2026-11-30T17:00:00"


def test_one_moved_beyond_the_next_slot_is_followed_by_that_slot_when_it_is_done_early() -> None:
    series = begin("ser_1", "FREQ=WEEKLY", due_on("2026-11-23"))

    came = following(
        "FREQ=WEEKLY",
        RecurrenceFrom.SCHEDULE,
        series,
        due=due_on("2026-12-02"),
        now=moment("2026-11-24T12:00"),
    )

    assert came is not None
    assert came[0] == due_on("2026-11-30")


@pytest.mark.parametrize("text", ["2026-11-21", "2026-11-21T17:00:00", "2027-03-28T02:30:00"])
def test_wall_text_is_read_as_it_was_written(text: str) -> None:
    assert wall_text(from_wall(text, BERLIN)) == text


def test_what_is_no_wall_text_is_an_error() -> None:
    with pytest.raises(ValueError, match="tomorrow"):
        from_wall("tomorrow", BERLIN)
