"""A task of ours as the lines of a VEVENT, for calendars that show no to-dos."""

from collections.abc import Iterator

from taskchat.domain.due import Due
from taskchat.domain.recurrence import RecurrenceFrom
from taskchat.interchange.ical.caldates import write_instant
from taskchat.interchange.ical.contentlines import escape
from taskchat.interchange.ical.todolines import alarm_lines, rule_of, uid_of, when_of
from taskchat.interchange.own.entries import OwnTask


def event_lines(task: OwnTask, due: Due) -> Iterator[str]:
    """Unfolded and without line ends: a day, or a moment that takes no time."""
    yield from ("BEGIN:VEVENT", f"UID:{uid_of(task.id)}")
    yield f"DTSTAMP:{write_instant(task.updated_at)}"
    yield f"SEQUENCE:{task.version}"
    yield f"SUMMARY:{escape(task.title)}"
    if task.description:
        yield f"DESCRIPTION:{escape(task.description)}"
    if task.tags:
        yield f"CATEGORIES:{','.join(map(escape, task.tags))}"
    yield f"DTSTART{when_of(due)}"
    # When a task that counts from its completion comes next, nobody knows yet.
    repeats = task.recurrence_from is RecurrenceFrom.SCHEDULE
    if repeats and (rule := rule_of(task, due)):
        yield f"RRULE:{rule}"
    yield "TRANSP:TRANSPARENT"  # whoever has something to do is not away
    yield from alarm_lines(task, due, "RELATED=START")
    yield "END:VEVENT"
