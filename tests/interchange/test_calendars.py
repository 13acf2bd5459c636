from datetime import UTC, datetime

import pytest

from taskchat.domain.errors import Invalid
from taskchat.domain.task import Priority, Status
from tests.interchange.calendar_files import calendar, read_all, read_one, todo


def test_a_task_says_what_its_todo_says() -> None:
    record = read_one(
        "DESCRIPTION:Ask about the card\\; then\\, maybe\\nabout the loan \\\\ fees",
        "CREATED:20261101T080000Z",
        "PRIORITY:2",
        "CATEGORIES:money,calls",
        "CATEGORIES:this\\, that",
    )
    assert (record.source_id, record.place, record.title) == (
        "one@example.org",
        "line 4",
        "Call the bank",
    )
    assert record.description == "Ask about the card; then, maybe\nabout the loan \\ fees"
    assert record.created_at == datetime(2026, 11, 1, 8, tzinfo=UTC)
    assert record.priority is Priority.HIGH
    assert record.tags == ("money", "calls", "this, that")


def test_a_line_goes_on_where_it_was_folded_even_within_a_character() -> None:
    folded = (
        todo(title="Zum Bäcker")
        .replace(b"B\xc3\xa4", b"B\xc3\r\n \xa4")
        .replace(b"cker", b"c\n\tker")
    )
    assert read_all(folded)[0][0].title == "Zum Bäcker"


@pytest.mark.parametrize(
    ("lines", "due", "timezone"),
    [
        (["DUE;VALUE=DATE:20261201"], "2026-12-01", None),
        (["DUE:20261201"], "2026-12-01", None),
        (["DUE:20261201T170000Z"], "2026-12-01T17:00:00+00:00", None),
        (["DUE:20261201T170000"], "2026-12-01T17:00:00", None),
        (["DUE;TZID=America/New_York:20261201T170000"], "2026-12-01T17:00:00", "America/New_York"),
        (['DUE;TZID="Eastern Standard Time":20261201T170000'], "2026-12-01T17:00:00", "America/New_York"),
        (["DUE;TZID=/mozilla.org/20050126_1/Asia/Tokyo:20261201T170000"], "2026-12-01T17:00:00", "Asia/Tokyo"),
        (["DTSTART:20261201T170000Z", "DURATION:PT1H30M"], "2026-12-01T18:30:00+00:00", None),
        (["DTSTART;VALUE=DATE:20261201", "DURATION:P1W"], "2026-12-08", None),
        (["DTSTART;VALUE=DATE:20261201", "DUE;VALUE=DATE:20261203"], "2026-12-03", None),
        (["DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=DAILY"], "2026-12-01", None),
    ],
)  # fmt: skip
def test_a_due_date_is_a_day_or_a_moment_by_the_clock_it_names(
    lines: list[str], due: str, timezone: str | None
) -> None:
    record = read_one(*lines)
    assert (record.due, record.timezone) == (due, timezone)


def test_a_zone_that_the_file_describes_under_a_name_of_its_own_is_understood() -> None:
    lines = [
        "BEGIN:VTIMEZONE", "TZID:Home", "X-LIC-LOCATION:Europe/Paris", "BEGIN:STANDARD",
        "DTSTART:19701025T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "END:STANDARD",
        "END:VTIMEZONE", "BEGIN:VTODO", "UID:1", "SUMMARY:Lunch", "DUE;TZID=Home:20261201T120000",
        "END:VTODO",
    ]  # fmt: skip
    assert read_all(calendar(*lines))[0][0].timezone == "Europe/Paris"


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ([], Status.TODO),
        (["STATUS:NEEDS-ACTION"], Status.TODO),
        (["STATUS:IN-PROCESS"], Status.IN_PROGRESS),
        (["PERCENT-COMPLETE:40"], Status.IN_PROGRESS),
        (["PERCENT-COMPLETE:100"], Status.DONE),
        (["STATUS:COMPLETED"], Status.DONE),
        (["COMPLETED:20261120T100000Z"], Status.DONE),
        (["STATUS:NEEDS-ACTION", "PERCENT-COMPLETE:0"], Status.TODO),
    ],
)
def test_a_status_is_said_in_several_ways(lines: list[str], status: Status) -> None:
    assert read_one(*lines).status is status


def test_a_task_that_is_done_knows_since_when() -> None:
    done = read_one("STATUS:COMPLETED", "COMPLETED:20261120T100000Z")
    assert done.completed_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert read_one("STATUS:NEEDS-ACTION", "COMPLETED:20261120T100000Z").completed_at is None


