"""A task of ours as the lines of a VTODO."""

import re
from collections.abc import Iterator

from taskchat.domain.due import Due
from taskchat.domain.recurrence import RecurrenceFrom, parse
from taskchat.domain.task import MORNING, Priority, Status
from taskchat.interchange.ical.caldates import write_instant, write_minutes, write_until
from taskchat.interchange.ical.contentlines import escape
from taskchat.interchange.own.entries import OwnTask

STATUSES = {
    Status.TODO: "NEEDS-ACTION",
    Status.IN_PROGRESS: "IN-PROCESS",
    Status.DONE: "COMPLETED",
}
PRIORITIES = {Priority.HIGH: 1, Priority.MEDIUM: 5, Priority.LOW: 9}
COUNT = re.compile(r"COUNT=\d+")
MORNING_MINUTES = 60 * MORNING.hour + MORNING.minute


def todo_lines(task: OwnTask, due: Due | None) -> Iterator[str]:
    """Unfolded and without line ends. `due` is what the task's text of it means."""
    yield from ("BEGIN:VTODO", f"UID:{uid_of(task.id)}")
    # Outside of invitations this is when the to-do was last changed, so an unchanged task stays the same bytes.
    yield f"DTSTAMP:{write_instant(task.updated_at)}"
    yield f"CREATED:{write_instant(task.created_at)}"
    yield f"LAST-MODIFIED:{write_instant(task.updated_at)}"
    yield f"SEQUENCE:{task.version}"
    yield f"SUMMARY:{escape(task.title)}"
    if task.description:
        yield f"DESCRIPTION:{escape(task.description)}"
    yield f"STATUS:{STATUSES[task.status]}"
    if task.completed_at:
        yield from ("PERCENT-COMPLETE:100", f"COMPLETED:{write_instant(task.completed_at)}")
    yield f"PRIORITY:{PRIORITIES[task.priority]}"
    if task.tags:
        yield f"CATEGORIES:{','.join(map(escape, task.tags))}"
    if task.parent_id:
        yield f"RELATED-TO:{uid_of(task.parent_id)}"
    if task.project:
        yield f"X-TASKCHAT-PROJECT:{escape(task.project)}"
    yield f"X-TASKCHAT-TIMEZONE:{task.timezone}"
    if due:
        yield from _timing(task, due)
    yield "END:VTODO"


def uid_of(task_id: str) -> str:
    return f"{escape(task_id)}@taskchat"


def _timing(task: OwnTask, due: Due) -> Iterator[str]:
    when = when_of(due)
    yield f"DUE{when}"
    if rule := rule_of(task, due):
        yield f"DTSTART{when}"  # what a rule is counted from
        yield f"RRULE:{rule}"
        if task.recurrence_from is RecurrenceFrom.COMPLETION:
            yield "X-TASKCHAT-RECURRENCE-FROM:COMPLETION"
    yield from alarm_lines(task, due, "RELATED=END")


def alarm_lines(task: OwnTask, due: Due, related: str) -> Iterator[str]:
    """`related` says to what the time counts."""
    if task.remind_before is not None:
        from_due = -task.remind_before + (MORNING_MINUTES if due.at is None else 0)
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{escape(task.title)}")
        yield from (f"TRIGGER;{related}:{write_minutes(from_due)}", "END:VALARM")


def when_of(due: Due) -> str:
    """Calendars cannot say which of two moments that a clock shows alike is meant, so that is UTC."""
    if due.at is None:
        return f";VALUE=DATE:{due.day:%Y%m%d}"
    if due.zone == "UTC" or due.fold:
        return f":{write_instant(due.instant())}"
    return f";TZID={due.zone}:{due.day:%Y%m%d}T{due.at:%H%M%S}"


def rule_of(task: OwnTask, due: Due) -> str | None:
    """From this occurrence on: a COUNT is of those that are left; None when this is the last one."""
    if task.recurrence is None:
        return None
    count = parse(task.recurrence).count
    if count is None or task.series is None:
        return write_until(task.recurrence, due)
    left = count - task.series.number + 1
    return COUNT.sub(f"COUNT={left}", task.recurrence) if left > 1 else None
