from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from taskchat.domain.due import read_iso
from taskchat.domain.errors import Invalid
from taskchat.domain.recurrence import RecurrenceFrom
from taskchat.domain.task import Priority, Status
from taskchat.interchange.ical import calendars
from taskchat.interchange.ical.zones import timezone_lines
from taskchat.interchange.own.entries import Export, OwnSeries, OwnTask
from taskchat.interchange.record import Problem, TaskRecord
from tests.interchange.calendar_files import read_all
from tests.interchange.exports import NOW, ZONES, exports, own_task, records_of

SUBTASK = own_task(
    2,
    title="Prüfen; „ja“, nein \\ vielleicht " + "🌱" * 40,
    description="First line\n\n second, with\ta tab",
    parent_id=own_task(1).id,
    status=Status.DONE,
    completed_at=NOW,
    priority=Priority.LOW,
    tags=("home, sweet", "a;b"),
    project="House",
    version=7,
)
REPEATING = own_task(
    3,
    due="2026-12-01T17:00:00+01:00",
    remind_before=30,
    recurrence="FREQ=WEEKLY;UNTIL=20270131",
    recurrence_from=RecurrenceFrom.COMPLETION,
)
ALL_DAY = own_task(4, due="2026-12-24", remind_before=60, recurrence="FREQ=YEARLY")
GOOD = calendars.write([own_task(1), SUBTASK, REPEATING, ALL_DAY], name="Tasks")


def program_reads(data: bytes) -> Any:
    """A calendar as another program understands it, which has types for hardly anything."""
    return cast("Any", Calendar.from_ical(data))


def todos_of(tasks: Sequence[OwnTask]) -> list[Any]:
    calendar = program_reads(calendars.write(tasks, name="Tasks"))
    assert [error for component in calendar.walk() for error in component.errors] == []
    return calendar.walk("VTODO")


def as_read(record: TaskRecord, place: str) -> TaskRecord:
    """What of a record calendars say in other words, or not: ids, places, fractions of seconds."""
    due = read_iso(record.due, record.timezone or "") if record.due else None
    return replace(
        record,
        source_id=record.source_id.removesuffix("@taskchat"),
        parent=record.parent and record.parent.removesuffix("@taskchat"),
        place=place,
        due=due.text() if due else None,
        created_at=record.created_at and record.created_at.replace(microsecond=0),
        completed_at=record.completed_at and record.completed_at.replace(microsecond=0),
    )


@given(exports())
def test_what_was_written_and_is_read_again_says_the_same(export: Export) -> None:
    tasks = sorted(export.tasks, key=lambda task: task.position)
    records, problems = read_all(calendars.write(tasks, name="Tasks"), zone="Asia/Tokyo")
    assert problems == []
    assert [as_read(record, "") for record in records] == [
        as_read(replace(record, identity=None), "") for record in records_of(export)
    ]


def test_a_calendar_program_reads_what_is_written() -> None:
    first, subtask, repeating, all_day = todos_of([own_task(1), SUBTASK, REPEATING, ALL_DAY])
    assert str(first["uid"]) == f"{own_task(1).id}@taskchat"
    assert first["dtstamp"].dt == first["last-modified"].dt == NOW
    assert str(subtask["summary"]) == SUBTASK.title
    assert str(subtask["description"]) == SUBTASK.description
    assert [str(tag) for tag in subtask["categories"].cats] == list(SUBTASK.tags)
    assert (subtask["status"], subtask["priority"], subtask["sequence"]) == ("COMPLETED", 9, 7)
    assert subtask["completed"].dt == NOW
    assert str(subtask["related-to"]) == str(first["uid"])
    assert repeating["due"].dt == datetime(2026, 12, 1, 17, tzinfo=ZoneInfo("Europe/Berlin"))
    assert repeating["rrule"]["until"] == [datetime(2027, 1, 31, 22, 59, 59, tzinfo=UTC)]
    assert [alarm["trigger"].dt for alarm in repeating.walk("VALARM")] == [timedelta(minutes=-30)]
    assert all_day["due"].dt == date(2026, 12, 24)
    assert [alarm["trigger"].dt for alarm in all_day.walk("VALARM")] == [timedelta(hours=8)]


def test_a_task_of_a_time_long_ago_has_a_year_of_four_digits() -> None:
    (todo,) = todos_of([own_task(created_at=datetime(987, 6, 5, tzinfo=UTC))])
    assert todo["created"].dt == datetime(987, 6, 5, tzinfo=UTC)


def test_lines_are_folded_at_75_octets_and_end_in_both_characters() -> None:
    lines = GOOD.split(b"\r\n")
    assert max(map(len, lines)) == 75
    assert b"\n" not in b"".join(lines)
    assert lines[-1] == b""


def test_the_same_tasks_give_the_same_bytes() -> None:
    assert calendars.write([own_task(1), REPEATING], name="A") == calendars.write(
        [own_task(1), REPEATING], name="A"
    )


def test_what_calendars_may_not_hold_is_left_out() -> None:
    (todo,) = todos_of([own_task(title="bell\x07, tab\tand\x1bescape")])
    assert str(todo["summary"]) == "bell, tab\tandescape"


