"""What a list of tasks can be asked for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from taskchat.domain.task import Priority, Status


class Sort(StrEnum):
    """A leading minus turns the order round. Undated tasks come last both ways; `priority` begins with high."""

    CREATED = "created"
    CREATED_REVERSED = "-created"
    DUE = "due"
    DUE_REVERSED = "-due"
    PRIORITY = "priority"
    PRIORITY_REVERSED = "-priority"
    TITLE = "title"
    TITLE_REVERSED = "-title"


@dataclass(frozen=True, slots=True)
class Filter:
    """Empty means any. `due_from` is the first instant that counts, `due_until` the last."""

    status: tuple[Status, ...] = ()
    priority: tuple[Priority, ...] = ()
    tag: str | None = None
    text: str | None = None
    due_from: datetime | None = None
    due_until: datetime | None = None
