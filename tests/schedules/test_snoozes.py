from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from taskchat.db.engine import Database
from taskchat.db.tables import ReminderRow
from taskchat.domain.errors import Conflict, DomainError, Invalid, NotFound
from taskchat.schedules.service import Schedules
from taskchat.schedules.snoozes import Snooze, Snoozed
from taskchat.schedules.ticker import Ticker
from taskchat.streams.log import EventLog
from taskchat.tasks.commands import CompleteTask, DeleteTask
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions
from tests.people import NOW
from tests.schedules.conftest import Clock
from tests.schedules.people import change, create, keys_of_notifications, tick_until_idle, told

pytestmark = pytest.mark.anyio

DUE = "2026-11-20T19:05"  # in five minutes


async def snooze(
    schedules: Schedules, database: Database, owner: Owner, task_id: str = "1", **how: object
) -> Snoozed:
    async with database.transaction() as session:
        command = Snooze.model_validate(how)
        return await schedules.join(session, owner).snoozes.snooze(task_id, command)


async def waiting(database: Database) -> list[datetime]:
    query = select(ReminderRow.fires_at).where(ReminderRow.fired_at.is_(None))
    async with database.reading() as session:
        return list(await session.scalars(query))


@pytest.fixture
async def fired(tasks: TaskTransactions, alice: Owner, ticker: Ticker, clock: Clock) -> str:
    """The id of Alice's first task, of which she has been reminded."""
    task = await create(tasks, alice, "Call", due=DUE, remind_before=5)
    await tick_until_idle(ticker, clock)
    return task.id


async def test_a_reminder_that_is_put_off_fires_again_and_its_task_stays_where_it_is(
    schedules: Schedules,
    database: Database,
    tasks: TaskTransactions,
    alice: Owner,
    ticker: Ticker,
    clock: Clock,
    log: EventLog,
    fired: str,
) -> None:
    snoozed = await snooze(schedules, database, alice, minutes=10)

    assert snoozed == Snoozed(task_id=fired, number=1, fires_at=NOW + timedelta(minutes=10))
    assert await told(log, alice, "reminder.snoozed") == [
        {
            "type": "reminder.snoozed",
            "task_id": fired,
            "number": 1,
            "fires_at": "2026-11-20T18:10:00Z",
        }
    ]
    clock.go_on(seconds=599)
    await tick_until_idle(ticker, clock)
    assert len(await told(log, alice, "reminder.due")) == 1
    clock.go_on(seconds=1)
    await tick_until_idle(ticker, clock)
    first, second = await told(log, alice, "reminder.due")
    assert second == first
    assert second["task"]["due"] == "2026-11-20T19:05:00+01:00"
    assert len(await keys_of_notifications(database)) == 2


async def test_a_reminder_is_put_off_again_and_again(
    schedules: Schedules,
    database: Database,
    alice: Owner,
    ticker: Ticker,
    clock: Clock,
    log: EventLog,
    fired: str,
) -> None:
    for _ in range(3):
        await snooze(schedules, database, alice, fired, minutes=10)
        clock.go_on(minutes=10)
        await tick_until_idle(ticker, clock)

    assert len(await told(log, alice, "reminder.due")) == 4


async def test_one_that_has_not_fired_yet_can_be_put_off_and_another_process_fires_it(
    schedules: Schedules,
    database: Database,
    tasks: TaskTransactions,
    alice: Owner,
    clock: Clock,
    log: EventLog,
) -> None:
    await create(tasks, alice, "Call", due=DUE, remind_before=0)
    await snooze(schedules, database, alice, minutes=30)

    clock.go_on(minutes=30)
    later = Schedules(database, log, clock, origin="https://tasks.example")
    await tick_until_idle(later.ticker, clock)
    (event,) = await told(log, alice, "reminder.due")
    assert event["late"] is False


