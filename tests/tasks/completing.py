"""A person who completes tasks and opens them again, in short words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from taskchat.domain.query import Sort
from taskchat.tasks.commands import CompleteTask, CreateTask, ListTasks, TaskChanges
from taskchat.tasks.service import Tasks
from taskchat.tasks.views import CompletedTask, TaskOut
from tests.people import NOW

WEEKLY = {"due": "2026-11-23", "recurrence": "FREQ=WEEKLY"}  # a Monday


@dataclass
class Clock:
    """A second goes by with every command."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


async def create(tasks: Tasks, title: str, **fields: object) -> TaskOut:
    return await tasks.create(CreateTask.model_validate({"title": title, **fields}))


async def revise(tasks: Tasks, number: int, **changes: object) -> TaskOut:
    return await tasks.revise(f"#{number}", TaskChanges.model_validate(changes))


async def complete(tasks: Tasks, number: int) -> CompletedTask:
    return await tasks.complete(CompleteTask(task=f"#{number}"))


async def reopen(tasks: Tasks, number: int) -> CompletedTask:
    return await tasks.complete(CompleteTask(task=f"#{number}", completed=False))


async def listed(tasks: Tasks) -> list[tuple[int, str | None, str]]:
    page = await tasks.list(ListTasks(sort=Sort.CREATED))
    return [(task.number, task.due, task.status.value) for task in page.items]
