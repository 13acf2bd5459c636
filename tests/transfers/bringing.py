"""Tasks brought in, as the tests of several modules need it."""

from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from taskchat.db.engine import Database
from taskchat.interchange.record import Arrival, TaskRecord
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions
from taskchat.tasks.views import Brought, TaskOut

SOURCE = "todoist"


def record(number: int, **changes: Any) -> TaskRecord:
    plain = TaskRecord(source_id=f"s{number}", place=f"line {number}", title=f"Task {number}")
    return replace(plain, **changes)


async def bring(
    tasks: TaskTransactions, owner: Owner, *arrivals: Arrival, source: str = SOURCE
) -> Brought:
    async with tasks.begin(owner) as opened:
        return await opened.bring_in(source, arrivals)


async def preview(tasks: TaskTransactions, owner: Owner, *arrivals: Arrival) -> Brought:
    async with tasks.read(owner) as opened:
        return await opened.bring_in(SOURCE, arrivals, dry_run=True)


async def listed(tasks: TaskTransactions, owner: Owner) -> list[TaskOut]:
    """In the order by hand, with those of archived projects."""
    async with tasks.snapshot(owner) as opened:
        exported = (await opened.export()).tasks
        by_hand = sorted(exported, key=lambda task: task.position)
        return [await opened.get(task.id) for task in by_hand]


async def count(database: Database, table: Any) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


def reasons(brought: Brought) -> list[str]:
    return [f"{problem.place}: {problem.reason}" for problem in brought.problems]
