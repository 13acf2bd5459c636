"""Everything that can be asked of tasks. Tool arguments, REST bodies and MCP inputs are these classes."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from taskchat.domain.errors import Invalid
from taskchat.domain.query import Sort
from taskchat.domain.task import Priority, Status, Task
from taskchat.domain.text import clean, clean_line, fold
from taskchat.tasks import recurrence

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


type TaskTitle = Annotated[str, Field(max_length=4000), AfterValidator(_title)]
type TaskDescription = Annotated[str, Field(max_length=20_000), AfterValidator(_description)]
type Tag = Annotated[str, Field(max_length=400), AfterValidator(_tag)]
type Tags = Annotated[tuple[Tag, ...], Field(max_length=1000), AfterValidator(_tags)]
type Words = Annotated[str, Field(max_length=200), AfterValidator(clean_line)]
type Reference = Annotated[
    str, Field(max_length=4000, description="#number or exact title"), AfterValidator(clean_line)
]
type DueWords = Annotated[
    Words, Field(description="2026-11-21, 2026-11-21T17:00:00+01:00, or words: tomorrow 5pm")
]
type RecurrenceRule = Annotated[
    str,
    Field(max_length=4000, description="RRULE: FREQ=WEEKLY;BYDAY=MO"),
    AfterValidator(_recurrence),
]
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
    due: DueWords | None = None
    timezone: Annotated[Words | None, Field(description="default: the person's own")] = None
    remind_before: Annotated[Minutes | None, Field(description="minutes before due")] = None
    recurrence: RecurrenceRule | None = None


class TaskFilter(Command):
    """Which tasks; empty means any."""

    status: Status | None = None
    priority: Priority | None = None
    tag: Tag | None = None


class ListTasks(Command):
    """List tasks. Everything given must match; without status all are listed."""

    status: tuple[Status, ...] = ()
    priority: tuple[Priority, ...] = ()
    tag: Tag | None = None
    due_after: Annotated[DueWords | None, Field(description="due on or after; as due")] = None
    due_before: Annotated[DueWords | None, Field(description="due on or before; as due")] = None
    q: Annotated[Words | None, Field(description="words in title or description")] = None
    sort: Sort = Sort.CREATED_REVERSED
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 50
    cursor: Annotated[
        str | None, Field(max_length=2000, description="next_cursor of the page before")
    ] = None


class TaskChanges(Command):
    """The fields to set; what is absent stays. Null clears what may be absent, as does "none" or -1."""

    title: TaskTitle | None = None
    description: TaskDescription | None = None
    status: Status | None = None
    priority: Priority | None = None
    tags: Annotated[Tags | None, Field(description="replaces all tags")] = None
    due: Annotated[DueWords | None, Field(description='as in create_task; "none" clears')] = None
    timezone: Words | None = None
    remind_before: Annotated[
        int | None, Field(ge=CLEARS, le=MAX_REMIND_MINUTES, description="-1 clears")
    ] = None
    recurrence: Annotated[RecurrenceRule | None, Field(description='"none" clears')] = None


class UpdateTask(TaskChanges):
    """Change fields of one task; what is absent stays."""

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


class TaskOut(BaseModel):
    """A task as every door shows it. Times are UTC; `due` is a day or a moment with its offset."""

    id: str
    number: int
    title: str
    description: str
    status: Status
    priority: Priority
    tags: list[str]
    due: str | None
    timezone: str
    remind_before: int | None
    recurrence: str | None
    created_at: datetime
    updated_at: datetime
    completed_at: datetime | None
    version: int

    @classmethod
    def of(cls, task: Task) -> Self:
        return cls(
            id=task.id,
            number=task.number,
            title=task.title,
            description=task.description,
            status=task.status,
            priority=task.priority,
            tags=list(task.tags),
            due=task.due.text() if task.due else None,
            timezone=task.timezone,
            remind_before=task.remind_before,
            recurrence=task.recurrence,
            created_at=task.created_at,
            updated_at=task.updated_at,
            completed_at=task.completed_at,
            version=task.version,
        )


class TaskPage(BaseModel):
    """`total` counts all that match, not only this page."""

    items: list[TaskOut]
    next_cursor: str | None
    total: int


class DeletedTask(BaseModel):
    deleted: Literal[1] = 1
    task: TaskOut


class CompletedTasks(BaseModel):
    completed: int


class DeletedTasks(BaseModel):
    deleted: int


class TagCount(BaseModel):
    tag: str
    count: int


class TagCounts(BaseModel):
    items: list[TagCount]


class ActorOut(BaseModel):
    kind: str
    name: str
    thread_id: str | None


class ActivityTask(BaseModel):
    id: str
    number: int
    title: str


class ActivityOut(BaseModel):
    """One write; `changes` maps a field to what it was and what it became."""

    id: int
    at: datetime
    actor: ActorOut
    change_set_id: str
    action: str
    task: ActivityTask
    changes: dict[str, tuple[Any, Any]]


class ActivityPage(BaseModel):
    items: list[ActivityOut]
    next_cursor: str | None
