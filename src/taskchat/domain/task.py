"""What a task is, and what may happen to it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from taskchat.domain.due import Due

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
    """`number` is short and stable within one person's tasks; `id` is unique everywhere."""

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
        timezone=task.timezone,
    )


def differences(before: Task | None, after: Task | None) -> dict[str, tuple[object, object]]:
    """Field by field, what a person would see change; values fit for JSON."""
    old, new = _shown(before), _shown(after)
    return {name: (old[name], new[name]) for name in old if old[name] != new[name]}


def _shown(task: Task | None) -> Mapping[str, object]:
    if task is None:
        return dict.fromkeys(("title", "description", "status", "priority", "tags", "due"))
    return {
        "title": task.title,
        "description": task.description,
        "status": task.status.value,
        "priority": task.priority.value,
        "tags": list(task.tags),
        "due": task.due.text() if task.due else None,
    }
