"""Processes that tick are killed with SIGKILL at any statement; what was due is told once all the same."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from datetime import timedelta

import pytest
from anyio import fail_after
from sqlalchemy import select, update

from taskchat.db.engine import Database
from taskchat.db.tables import AccountRow, ReminderRow
from taskchat.streams.log import EventLog
from taskchat.tasks.commands import CreateTask
from taskchat.tasks.transactions import TaskTransactions
from tests.people import NOW, add_account
from tests.schedules.letterbox import contents
from tests.schedules.people import keys_of_notifications, told

pytestmark = pytest.mark.anyio

PEOPLE, EACH = 30, 10


@pytest.fixture(params=[("sqlite_url", 1, 16), ("postgres_url", 4, 8)], ids=["sqlite", "postgres"])
def killed_at(request: pytest.FixtureRequest) -> tuple[str, int, int]:
    """Where, how many processes at once (SQLite is served by one), and how often."""
    fixture, processes, rounds = request.param
    return request.getfixturevalue(fixture), processes, rounds


async def test_no_reminder_is_missed_or_doubled_when_processes_are_killed(
    killed_at: tuple[str, int, int],
) -> None:
    url, processes, rounds = killed_at
    database = Database(url)
    log = EventLog(database)
    tasks = TaskTransactions(database, log, lambda: NOW)
    owners = [await add_account(database, f"{n}@example.com") for n in range(PEOPLE)]
    async with database.transaction() as session:
        await session.execute(update(AccountRow).values(reminders_by_email=True))
    for owner in owners:
        async with tasks.begin(owner) as opened:
            for number in range(EACH):
                due = "2026-11-20T19:05"
                await opened.create(CreateTask(title=f"Task {number}", due=due, remind_before=0))

    command = (url, (NOW + timedelta(minutes=5)).isoformat(), str(processes), str(rounds))
    script = (sys.executable, "-m", "tests.schedules.ticking", *command)
    ticking = await asyncio.create_subprocess_exec(*script, stdout=PIPE, stderr=PIPE)
    with fail_after(120):
        kills, errors = await ticking.communicate()

    assert (ticking.returncode, errors.decode()) == (0, "")
    assert int(kills) >= 5
    for owner in owners:
        events = await told(log, owner, "reminder.due")
        assert len({event["task"]["id"] for event in events}) == len(events) == EACH
    assert len(await keys_of_notifications(database)) == PEOPLE * EACH
    # Many at once are one letter.
    letters = await contents(database)
    assert [payload["subject"] for *_, payload in letters] == [f"{EACH} reminders"] * PEOPLE
    assert len({address for _, address, _ in letters}) == PEOPLE
    async with database.reading() as session:
        waiting = select(ReminderRow).where(ReminderRow.fired_at.is_(None))
        assert (await session.scalars(waiting)).all() == []
    await database.close()
