"""What a task is, and what may happen to it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import NewType

from taskchat.domain.due import Due
from taskchat.domain.errors import Invalid

SHOWN = (
    "title",
    "description",
    "status",
    "priority",
    "tags",
    "due",
    "remind_before",
    "recurrence",
)
MORNING = time(9)  # what a reminder counts from when a task is due on a day

UserId = NewType("UserId", str)
TaskId = NewType("TaskId", str)


class Status(StrEnum):
    TODO = "todo"
    IN_PROGRESS = "in_progress"
    DONE = "done"


class Priority(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Task:
    """`number` is short and stable within one person's tasks; `id` is unique everywhere.

    `remind_before` is in minutes, `recurrence` a rule as `taskchat.tasks.recurrence` writes it; both need a `due`.
    """

    id: TaskId
    number: int
    title: str
    created_at: datetime
    updated_at: datetime
    timezone: str
    description: str = ""
    status: Status = Status.TODO
    priority: Priority = Priority.MEDIUM
    tags: tuple[str, ...] = ()
    due: Due | None = None
    remind_before: int | None = None
    recurrence: str | None = None
    completed_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Revision:
    """The fields of a task that a person may set, as they will be."""

    title: str
    description: str
    status: Status
    priority: Priority
    tags: tuple[str, ...]
    due: Due | None
    remind_before: int | None
    recurrence: str | None
    timezone: str


def revise(task: Task, revision: Revision, now: datetime) -> Task:
    """The task with the revision applied; the very same task when nothing changes."""
    done = revision.status is Status.DONE
    changed = replace(
        task,
        title=revision.title,
        description=revision.description,
        status=revision.status,
        priority=revision.priority,
        tags=revision.tags,
        due=revision.due,
        remind_before=revision.remind_before,
        recurrence=revision.recurrence,
        timezone=revision.timezone,
        completed_at=(task.completed_at or now) if done else None,
    )
    return task if changed == task else replace(changed, updated_at=now, version=task.version + 1)


def set_status(task: Task, status: Status, now: datetime) -> Task:
    """The task as it is after moving to `status`."""
    return revise(task, replace(revision_of(task), status=status), now)


def revision_of(task: Task) -> Revision:
    """What the task's fields are now."""
    return Revision(
        title=task.title,
        description=task.description,
        status=task.status,
        priority=task.priority,
        tags=task.tags,
        due=task.due,
        remind_before=task.remind_before,
        recurrence=task.recurrence,
        timezone=task.timezone,
    )


def require_due(due: Due | None, *, remind_before: int | None, recurrence: str | None) -> None:
    """Raises Invalid when a task without a due date should remind or repeat."""
    if due is not None:
        return
    if remind_before is not None:
        raise Invalid("A reminder needs a due date.", code="reminder_needs_due")
    if recurrence is not None:
        raise Invalid("A task that repeats needs a due date.", code="recurrence_needs_due")


def reminds_at(task: Task) -> datetime | None:
    """UTC; None for a task that is done or wants no reminder."""
    if task.due is None or task.remind_before is None or task.status is Status.DONE:
        return None
    return reminder_moment(task.due, task.remind_before)


def reminder_moment(due: Due, minutes: int) -> datetime:
    """UTC: so many minutes before it is due, on a day before the morning of it."""
    moment = due if due.at is not None else replace(due, at=MORNING)
    return moment.instant() - timedelta(minutes=minutes)


def is_past(task: Task, now: datetime) -> bool:
    """Whether it was due before `now`, so that there is nothing left to remind of."""
    return task.due is not None and reminder_moment(task.due, 0) < now


def differences(before: Task | None, after: Task | None) -> dict[str, tuple[object, object]]:
    """Field by field, what a person would see change; values fit for JSON."""
    old, new = _shown(before), _shown(after)
    return {name: (old[name], new[name]) for name in old if old[name] != new[name]}


def _shown(task: Task | None) -> Mapping[str, object]:
    if task is None:
        return dict.fromkeys(SHOWN)
    return {
        "title": task.title,
        "description": task.description,
        "status": task.status.value,
        "priority": task.priority.value,
        "tags": list(task.tags),
        "due": task.due.text() if task.due else None,
        "remind_before": task.remind_before,
        "recurrence": task.recurrence,
    }
