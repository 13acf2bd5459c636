"""What a task is, and what may happen to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import NewType

from taskchat.domain.due import Due
from taskchat.domain.errors import Invalid
from taskchat.domain.recurrence import RecurrenceFrom
from taskchat.domain.series import Series

MORNING = time(9)  # what a reminder counts from when a task is due on a day

UserId = NewType("UserId", str)
TaskId = NewType("TaskId", str)


class Status(StrEnum):
    TODO = "todo"
    IN_PROGRESS = "in_progress"
    DONE = "done"


OPEN = (Status.TODO, Status.IN_PROGRESS)


class Priority(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class ProjectRef:
    """A project as its tasks know it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Task:
    """`number` is short and stable within one person's tasks; `id` is unique everywhere.

    `remind_before` is in minutes, `recurrence` a rule as `taskchat.domain.recurrence` writes it; both need a `due`.
    `series` says which occurrence of the rule this is; a done task of an older series has the rule alone.
    `kept` holds, by field, what the next occurrence takes instead of what an edit of this one only has set.
    A task in the trash has `deleted_at`. `is_untrusted` when its text came from outside and nobody has edited it.
    """

    id: TaskId
    number: int
    title: str
    created_at: datetime
    updated_at: datetime
    timezone: str
    position: str
    description: str = ""
    status: Status = Status.TODO
    priority: Priority = Priority.MEDIUM
    tags: tuple[str, ...] = ()
    project: ProjectRef | None = None
    parent_id: TaskId | None = None
    due: Due | None = None
    remind_before: int | None = None
    recurrence: str | None = None
    recurrence_from: RecurrenceFrom = RecurrenceFrom.SCHEDULE
    series: Series | None = None
    kept: Mapping[str, object] = field(default_factory=dict[str, object])
    completed_at: datetime | None = None
    deleted_at: datetime | None = None
    is_untrusted: bool = False
    version: int = 1

    @property
    def is_open(self) -> bool:
        return self.status is not Status.DONE and self.deleted_at is None


def touch(before: Task, after: Task, now: datetime) -> Task:
    """`after` as the next version of `before`; the very same task when nothing changes."""
    done = after.status is Status.DONE
    changed = replace(after, completed_at=(after.completed_at or now) if done else None)
    if changed == before:
        return before
    return replace(changed, updated_at=now, version=before.version + 1)


def require_due(due: Due | None, *, remind_before: int | None, recurrence: str | None) -> None:
    """Raises Invalid when a task without a due date should remind or repeat."""
    if due is not None:
        return
    if remind_before is not None:
        raise Invalid("A reminder needs a due date.", code="reminder_needs_due")
    if recurrence is not None:
        raise Invalid("A task that repeats needs a due date.", code="recurrence_needs_due")


def reminds_at(task: Task) -> datetime | None:
    """UTC; None for a task that is done, in the trash, or wants no reminder."""
    if task.due is None or task.remind_before is None or not task.is_open:
        return None
    return reminder_moment(task.due, task.remind_before)


def reminder_moment(due: Due, minutes: int) -> datetime:
    """UTC: so many minutes before it is due, on a day before the morning of it."""
    moment = due if due.at is not None else replace(due, at=MORNING)
    return moment.instant() - timedelta(minutes=minutes)


def is_past(task: Task, now: datetime) -> bool:
    """Whether it was due before `now`, so that there is nothing left to remind of."""
    return task.due is not None and reminder_moment(task.due, 0) < now