@pytest.mark.parametrize(
    ("number", "priority"),
    [(0, "medium"), (1, "high"), (4, "high"), (5, "medium"), (6, "low"), (9, "low")],
)
def test_one_is_the_highest_priority_and_nine_the_lowest(number: int, priority: str) -> None:
    assert read_one(f"PRIORITY:{number}").priority == priority


@pytest.mark.parametrize(
    ("trigger", "minutes"),
    [
        ("TRIGGER:-PT30M", 30),
        ("TRIGGER;RELATED=END:-P1DT2H", 26 * 60),
        ("TRIGGER:PT0S", 0),
        ("TRIGGER;VALUE=DATE-TIME:20261201T150000Z", 60),
    ],
)
def test_an_alarm_reminds_so_long_before_a_moment(trigger: str, minutes: int) -> None:
    alarm = ["BEGIN:VALARM", "ACTION:DISPLAY", trigger, "END:VALARM"]
    record = read_one("DUE;TZID=Europe/Berlin:20261201T170000", *alarm)
    assert record.remind_before == minutes


def test_an_alarm_of_a_day_counts_from_its_morning() -> None:
    alarm = ["BEGIN:VALARM", "TRIGGER:-PT15H", "END:VALARM"]
    assert read_one("DUE;VALUE=DATE:20261201", *alarm).remind_before == 24 * 60


def test_an_alarm_before_the_start_is_counted_to_the_end() -> None:
    alarm = ["BEGIN:VALARM", "TRIGGER:-PT10M", "END:VALARM"]
    dates = ["DTSTART:20261201T090000Z", "DUE;TZID=Europe/Berlin:20261201T110000"]
    assert read_one(*dates, *alarm).remind_before == 70


def test_an_alarm_that_does_nothing_is_none() -> None:
    alarm = [
        "BEGIN:VALARM",
        "ACTION:NONE",
        "TRIGGER;VALUE=DATE-TIME:19760401T005545Z",
        "END:VALARM",
    ]
    assert read_one("DUE:20261201T170000Z", *alarm).remind_before is None


def test_a_rule_is_kept_and_its_last_second_is_its_last_day() -> None:
    due = "DUE;TZID=America/New_York:20261201T170000"
    record = read_one(due, "RRULE:FREQ=WEEKLY;UNTIL=20261231T045959Z;BYDAY=TU")
    assert record.recurrence == "FREQ=WEEKLY;UNTIL=20261230;BYDAY=TU"


def test_subtasks_follow_their_parents_and_other_relations_are_no_matter() -> None:
    data = calendar(
        "BEGIN:VTODO", "UID:b", "SUMMARY:Below", "RELATED-TO:a", "END:VTODO",
        "BEGIN:VTODO", "UID:c", "SUMMARY:Beside", "RELATED-TO;RELTYPE=SIBLING:a", "END:VTODO",
        "BEGIN:VTODO", "UID:a", "SUMMARY:Above", "END:VTODO",
    )  # fmt: skip
    records, problems = read_all(data)
    assert problems == []
    parents = {record.source_id: record.parent for record in records}
    assert parents == {"a": None, "b": "a", "c": None}
    assert list(parents).index("a") < list(parents).index("b")


def test_single_occurrences_and_todos_without_an_id_are_told_apart() -> None:
    data = calendar(
        "BEGIN:VTODO", "UID:a", "SUMMARY:All", "END:VTODO",
        "BEGIN:VTODO", "UID:a", "RECURRENCE-ID:20261201T170000Z", "SUMMARY:One", "END:VTODO",
        "BEGIN:VTODO", "SUMMARY:No id", "END:VTODO",
        "BEGIN:VTODO", "SUMMARY:No id either", "END:VTODO",
        "BEGIN:VTODO", f"UID:{'long' * 100}", "SUMMARY:Long id", "END:VTODO",
    )  # fmt: skip
    records, problems = read_all(data)
    assert problems == []
    assert len({record.source_id for record in records}) == 5
    assert read_all(data)[0] == records


def test_the_name_of_a_calendar_is_the_project_of_its_tasks_only() -> None:
    named = todo().replace(b"BEGIN:VTODO", b"X-WR-CALNAME:Home\\, sweet\r\nBEGIN:VTODO")
    assert [record.project for record in read_all(named + todo(uid="two"))[0]] == [
        "Home, sweet",
        None,
    ]


