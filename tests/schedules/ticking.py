"""A script of processes that tick and are killed in the middle of it."""

import asyncio
import os
import random
import signal
import sys
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from taskchat.db.engine import Database
from taskchat.schedules.service import Schedules
from taskchat.streams.log import EventLog

MOST_STATEMENTS = 40


async def tick_until_idle(url: str, now: datetime) -> None:
    database = Database(url)
    ticker = Schedules(
        database,
        EventLog(database),
        lambda: now,
        origin="https://tasks.example",
        smtp_url="smtp://127.0.0.1:1",
        mail_from="tasks@example.com",
    ).ticker
    while await ticker.tick(now):
        pass
    await database.close()


def _die_after(statements: int) -> None:
    """SIGKILL ends this process right after that many statements, whatever they were."""
    numbers = count(1)

    def die(*_: Any) -> None:
        if next(numbers) == statements:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "after_cursor_execute", die)


def _start(url: str, now: datetime, statements: int | None) -> int:
    """A child process, which was imported once and for all by its parent."""
    if pid := os.fork():
        return pid
    if statements:
        _die_after(statements)
    asyncio.run(tick_until_idle(url, now))
    os._exit(0)


def main(url: str, moment: str, processes: int, rounds: int) -> None:
    """In each round so many processes tick at once and are killed; at last one ticks on to the end."""
    now, chance, kills = datetime.fromisoformat(moment), random.Random(7), 0
    for _ in range(rounds):
        ends = [chance.randint(3, MOST_STATEMENTS) for _ in range(processes)]
        pids = [_start(url, now, statements) for statements in ends]
        kills += sum(os.WIFSIGNALED(os.waitpid(pid, 0)[1]) for pid in pids)
    _, status = os.waitpid(_start(url, now, None), 0)
    print(kills)  # noqa: T201 - what its starter reads
    sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
