import asyncio
from contextlib import aclosing
from datetime import datetime, timedelta

import pytest
from anyio import fail_after
from sqlalchemy import select

from taskchat.db.engine import Database
from taskchat.db.tables import ReminderRow
from taskchat.domain.errors import Invalid
from taskchat.schedules.service import Schedules
from taskchat.schedules.ticker import Ticker
from taskchat.streams.cursor import Cursor
from taskchat.streams.log import EventLog
from taskchat.tasks.commands import CompleteTask, CreateTask, DeleteTask
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions
from tests.people import NOW, add_account
from tests.schedules.conftest import Clock
from tests.schedules.people import (
    change,
    create,
    hear,
    keys_of_notifications,
    tick_until_idle,
    told,
)

pytestmark = pytest.mark.anyio


async def fire_times(database: Database) -> list[datetime]:
    async with database.reading() as session:
        return list(await session.scalars(select(ReminderRow.fires_at)))


async def test_a_reminder_fires_once_at_its_time_and_tells_the_task(
    tasks: TaskTransactions, alice: Owner, ticker: Ticker, clock: Clock, log: EventLog
) -> None:
    task = await create(tasks, alice, "Call", due="2026-11-21T17:00", remind_before=30)

    clock.now = datetime.fromisoformat("2026-11-21T16:29:59+01:00")
    await tick_until_idle(ticker, clock)
    assert await told(log, alice, "reminder.due") == []

    clock.go_on(seconds=1)
    await tick_until_idle(ticker, clock)
    await tick_until_idle(ticker, clock)
    (event,) = await told(log, alice, "reminder.due")
    assert event == {
        "type": "reminder.due",
        "task": task.model_dump(mode="json"),
        "late": False,
    }


@pytest.mark.parametrize(("seconds", "late"), [(60, False), (61, True), (86_400, True)])
async def test_a_reminder_that_was_missed_fires_late_and_says_so(
    tasks: TaskTransactions,
    alice: Owner,
    ticker: Ticker,
    clock: Clock,
    log: EventLog,
    seconds: int,
    late: bool,
) -> None:
    await create(tasks, alice, "Call", due="2026-11-21T17:00", remind_before=30)

    clock.now = datetime.fromisoformat("2026-11-21T16:30+01:00") + timedelta(seconds=seconds)
    await tick_until_idle(ticker, clock)

    assert [event["late"] for event in await told(log, alice, "reminder.due")] == [late]


async def test_a_task_that_is_due_on_a_day_reminds_from_nine_in_the_morning_of_its_zone(
    tasks: TaskTransactions, alice: Owner, database: Database
) -> None:
    await create(tasks, alice, "Trip", due="2026-12-24", remind_before=60)
    await create(
        tasks, alice, "Call", due="2026-12-24", timezone="America/New_York", remind_before=0
    )

    assert sorted(await fire_times(database)) == [
        datetime.fromisoformat("2026-12-24T08:00+01:00"),
        datetime.fromisoformat("2026-12-24T09:00-05:00"),
    ]


async def test_a_reminder_moves_with_its_task(
    tasks: TaskTransactions, alice: Owner, ticker: Ticker, clock: Clock, database: Database
) -> None:
    await create(tasks, alice, "Call", due="2026-11-21T17:00", remind_before=30)
    await change(tasks, alice, "#1", due="2026-11-22T17:00")
    clock.now = datetime.fromisoformat("2026-11-21T17:00+01:00")
    await tick_until_idle(ticker, clock)
    assert await keys_of_notifications(database) == []

    await change(tasks, alice, "#1", remind_before=60)
    assert await fire_times(database) == [datetime.fromisoformat("2026-11-22T16:00+01:00")]
    await change(tasks, alice, "#1", remind_before=-1)
    assert await fire_times(database) == []


async def test_a_reminder_is_gone_when_its_task_is_done_and_back_when_it_is_open_again(
    tasks: TaskTransactions, alice: Owner, database: Database
) -> None:
    await create(tasks, alice, "Call", due="2026-11-21T17:00", remind_before=30)
    async with tasks.begin(alice) as opened:
        await opened.complete(CompleteTask(task="#1"))
    assert await fire_times(database) == []

    async with tasks.begin(alice) as opened:
        await opened.complete(CompleteTask(task="#1", completed=False))
    assert len(await fire_times(database)) == 1

    async with tasks.begin(alice) as opened:
        await opened.delete(DeleteTask(task="#1"))
    assert await fire_times(database) == []


async def test_opening_a_task_again_does_not_remind_of_it_again(
    tasks: TaskTransactions, alice: Owner, ticker: Ticker, clock: Clock, log: EventLog
) -> None:
    await create(tasks, alice, "Call", due="2026-11-21T17:00", remind_before=60)
    clock.now = datetime.fromisoformat("2026-11-21T16:00+01:00")
    await tick_until_idle(ticker, clock)
    for completed in (True, False):
        async with tasks.begin(alice) as opened:
            await opened.complete(CompleteTask(task="#1", completed=completed))
    await tick_until_idle(ticker, clock)

    assert len(await told(log, alice, "reminder.due")) == 1


async def test_nothing_reminds_of_what_was_due_before_it_was_written_down(
    tasks: TaskTransactions, alice: Owner, database: Database
) -> None:
    await create(tasks, alice, "Missed", due="2026-11-20T18:00", remind_before=10)
    await create(tasks, alice, "Soon", due="2026-11-20T19:05", remind_before=10)

    assert await fire_times(database) == [NOW - timedelta(minutes=5)]


async def test_a_reminder_needs_a_due_date_and_goes_with_it(
    tasks: TaskTransactions, alice: Owner
) -> None:
    with pytest.raises(Invalid) as refused:
        await create(tasks, alice, "Call", remind_before=30)
    assert refused.value.code == "reminder_needs_due"

    await create(tasks, alice, "Call", due="tomorrow", remind_before=30)
    cleared = await change(tasks, alice, "Call", due=None)
    assert (cleared.due, cleared.remind_before) == (None, None)


async def test_many_processes_that_tick_at_once_fire_each_reminder_once(
    postgres_url: str, clock: Clock
) -> None:
    databases = [Database(postgres_url) for _ in range(4)]
    tickers = [
        Schedules(database, EventLog(database), clock, origin="https://tasks.example").ticker
        for database in databases
    ]
    log = EventLog(databases[0])
    tasks = TaskTransactions(databases[0], log, clock)
    people = [await add_account(databases[0], f"{n}@example.com") for n in range(5)]
    for owner in people:
        async with tasks.begin(owner) as opened:
            for number in range(30):
                due = "2026-11-20T19:05"
                await opened.create(CreateTask(title=f"Task {number}", due=due, remind_before=0))

    clock.go_on(minutes=5)
    while any(await asyncio.gather(*(ticker.tick(clock.now) for ticker in tickers))):
        pass

    for owner in people:
        events = await told(log, owner, "reminder.due")
        assert len({event["task"]["id"] for event in events}) == len(events) == 30
    assert len(await keys_of_notifications(databases[0])) == 150
    for database in databases:
        await database.close()


async def test_a_served_ticker_wakes_for_a_reminder_that_is_written_meanwhile(
    tasks: TaskTransactions, alice: Owner, log: EventLog, ticker: Ticker
) -> None:
    async with ticker.serving(), aclosing(log.follow(alice.id, Cursor(0))) as entries:
        await create(tasks, alice, "Call", due="2026-11-20T19:05", remind_before=30)
        with fail_after(5):
            await hear(entries, "reminder.due")
