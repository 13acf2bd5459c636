"""Tasks, projects and what happened to them, as every door shows them."""

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel

from taskchat.domain.project import Project
from taskchat.domain.recurrence import RecurrenceFrom
from taskchat.domain.task import Priority, Status, Task


class TaskOut(BaseModel):
    """Times are UTC; `due` is a day or a moment with its offset, `due_weekday` the day's name on the same clock.

    `project` is a name. `untrusted` marks text that came from outside.
    """

    id: str
    number: int
    title: str
    description: str
    status: Status
    priority: Priority
    tags: list[str]
    project: str | None
    project_id: str | None
    parent_id: str | None
    due: str | None
    due_weekday: str | None
    timezone: str
    remind_before: int | None
    recurrence: str | None
    recurrence_from: RecurrenceFrom
    position: str
    created_at: datetime
    updated_at: datetime
    completed_at: datetime | None
    deleted_at: datetime | None
    untrusted: bool
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
            project=task.project.name if task.project else None,
            project_id=task.project.id if task.project else None,
            parent_id=task.parent_id,
            due=task.due.text() if task.due else None,
            due_weekday=task.due.weekday() if task.due else None,
            timezone=task.timezone,
            remind_before=task.remind_before,
            recurrence=task.recurrence,
            recurrence_from=task.recurrence_from,
            position=task.position,
            created_at=task.created_at,
            updated_at=task.updated_at,
            completed_at=task.completed_at,
            deleted_at=task.deleted_at,
            untrusted=task.is_untrusted,
            version=task.version,
        )


class CompletedTask(TaskOut):
    """`next_task` is the one that the completion made, for a task that repeats."""

    next_task: TaskOut | None = None


class TaskPage(BaseModel):
    """`total` counts all that match, not only this page; where `total_is_exact` is false there are more."""

    items: list[TaskOut]
    next_cursor: str | None
    total: int
    total_is_exact: bool = True


class DeletedTask(BaseModel):
    """`deleted` counts the task and its subtasks. They stay in the trash for 30 days."""

    deleted: int
    task: TaskOut


class CompletedTasks(BaseModel):
    completed: int


class DeletedTasks(BaseModel):
    deleted: int


class ChangedTasks(BaseModel):
    """How many tasks a bulk command changed, and the change set that takes it back."""

    changed: int
    change_set_id: str


class TagCount(BaseModel):
    tag: str
    count: int
    color: str


class TagCounts(BaseModel):
    items: list[TagCount]


class ProjectOut(BaseModel):
    """`open_tasks` counts what is still to do in it."""

    id: str
    name: str
    color: str
    position: str
    archived_at: datetime | None
    open_tasks: int
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, project: Project, open_tasks: int) -> Self:
        return cls(
            id=project.id,
            name=project.name,
            color=project.color,
            position=project.position,
            archived_at=project.archived_at,
            open_tasks=open_tasks,
            created_at=project.created_at,
            updated_at=project.updated_at,
            version=project.version,
        )


class Projects(BaseModel):
    items: list[ProjectOut]


class SavedFilter(BaseModel):
    id: str
    name: str
    query: str


class SavedFilters(BaseModel):
    items: list[SavedFilter]


class ActorOut(BaseModel):
    kind: str
    name: str
    thread_id: str | None


class ActivityTask(BaseModel):
    """What was written to; `number` is 0 for a project."""

    entity: Literal["task", "project"]
    id: str
    number: int
    title: str


class ActivityOut(BaseModel):
    """One write; `changes` maps a field to what it was and what it became."""

    id: int
    at: datetime
    actor: ActorOut
    change_set_id: str
    is_undone: bool
    action: str
    task: ActivityTask
    changes: dict[str, tuple[Any, Any]]


class ActivityPage(BaseModel):
    items: list[ActivityOut]
    next_cursor: str | None


class FieldConflictOut(BaseModel):
    """A field that stays as it is, because it was changed since: what was made of it, what it is, what it was."""

    entity: Literal["task", "project"]
    id: str
    title: str
    field: str
    made: Any
    current: Any
    wanted: Any


class BroughtProblem(BaseModel):
    """`place` is where in the file it stands; `is_fatal` when a whole task is left out, else only a part of one."""

    place: str
    reason: str
    is_fatal: bool


class Brought(BaseModel):
    """What an import does, or would do: tasks made, brought back from the trash, and skipped since they are here.

    `left_out` counts what could not be read, `projects` and `filters` are names of new ones. Of the problems the first
    hundred are told, `problem_count` is of all. `change_set_id` is None where no task came.
    """

    created: int
    restored: int
    skipped: int
    left_out: int
    projects: list[str]
    filters: list[str]
    problems: list[BroughtProblem]
    problem_count: int
    change_set_id: str | None


class Reverted(BaseModel):
    """`change_set_id` is the undo's own, `reverted` how many tasks and projects it changed."""

    change_set_id: str
    reverted: int
    conflicts: list[FieldConflictOut]