@pytest.mark.parametrize(
    ("until", "fires_at"),
    [
        ("2026-11-21T17:00", "2026-11-21T17:00+01:00"),
        ("2026-11-21T17:00-05:00", "2026-11-21T17:00-05:00"),
        ("tomorrow 5pm", "2026-11-21T17:00+01:00"),
        ("2026-11-21", "2026-11-21T09:00+01:00"),
        ("monday", "2026-11-23T09:00+01:00"),
    ],
)
async def test_until_when_is_said_in_words_or_as_a_date(
    schedules: Schedules, database: Database, alice: Owner, fired: str, until: str, fires_at: str
) -> None:
    snoozed = await snooze(schedules, database, alice, until=until)

    assert snoozed.fires_at == datetime.fromisoformat(fires_at)
    assert await waiting(database) == [snoozed.fires_at]


async def test_what_becomes_of_the_task_ends_or_replaces_what_was_put_off(
    schedules: Schedules,
    database: Database,
    tasks: TaskTransactions,
    alice: Owner,
    fired: str,
) -> None:
    await snooze(schedules, database, alice, minutes=60)
    put_off = await waiting(database)
    await change(tasks, alice, "#1", title="Call again")
    assert await waiting(database) == put_off

    await change(tasks, alice, "#1", due="2026-11-21T12:00")
    assert await waiting(database) == [datetime.fromisoformat("2026-11-21T11:55+01:00")]
    await snooze(schedules, database, alice, minutes=60)
    await change(tasks, alice, "#1", remind_before=60)
    assert await waiting(database) == [datetime.fromisoformat("2026-11-21T11:00+01:00")]

    await snooze(schedules, database, alice, minutes=60)
    async with tasks.begin(alice) as opened:
        await opened.complete(CompleteTask(task="#1"))
    assert await waiting(database) == []


@pytest.mark.parametrize("command", [CompleteTask(task="#1"), DeleteTask(task="#1")])
async def test_a_task_without_a_reminder_gets_one_until_it_is_done_or_gone(
    schedules: Schedules,
    database: Database,
    tasks: TaskTransactions,
    alice: Owner,
    ticker: Ticker,
    clock: Clock,
    log: EventLog,
    command: CompleteTask | DeleteTask,
) -> None:
    await create(tasks, alice, "Call")
    await create(tasks, alice, "Write")
    for number in ("1", "2"):
        await snooze(schedules, database, alice, number, minutes=10)
    async with tasks.begin(alice) as opened:
        if isinstance(command, CompleteTask):
            await opened.complete(command)
        else:
            await opened.delete(command)

    clock.go_on(minutes=10)
    await tick_until_idle(ticker, clock)
    assert [e["task"]["title"] for e in await told(log, alice, "reminder.due")] == ["Write"]
    assert await waiting(database) == []


@pytest.mark.parametrize(
    ("task_id", "how", "refusal", "code"),
    [
        ("1", {}, Invalid, "snooze_unclear"),
        ("1", {"minutes": 5, "until": "tomorrow"}, Invalid, "snooze_unclear"),
        ("1", {"until": "yesterday"}, Invalid, "snooze_past"),
        ("1", {"until": "2026-11-20"}, Invalid, "snooze_past"),
        ("1", {"until": "soonish"}, Invalid, "due_not_understood"),
        ("3", {"minutes": 5}, NotFound, "task_not_found"),
        ("tsk_" + "0" * 32, {"minutes": 5}, NotFound, "task_not_found"),
        ("2", {"minutes": 5}, Conflict, "snooze_done"),
    ],
)
async def test_what_cannot_be_put_off_is_refused(
    schedules: Schedules,
    database: Database,
    tasks: TaskTransactions,
    alice: Owner,
    log: EventLog,
    fired: str,
    task_id: str,
    how: dict[str, Any],
    refusal: type[DomainError],
    code: str,
) -> None:
    await create(tasks, alice, "Done")
    async with tasks.begin(alice) as opened:
        await opened.complete(CompleteTask(task="#2"))
    with pytest.raises(refusal) as refused:
        await snooze(schedules, database, alice, task_id, **how)

    assert refused.value.code == code
    assert await waiting(database) == []
    assert await told(log, alice, "reminder.snoozed") == []


async def test_nobody_puts_off_what_is_somebody_elses(
    schedules: Schedules, database: Database, bob: Owner, fired: str
) -> None:
    with pytest.raises(NotFound) as refused:
        await snooze(schedules, database, bob, fired, minutes=5)
    assert refused.value.code == "task_not_found"
    assert await waiting(database) == []
