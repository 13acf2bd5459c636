"""iCalendar files as other programs write them."""

from datetime import UTC, datetime

from taskchat.interchange.ical import calendars
from taskchat.interchange.record import Problem, TaskRecord

NOW = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)


def calendar(*lines: str) -> bytes:
    return "".join(
        f"{line}\r\n"
        for line in (
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Test//EN",
            *lines,
            "END:VCALENDAR",
        )
    ).encode()


def todo(*lines: str, uid: str = "one@example.org", title: str = "Call the bank") -> bytes:
    return calendar("BEGIN:VTODO", f"UID:{uid}", f"SUMMARY:{title}", *lines, "END:VTODO")


def read_all(data: bytes, zone: str = "Europe/Berlin") -> tuple[list[TaskRecord], list[Problem]]:
    reads = list(calendars.read(data, zone=zone, now=NOW))
    return (
        [read for read in reads if isinstance(read, TaskRecord)],
        [read for read in reads if isinstance(read, Problem)],
    )


def read_one(*lines: str, zone: str = "Europe/Berlin") -> TaskRecord:
    """The task of a file in which there is no problem."""
    (record,), problems = read_all(todo(*lines), zone)
    assert problems == []
    return record
