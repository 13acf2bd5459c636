"""Exports and people to try them with."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

from hypothesis import HealthCheck, settings
from sqlalchemy import delete

from taskchat.db.engine import Database
from taskchat.db.tables import AccountRow
from taskchat.domain.ids import new_id
from taskchat.interchange.own import document
from taskchat.interchange.own.entries import Export, OwnSeries, OwnTask
from taskchat.interchange.record import Reader
from taskchat.streams.log import EventLog
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions
from taskchat.tasks.views import Brought
from tests.people import NOW, add_account
from tests.tasks.finding import closing


async def export(tasks: TaskTransactions, owner: Owner) -> Export:
    async with tasks.snapshot(owner) as opened:
        return await opened.export()


async def bring(
    tasks: TaskTransactions, owner: Owner, read: Reader, source: str, data: bytes
) -> Brought:
    async with tasks.begin(owner) as opened:
        return await opened.bring_in(source, read(data, zone=owner.timezone, now=NOW))


async def bring_document(tasks: TaskTransactions, owner: Owner, exported: Export) -> Brought:
    data = document.dump(exported)
    return await bring(tasks, owner, document.read_arrivals, "json", data)


def legal(exported: Export) -> Export:
    """As the rules allow it here: subtasks in the project of the task above, open ones not below one that is done."""
    tasks: dict[str, OwnTask] = {}
    for task in sorted(exported.tasks, key=lambda task: task.number):
        above = tasks.get(task.parent_id or "")
        parent = above if above and (above.completed_at is None or task.completed_at) else None
        series = task.series and OwnSeries(f"ser_{task.number:032x}", "2026-11-21", "2026-11-21", 1)
        tasks[task.id] = replace(
            task,
            parent_id=parent.id if parent else None,
            project=parent.project if parent else task.project,
            series=series,
        )
    return replace(exported, tasks=tuple(tasks[task.id] for task in exported.tasks))


BOUNDED = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@asynccontextmanager
async def two_people(url: str) -> AsyncGenerator[tuple[TaskTransactions, Owner, Owner]]:
    """Who leave everything behind free for others: ids are everybody's."""
    async with closing(Database(url)) as database:
        tasks = TaskTransactions(database, EventLog(database), lambda: NOW)
        first = await add_account(database, f"{new_id('usr')}@example.com")
        second = await add_account(database, f"{new_id('usr')}@example.com")
        try:
            yield tasks, first, second
        finally:
            async with database.transaction() as session:
                await session.execute(delete(AccountRow))
