"""What people have and what they are told."""

import json
from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import select

from taskchat.db.engine import Database
from taskchat.db.tables import NotificationRow
from taskchat.schedules.ticker import Ticker
from taskchat.streams.cursor import Cursor
from taskchat.streams.log import EventLog
from taskchat.streams.tail import Entry
from taskchat.tasks.commands import CreateTask, ListTasks, TaskChanges
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions
from taskchat.tasks.views import TaskOut
from tests.schedules.conftest import Clock


async def create(tasks: TaskTransactions, owner: Owner, title: str, **fields: object) -> TaskOut:
    async with tasks.begin(owner) as opened:
        return await opened.create(CreateTask.model_validate({"title": title, **fields}))


async def change(
    tasks: TaskTransactions, owner: Owner, reference: str, **fields: object
) -> TaskOut:
    async with tasks.begin(owner) as opened:
        return await opened.revise(reference, TaskChanges.model_validate(fields))


async def titles_and_dues(tasks: TaskTransactions, owner: Owner) -> list[tuple[str, str | None]]:
    """Of the open tasks, oldest first."""
    async with tasks.read(owner) as opened:
        page = await opened.list(ListTasks.model_validate({"status": ["todo"], "sort": "created"}))
    return [(task.title, task.due) for task in page.items]


async def told(log: EventLog, owner: Owner, kind: str) -> list[dict[str, Any]]:
    """The events of that type on the person's stream."""
    entries = await log.read(owner.id, Cursor(0))
    events = [json.loads(entry.payload) for entry in entries]
    return [event for event in events if event["type"] == kind]


async def hear(entries: AsyncIterator[Entry | None], text: str, times: int = 1) -> None:
    """Waits until so many have come that have the text in them."""
    async for entry in entries:
        if entry and text in entry.payload:
            times -= 1
            if not times:
                return


async def keys_of_notifications(database: Database) -> list[str]:
    async with database.reading() as session:
        return list(await session.scalars(select(NotificationRow.key)))


async def tick_until_idle(ticker: Ticker, clock: Clock) -> None:
    while await ticker.tick(clock.now):
        pass
