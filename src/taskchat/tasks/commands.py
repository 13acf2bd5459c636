"""Everything that can be asked of tasks. Tool arguments, REST bodies and MCP inputs are these classes."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from taskchat.domain import recurrence
from taskchat.domain.errors import Invalid
from taskchat.domain.occurrence import Scope
from taskchat.domain.project import COLORS
from taskchat.domain.query import Sort
from taskchat.domain.recurrence import RecurrenceFrom
from taskchat.domain.task import Priority, Status
from taskchat.domain.text import clean, clean_line, fold

MAX_PAGE = 100
MAX_TAGS = 20
MAX_REMIND_MINUTES = 40_320  # four weeks
CLEARS = -1
CLEARING_WORDS = frozenset({"", "none", "never", "clear", "no due date"})


def _title(text: str) -> str:
    line = clean_line(text)
    if not line:
        raise Invalid("A task needs a title.", code="title_missing")
    if len(line) > 255:
        raise Invalid("A title has at most 255 characters.", code="title_too_long")
    return line


def _description(text: str) -> str:
    if len(text := clean(text).strip()) > 2000:
        raise Invalid("A description has at most 2,000 characters.", code="description_too_long")
    return text


def _tag(text: str) -> str:
    tag = clean_line(text).removeprefix("#").strip()
    if not 0 < len(tag) <= 50:
        raise Invalid("A tag has 1 to 50 characters.", code="tag_invalid")
    return tag


def _tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    if len(tags) > MAX_TAGS:
        raise Invalid(f"A task has at most {MAX_TAGS} tags.", code="too_many_tags")
    return tuple({fold(tag): tag for tag in reversed(tags)}.values())[::-1]


def clears(words: str) -> bool:
    """Whether they say that a field should be empty."""
    return words.strip().casefold() in CLEARING_WORDS


def _recurrence(text: str) -> str:
    return "" if clears(text) else recurrence.read(text)


def _name(text: str) -> str:
    name = clean_line(text)
    if not 0 < len(name) <= 100:
        raise Invalid("A name has 1 to 100 characters.", code="name_invalid")
    return name


def _color(text: str) -> str:
    if text not in COLORS:
        raise Invalid(f"A colour is one of {', '.join(COLORS)}.", code="color_unknown")
    return text


type TaskTitle = Annotated[str, Field(max_length=4000), AfterValidator(_title)]
type TaskDescription = Annotated[str, Field(max_length=20_000), AfterValidator(_description)]
type Tag = Annotated[str, Field(max_length=400), AfterValidator(_tag)]
type Tags = Annotated[tuple[Tag, ...], Field(max_length=1000), AfterValidator(_tags)]
type Words = Annotated[str, Field(max_length=200), AfterValidator(clean_line)]
type Reference = Annotated[
    str, Field(max_length=4000, description="#number or exact title"), AfterValidator(clean_line)
]
type DueWords = Annotated[Words, Field(description="2026-11-21T17:00 or words: tomorrow 5pm")]
type RecurrenceRule = Annotated[
    str,
    Field(max_length=4000, description="RRULE: FREQ=WEEKLY;BYDAY=MO"),
    AfterValidator(_recurrence),
]
type Name = Annotated[str, Field(max_length=400), AfterValidator(_name)]
type ProjectName = Annotated[Words, Field(description="name; made if new")]
type FilterWords = Annotated[
    str, Field(max_length=500, description="overdue & (#home | p:high) & !tag:x")
]
type Color = Annotated[str, Field(max_length=20), AfterValidator(_color)]
type Minutes = Annotated[int, Field(ge=0, le=MAX_REMIND_MINUTES)]


class Command(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CreateTask(Command):
    """Add one task."""

    title: TaskTitle
    description: TaskDescription = ""
    status: Status = Status.TODO
    priority: Priority = Priority.MEDIUM
    tags: Tags = ()
    project: ProjectName | None = None
    parent_id: Annotated[Reference | None, Field(description="of a subtask")] = None
    due: DueWords | None = None
    timezone: Words | None = None
    remind_before: Annotated[Minutes | None, Field(description="minutes before due")] = None
    recurrence: RecurrenceRule | None = None
    recurrence_from: RecurrenceFrom = RecurrenceFrom.SCHEDULE


class TaskFilter(Command):
    """Which tasks; empty means any."""

    status: Status | None = None
    priority: Priority | None = None
    tag: Tag | None = None
    project: Words | None = None


class ListTasks(Command):
    """List tasks; everything given must match."""

    status: tuple[Status, ...] = ()
    priority: tuple[Priority, ...] = ()
    tag: Tag | None = None
    project: Words | None = None
    parent_id: Annotated[Reference | None, Field(description="subtasks of")] = None
    filter: FilterWords | None = None
    due_after: Annotated[DueWords | None, Field(description="")] = None
    due_before: Annotated[DueWords | None, Field(description="")] = None
    q: Annotated[Words | None, Field(description="full text")] = None
    sort: Sort = Sort.CREATED_REVERSED
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 50
    cursor: Annotated[str | None, Field(max_length=8000, description="next_cursor")] = None


class TaskChanges(Command):
    """The fields to set; what is absent stays. Null clears what may be absent, as does "none" or -1."""

    title: TaskTitle | None = None
    description: TaskDescription | None = None
    status: Status | None = None
    priority: Priority | None = None
    tags: Annotated[Tags | None, Field(description="replaces all tags")] = None
    due: Annotated[DueWords | None, Field(description="")] = None
    timezone: Words | None = None
    project: Annotated[Words | None, Field(description="")] = None
    parent_id: Annotated[Reference | None, Field(description="")] = None
    remind_before: Annotated[int | None, Field(ge=CLEARS, le=MAX_REMIND_MINUTES)] = None
    recurrence: Annotated[RecurrenceRule | None, Field(description="")] = None
    recurrence_from: RecurrenceFrom | None = None
    scope: Scope | None = None


class UpdateTask(TaskChanges):
    """Change fields of one task; what is absent stays, "none" clears."""

    task: Reference


class CompleteTask(Command):
    """Mark one task done, or with completed=false open again."""

    task: Reference
    completed: bool = True


class DeleteTask(Command):
    """Delete one task."""

    task: Reference


class CompleteAllTasks(TaskFilter):
    """Mark all open tasks that match done; a person confirms first."""


class DeleteAllTasks(TaskFilter):
    """Delete all tasks that match; a person confirms first."""


class MoveTask(Command):
    """Put a task beside another one in the manual order; without either, at the end."""

    before: Reference | None = None
    after: Reference | None = None


class BulkAction(StrEnum):
    COMPLETE = "complete"
    REOPEN = "reopen"
    DELETE = "delete"
    EDIT = "edit"


class BulkEdit(Command):
    """One thing done to many tasks at once: those named by `tasks`, or all that match `filter`.

    With `edit`, what is set is set in each of them: `project` and `due` clear with "none".
    `confirm` must be true to delete by a filter.
    """

    action: BulkAction
    tasks: Annotated[tuple[Reference, ...] | None, Field(max_length=10_000)] = None
    filter: FilterWords | None = None
    confirm: bool = False
    status: Status | None = None
    priority: Priority | None = None
    project: ProjectName | None = None
    due: DueWords | None = None
    add_tags: Tags = ()
    remove_tags: Tags = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.tasks is None) == (self.filter is None):
            message = "Name the tasks, or give a filter: one of both."
            raise Invalid(message, code="selection_missing")
        if self.action is BulkAction.DELETE and self.filter is not None and not self.confirm:
            message = "Deleting all tasks that match a filter needs confirm: true."
            raise Invalid(message, code="confirmation_needed")
        return self


class CreateProject(Command):
    name: Name
    color: Color | None = None


class EditProject(Command):
    """What is absent stays."""

    name: Name | None = None
    color: Color | None = None
    archived: bool | None = None
    version: int | None = None


class SaveFilter(Command):
    name: Name
    query: FilterWords