@pytest.mark.parametrize(
    ("number", "rule"),
    [(1, "FREQ=DAILY;COUNT=7"), (3, "FREQ=DAILY;COUNT=5"), (6, "FREQ=DAILY;COUNT=2"), (7, None)],
)
def test_a_count_is_of_the_occurrences_that_are_left(number: int, rule: str | None) -> None:
    series = OwnSeries("ser_1", "2026-11-21", "2026-11-21", number)
    task = own_task(due="2026-11-21", recurrence="FREQ=DAILY;COUNT=7", series=series)
    (record,), problems = read_all(calendars.write([task], name="Tasks"))
    assert problems == []
    assert record.recurrence == rule


@pytest.mark.parametrize(
    ("due", "rule", "until"),
    [
        ("2026-12-01", "FREQ=DAILY;UNTIL=20261231T120000Z", date(2026, 12, 31)),
        ("2026-12-01", "FREQ=DAILY;UNTIL=20261231", date(2026, 12, 31)),
        (
            "2026-12-01T08:00:00+01:00",
            "FREQ=DAILY;UNTIL=20261231T120000",
            datetime(2026, 12, 31, 11, tzinfo=UTC),
        ),
    ],
)
def test_a_rule_ends_in_the_form_of_its_due_date(due: str, rule: str, until: date) -> None:
    (todo,) = todos_of([own_task(due=due, recurrence=rule)])
    assert todo["rrule"]["until"] == [until]


def test_the_later_of_two_moments_that_a_clock_shows_alike_stays_the_later() -> None:
    later = "2026-10-25T02:30:00+01:00"
    (todo,) = todos_of([own_task(due=later)])
    assert todo["due"].dt == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    (record,), _ = read_all(calendars.write([own_task(due=later)], name="Tasks"))
    assert as_read(record, "").due == later


@pytest.mark.parametrize("name", [*ZONES, "Africa/Casablanca", "America/Santiago", "Pacific/Apia"])
def test_a_zone_is_described_as_it_is(name: str) -> None:
    zone = ZoneInfo(name)
    lines = ["BEGIN:VCALENDAR", *timezone_lines(name, [1976, 2011, 2026, 2027]), "END:VCALENDAR"]
    (described,) = program_reads("\r\n".join(lines).encode()).walk("VTIMEZONE")
    moments, clocks = described.get_transitions()
    for year in (1976, 2011, 2026, 2027):
        for hour in range(0, 365 * 24, 11):
            utc = datetime(year, 1, 1) + timedelta(hours=hour)  # noqa: DTZ001 - the library's have no zone
            offset = [
                clock[0] for moment, clock in zip(moments, clocks, strict=True) if moment <= utc
            ][-1]
            assert offset == utc.replace(tzinfo=UTC).astimezone(zone).utcoffset(), utc


def test_zones_and_years_that_are_used_are_described_and_no_others() -> None:
    written = calendars.write(
        [ALL_DAY, REPEATING, own_task(5, due="2030-07-01T09:00:00Z", timezone="UTC")], name="Tasks"
    )
    (zone,) = program_reads(written).walk("VTIMEZONE")
    assert zone.tz_name == "Europe/Berlin"
    assert max(zone.get_transitions()[0]).year == 2031


@given(st.binary())
def test_no_bytes_do_anything_but_be_read_or_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        read_all(data)


@given(
    st.lists(
        st.sampled_from([*GOOD.split(b"\r\n"), b"BEGIN:VEVENT", b"END:VEVENT", b" x", b"\xff:"])
    )
)
def test_lines_in_any_order_are_read_or_refused(lines: list[bytes]) -> None:
    require_reads(b"BEGIN:VCALENDAR\n" + b"\n".join(lines))


@given(st.data())
def test_a_file_that_was_cut_or_garbled_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(GOOD)))
    rest = data.draw(st.sampled_from([b"", GOOD[place:], GOOD[place + 1 :], GOOD[place + 40 :]]))
    require_reads(GOOD[:place] + data.draw(st.binary(max_size=4)) + rest)


@given(st.data())
def test_values_of_any_text_are_read_or_refused(data: st.DataObject) -> None:
    lines = GOOD.split(b"\r\n")
    place = data.draw(st.integers(1, len(lines) - 1))
    value = data.draw(st.text() | st.from_regex(r"[-+]?P?T?[0-9]{1,12}[TZDHMSW]?[0-9]*"))
    lines[place] = lines[place].partition(b":")[0] + b":" + value.encode(errors="surrogatepass")
    require_reads(b"\r\n".join(lines))


def require_reads(data: bytes) -> None:
    """That it is refused as a whole, or gives tasks and problems, the same ones each time."""
    try:
        reads = list(calendars.read(data, zone="Europe/Berlin", now=NOW))
    except Invalid:
        return
    assert all(isinstance(read, TaskRecord | Problem) for read in reads)
    assert list(calendars.read(data, zone="Europe/Berlin", now=NOW)) == reads
