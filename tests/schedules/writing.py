"""A script: a process with a ticker of its own that writes a task down, waits for its reminder and ends."""

import asyncio
import sys
from contextlib import aclosing
from datetime import timedelta

from taskchat.clock import now
from taskchat.db.engine import Database
from taskchat.domain.actor import Actor, ActorKind
from taskchat.domain.task import UserId
from taskchat.schedules.service import Schedules
from taskchat.streams.cursor import Cursor
from taskchat.streams.log import EventLog
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions
from tests.schedules.people import create, hear

DUE_IN = timedelta(seconds=5)


async def write(url: str, owner_id: str) -> None:
    database = Database(url)
    log = EventLog(database)
    schedules = Schedules(database, log, now, origin="https://tasks.example")
    tasks = TaskTransactions(database, log, now, nudge=schedules.ticker.nudge)
    owner = Owner(UserId(owner_id), "UTC", Actor(ActorKind.PERSON, "ann@example.com"))
    async with (
        log.serving(),
        schedules.ticker.serving(),
        aclosing(log.follow(owner.id, Cursor(0))) as entries,
    ):
        due = (now() + DUE_IN).isoformat()
        await create(tasks, owner, "Call", due=due, remind_before=0)
        print(due, flush=True)  # noqa: T201 - what its starter reads
        await hear(entries, "reminder.due")
    await database.close()


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1], sys.argv[2]))
