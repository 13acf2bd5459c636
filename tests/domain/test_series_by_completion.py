import pytest

from taskchat.domain.recurrence import RecurrenceFrom
from tests.domain.repeating import done, due_on, moment


def done_once(rule: str, first: str, now: str) -> str:
    return done(rule, due_on(first), [moment(now)], RecurrenceFrom.COMPLETION)[0]


@pytest.mark.parametrize(
    ("rule", "first", "now", "expected"),
    [
        ("FREQ=DAILY;INTERVAL=3", "2026-11-10", "2026-11-21T12:00", "2026-11-24"),
        ("FREQ=DAILY;INTERVAL=3", "2026-11-24", "2026-11-21T12:00", "2026-11-24"),
        (
            "FREQ=DAILY;INTERVAL=3",
            "2026-11-10T17:00",
            "2026-11-21T23:59",
            "2026-11-24T17:00:00+01:00",
        ),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "2026-11-20", "2026-11-21T12:00", "2026-11-23"),
        ("FREQ=WEEKLY", "2026-11-16", "2026-11-21T12:00", "2026-11-28"),
        ("FREQ=WEEKLY;BYDAY=MO,SA", "2026-11-16", "2026-11-21T12:00", "2026-11-23"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-11-16", "2026-11-21T12:00", "2026-11-30"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-11-16", "2026-11-23T12:00", "2026-12-07"),
        ("FREQ=MONTHLY", "2027-01-10", "2027-01-31T12:00", "2027-02-28"),
        ("FREQ=MONTHLY", "2027-01-31", "2027-02-10T12:00", "2027-03-10"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2027-01-31", "2027-02-10T12:00", "2027-03-31"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-10-30", "2026-11-21T12:00", "2026-11-27"),
        ("FREQ=YEARLY", "2027-11-21", "2028-02-29T12:00", "2029-02-28"),
        ("FREQ=YEARLY;BYMONTH=6", "2026-06-01", "2026-07-31T12:00", "2027-06-30"),
    ],
)
def test_by_completion_it_counts_from_the_day_on_which_it_was_done(
    rule: str, first: str, now: str, expected: str
) -> None:
    assert done_once(rule, first, now) == expected


def test_by_completion_the_date_that_was_just_done_is_not_given_again() -> None:
    monday = "2026-11-23"
    sunday = "2026-11-22T18:00"
    assert done_once("FREQ=WEEKLY;BYDAY=MO", monday, sunday) == "2026-11-30"
    assert done_once("FREQ=MONTHLY;BYMONTHDAY=23", monday, sunday) == "2026-12-23"


def test_by_completion_an_interval_that_misses_every_date_gives_the_nearest_one() -> None:
    rule = "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29"
    assert done_once(rule, "2024-02-29", "2025-03-01T12:00") == "2028-02-29"


def test_by_completion_the_day_is_that_of_the_zone() -> None:
    night = "2026-11-22T00:30"  # still the 21st in UTC
    assert done_once("FREQ=DAILY", "2026-11-20", night) == "2026-11-23"


def test_by_completion_only_what_was_done_counts() -> None:
    times = [moment("2026-11-21T12:00"), moment("2026-12-21T12:00"), moment("2027-01-05T12:00")]
    found = done("FREQ=DAILY;COUNT=3", due_on("2026-11-01"), times, RecurrenceFrom.COMPLETION)
    assert found == ["2026-11-22", "2026-12-22", "over"]


def test_by_completion_no_date_lies_after_the_last() -> None:
    times = [moment("2026-11-21T12:00"), moment("2026-11-28T12:00")]
    rule = "FREQ=WEEKLY;UNTIL=20261201"
    assert done(rule, due_on("2026-11-20"), times, RecurrenceFrom.COMPLETION) == [
        "2026-11-28",
        "over",
    ]


def test_by_completion_it_ends_where_the_calendar_does() -> None:
    assert done_once("FREQ=YEARLY", "9997-06-01", "9998-06-01T12:00") == "over"
