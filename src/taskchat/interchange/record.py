"""What a file of another program says, in our words, before anything of it is stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from taskchat.domain.recurrence import RecurrenceFrom
from taskchat.domain.series import Series
from taskchat.domain.task import Priority, Status


@dataclass(frozen=True, slots=True)
class Identity:
    """What a task of ours was besides what it says; its id is the record's `source_id`. `kept` as in `Task`."""

    number: int
    position: str
    updated_at: datetime
    version: int
    series: Series | None
    kept: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """One task. `source_id` is the same whenever the same file is read again, and `parent` that of another task.

    `place` is where it stands, for a person: `line 12`, `Tasks.json, entry 3`. `due` is ISO text: a day, a moment
    with its offset, or one without, which is by the clock in `timezone` or else the person's own.
    """

    source_id: str
    place: str
    title: str
    description: str = ""
    status: Status = Status.TODO
    priority: Priority = Priority.MEDIUM
    tags: tuple[str, ...] = ()
    project: str | None = None
    parent: str | None = None
    due: str | None = None
    timezone: str | None = None
    recurrence: str | None = None
    recurrence_from: RecurrenceFrom = RecurrenceFrom.SCHEDULE
    remind_before: int | None = None
    created_at: datetime | None = None
    completed_at: datetime | None = None
    identity: Identity | None = None


@dataclass(frozen=True, slots=True)
class ProjectRecord:
    id: str
    name: str
    color: str
    position: str
    archived_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FilterRecord:
    """A filter with a name, in the language of `taskchat.domain.filters`."""

    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was not understood. `is_fatal` for a task that is left out, else only a field of it is."""

    place: str
    reason: str
    is_fatal: bool = True


type Read = TaskRecord | Problem
type Arrival = Read | ProjectRecord | FilterRecord


class Reader(Protocol):
    """Yields tasks in the order in which they should stand, parents before their subtasks.

    `zone` is the person's own; raises Invalid when the file as a whole is not of its kind.
    """

    def __call__(self, data: bytes, *, zone: str, now: datetime) -> Iterable[Arrival]: ...
