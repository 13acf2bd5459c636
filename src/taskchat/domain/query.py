"""What a list of tasks can be asked for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from taskchat.domain.filters.expression import Expression
from taskchat.domain.task import Priority, Status


class Sort(StrEnum):
    """A leading minus turns the order round. Undated tasks come last both ways; `priority` begins with high.

    `position` is the order that the person made by hand. `relevance` needs words to search for: tasks with all
    of them in the title come first, and newer ones before older ones.
    """

    CREATED = "created"
    CREATED_REVERSED = "-created"
    DUE = "due"
    DUE_REVERSED = "-due"
    PRIORITY = "priority"
    PRIORITY_REVERSED = "-priority"
    TITLE = "title"
    TITLE_REVERSED = "-title"
    POSITION = "position"
    RELEVANCE = "relevance"


@dataclass(frozen=True, slots=True)
class Filter:
    """Empty means any. `due_from` is the first instant that counts, `due_until` the last.

    `project` is an id, or empty for tasks without one; `parent` is a task's id. `expression` has its days fixed, see
    `taskchat.domain.filters.days`. Tasks of archived projects are left out unless a project is named or
    `with_archived` is set.
    """

    status: tuple[Status, ...] = ()
    priority: tuple[Priority, ...] = ()
    tag: str | None = None
    text: str | None = None
    due_from: datetime | None = None
    due_until: datetime | None = None
    project: str | None = None
    parent: str | None = None
    expression: Expression | None = None
    with_archived: bool = False
