"""REST twins of the task tools, and what a page needs besides."""

import re
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from taskchat.api.deps import TasksDep
from taskchat.api.idempotency import IdempotentRoute
from taskchat.domain.errors import NotFound
from taskchat.tasks.commands import (
    BulkEdit,
    Command,
    CompleteAllTasks,
    CompleteTask,
    CreateTask,
    DeleteAllTasks,
    DeleteTask,
    ListTasks,
    MoveTask,
    TaskChanges,
)
from taskchat.tasks.views import (
    ChangedTasks,
    CompletedTask,
    CompletedTasks,
    DeletedTasks,
    TagCounts,
    TaskOut,
    TaskPage,
)

router = APIRouter(prefix="/api", tags=["tasks"], route_class=IdempotentRoute)


def _task_id(task_id: str) -> str:
    """A path names a task by its id or number, never by a title."""
    if not re.fullmatch(r"tsk_[0-9a-f]{32}|[0-9]{1,9}", task_id):
        raise NotFound("There is no such task.", code="task_not_found")
    return task_id


type TaskId = Annotated[str, Depends(_task_id)]


class TaskEdit(TaskChanges):
    """With `version`, the edit is refused with 409 when the task has changed since that version."""

    version: int | None = None


class PageQuery(Command):
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str | None, Field(max_length=2000)] = None


class Completion(Command):
    """Done, or open again."""

    completed: bool


class ConfirmedDelete(DeleteAllTasks):
    """`confirm` must be true: this deletes many tasks at once."""

    confirm: Literal[True]


@router.get("/tasks")
async def list_tasks(command: Annotated[ListTasks, Query()], tasks: TasksDep) -> TaskPage:
    return await tasks.list(command)


@router.post("/tasks", status_code=201)
async def create_task(command: CreateTask, tasks: TasksDep) -> TaskOut:
    return await tasks.create(command)


@router.post("/tasks/complete-all")
async def complete_all_tasks(command: CompleteAllTasks, tasks: TasksDep) -> CompletedTasks:
    return await tasks.complete_all(command)


@router.post("/tasks/delete-all")
async def delete_all_tasks(command: ConfirmedDelete, tasks: TasksDep) -> DeletedTasks:
    return await tasks.delete_all(command)


@router.post("/tasks/bulk")
async def edit_tasks(command: BulkEdit, tasks: TasksDep) -> ChangedTasks:
    return await tasks.bulk(command)


@router.get("/tasks/trash")
async def list_trash(page: Annotated[PageQuery, Query()], tasks: TasksDep) -> TaskPage:
    """Newest numbers first. What is here is deleted for good 30 days after it came."""
    return await tasks.trash(page.cursor, page.limit)


@router.get("/tasks/{task_id}")
async def get_task(task_id: TaskId, tasks: TasksDep) -> TaskOut:
    return await tasks.get(task_id)


@router.patch("/tasks/{task_id}")
async def update_task(task_id: TaskId, changes: TaskEdit, tasks: TasksDep) -> TaskOut:
    return await tasks.revise(task_id, changes, changes.version)


@router.delete("/tasks/{task_id}", status_code=204)
async def delete_task(task_id: TaskId, tasks: TasksDep) -> None:
    await tasks.delete(DeleteTask(task=task_id))


@router.post("/tasks/{task_id}/complete")
async def complete_task(task_id: TaskId, command: Completion, tasks: TasksDep) -> CompletedTask:
    return await tasks.complete(CompleteTask(task=task_id, completed=command.completed))


@router.post("/tasks/{task_id}/skip")
async def skip_task(task_id: TaskId, tasks: TasksDep) -> TaskOut:
    """Moves a task that repeats to its next date."""
    return await tasks.skip(task_id)


@router.post("/tasks/{task_id}/move")
async def move_task(task_id: TaskId, command: MoveTask, tasks: TasksDep) -> TaskOut:
    return await tasks.move(task_id, command)


@router.post("/tasks/{task_id}/restore")
async def restore_task(task_id: TaskId, tasks: TasksDep) -> TaskOut:
    """Out of the trash."""
    return await tasks.restore(task_id)


@router.get("/tags")
async def list_tags(tasks: TasksDep) -> TagCounts:
    return await tasks.tags()