def test_events_are_counted_and_left_out() -> None:
    event = ("BEGIN:VEVENT", "UID:e", "SUMMARY:Party", "END:VEVENT")
    records, (problem,) = read_all(calendar(*event, *event))
    assert records == []
    assert (problem.place, problem.is_fatal) == ("line 4", False)
    assert "2 entries of the kind VEVENT" in problem.reason


@pytest.mark.parametrize(
    ("lines", "places"),
    [
        (["STATUS:CANCELLED"], ["line 7"]),
        (["STATUS:MAYBE"], ["line 7"]),
        (["PRIORITY:urgent"], ["line 7"]),
        (["PRIORITY:10"], ["line 7"]),
        (["PERCENT-COMPLETE:-1"], ["line 7"]),
        (["DUE:20261301"], ["line 7"]),
        (["DUE:tomorrow"], ["line 7"]),
        (["DUE;TZID=Atlantis:20261201T170000"], ["line 7"]),
        (["DUE:17000101"], ["line 4"]),
        (["DUE:20261201", "RRULE:FREQ=SECONDLY"], ["line 4"]),
        (["DUE:20261201", "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"], ["line 9"]),
        (["DUE:20261201", "RRULE:FREQ=DAILY", "EXDATE:20261202"], ["line 9"]),
        (["RRULE:FREQ=DAILY"], ["line 4"]),
        (["DTSTART:20261201"], ["line 7"]),
        (["DTSTART:20261201", "DURATION:P1Y"], ["line 8", "line 7"]),
        (["CREATED:00010101T000000Z", "COMPLETED:20261120T100000Z"], []),
        (["BEGIN:VALARM", "TRIGGER:-PT5M", "END:VALARM"], ["line 8"]),
        (["DUE:20261201", "BEGIN:VALARM", "TRIGGER:soon", "END:VALARM"], ["line 9"]),
        (["DUE:20261201T100000Z", "BEGIN:VALARM", "TRIGGER:PT5M", "END:VALARM"], ["line 4"]),
        (["RELATED-TO:nobody"], ["line 4"]),
        (["this is no line"], ["line 7"]),
        (["DESCRIPTION:caf\udce9"], ["line 7"]),
        (["END:VALARM"], ["line 7"]),
    ],
)
def test_what_is_not_understood_is_named_with_its_line_and_the_task_is_kept(
    lines: list[str], places: list[str]
) -> None:
    data = calendar(
        "BEGIN:VTODO",
        "UID:one",
        "SUMMARY:Call the bank",
        *(line.replace("\udce9", "é") for line in lines),
        "END:VTODO",
    )
    if any("\udce9" in line for line in lines):
        data = data.replace("é".encode(), b"\xe9")
    records, problems = read_all(data)
    assert [record.title for record in records] == ["Call the bank"]
    assert [(problem.place, problem.is_fatal) for problem in problems] == [
        (place, False) for place in places
    ]


def test_a_todo_without_a_title_and_one_without_an_end_are_left_out() -> None:
    records, problems = read_all(
        calendar(
            "BEGIN:VTODO",
            "UID:a",
            "END:VTODO",
            "BEGIN:VTODO",
            "UID:b",
            "SUMMARY:Cut",
            "BEGIN:VTODO",
        )
    )
    assert records == []
    fatal = [problem.place for problem in problems if problem.is_fatal]
    assert fatal == ["line 4", "line 7", "line 10"]


def test_the_same_task_twice_is_taken_once() -> None:
    records, problems = read_all(todo() + todo())
    assert len(records) == 1
    assert [problem.is_fatal for problem in problems] == [True]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "calendar_invalid"),
        (b"Title,Due\nMilk,today\n", "calendar_invalid"),
        (b"BEGIN:VCARD\nFN:Bob\nEND:VCARD\n", "calendar_invalid"),
        (b"\xff\xfeB\x00E\x00G\x00", "calendar_invalid"),
        (calendar(*["BEGIN:X"] * 50), "calendar_invalid"),
        (calendar(*["no line"] * 1001), "calendar_invalid"),
        (b"BEGIN:VCALENDAR\n" + b"X" * 60_000_000, "file_too_large"),
        (calendar(*["BEGIN:VTODO\r\nEND:VTODO"] * 100_001), "file_too_large"),
    ],
    ids=["nothing", "a table", "a contact", "UTF-16", "nesting", "bad lines", "size", "count"],
)
def test_a_file_that_is_no_calendar_or_too_much_of_one_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_all(data)
    assert refusal.value.code == code
