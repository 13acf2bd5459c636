import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from taskchat.db.engine import Database
from taskchat.db.tables import ReminderRow, SeriesRow
from taskchat.domain.errors import Invalid
from taskchat.schedules.service import build_ticker
from taskchat.schedules.ticker import Ticker
from taskchat.streams.log import EventLog
from taskchat.tasks.commands import CompleteTask, DeleteTask
from taskchat.tasks.service import Owner, TaskTransactions
from tests.people import add_account
from tests.schedules.conftest import Clock
from tests.schedules.people import change, create, tick_until_idle, titles_and_dues, told

pytestmark = pytest.mark.anyio

FRIDAYS = "FREQ=WEEKLY;BYDAY=FR"


def berlin(text: str) -> datetime:
    offset = "+01:00" if text < "2027-03-28T02" else "+02:00"
    return datetime.fromisoformat(text + offset)


async def complete(tasks: TaskTransactions, owner: Owner, reference: str) -> None:
    async with tasks.begin(owner) as opened:
        await opened.complete(CompleteTask(task=reference))


async def test_the_next_task_is_made_when_its_time_comes_and_the_one_before_is_done(
    tasks: TaskTransactions, alice: Owner, ticker: Ticker, clock: Clock, log: EventLog
) -> None:
    await create(tasks, alice, "Report", due="2026-11-20T20:00", recurrence=FRIDAYS, tags=["work"])
    await complete(tasks, alice, "#1")

    clock.now = berlin("2026-11-27T19:59:59")
    await tick_until_idle(ticker, clock)
    assert await titles_and_dues(tasks, alice) == []

    clock.go_on(seconds=1)
    await tick_until_idle(ticker, clock)
    assert await titles_and_dues(tasks, alice) == [("Report", "2026-11-27T20:00:00+01:00")]
    created = (await told(log, alice, "task.created"))[-1]["task"]
    assert (created["number"], created["tags"], created["recurrence"]) == (2, ["work"], FRIDAYS)
    async with tasks.read(alice) as opened:
        newest = (await opened.activity(None, 1)).items[0]
    assert (newest.action, newest.actor.kind) == ("repeat_task", "schedule")


async def test_a_series_has_one_open_task_and_passes_over_the_times_that_come_meanwhile(
    tasks: TaskTransactions, alice: Owner, ticker: Ticker, clock: Clock
) -> None:
    await create(tasks, alice, "Report", due="2026-11-20T20:00", recurrence=FRIDAYS)

    clock.now = berlin("2026-11-28T12:00:00")
    await tick_until_idle(ticker, clock)
    assert await titles_and_dues(tasks, alice) == [("Report", "2026-11-20T20:00:00+01:00")]

    await complete(tasks, alice, "#1")
    await tick_until_idle(ticker, clock)
    assert await titles_and_dues(tasks, alice) == []
    clock.now = berlin("2026-12-04T20:00:00")
    await tick_until_idle(ticker, clock)
    assert await titles_and_dues(tasks, alice) == [("Report", "2026-12-04T20:00:00+01:00")]


async def test_after_a_long_absence_only_the_newest_task_is_made(
    tasks: TaskTransactions, alice: Owner, ticker: Ticker, clock: Clock
) -> None:
    await create(tasks, alice, "Water", due="2026-11-20", recurrence="FREQ=DAILY")
    await complete(tasks, alice, "#1")

    clock.now = berlin("2026-11-25T07:00:00")
    await tick_until_idle(ticker, clock)
    assert await titles_and_dues(tasks, alice) == [("Water", "2026-11-25")]


async def test_a_postponed_task_leaves_the_series_where_it_was(
    tasks: TaskTransactions, alice: Owner, ticker: Ticker, clock: Clock
) -> None:
    await create(tasks, alice, "Report", due="2026-11-20T20:00", recurrence=FRIDAYS)
    await change(tasks, alice, "#1", due="2026-11-23T09:00")
    await complete(tasks, alice, "#1")

    clock.now = berlin("2026-11-27T20:00:00")
    await tick_until_idle(ticker, clock)
    assert await titles_and_dues(tasks, alice) == [("Report", "2026-11-27T20:00:00+01:00")]


async def test_the_hour_stays_when_the_clocks_change(
    tasks: TaskTransactions, alice: Owner, ticker: Ticker, clock: Clock
) -> None:
    clock.now = berlin("2027-03-27T10:00:00")
    await create(tasks, alice, "Walk", due="2027-03-27T18:00", recurrence="FREQ=DAILY")
    await complete(tasks, alice, "#1")

    clock.now = berlin("2027-03-28T18:00:00")
    await tick_until_idle(ticker, clock)
    assert await titles_and_dues(tasks, alice) == [("Walk", "2027-03-28T18:00:00+02:00")]


async def test_a_task_with_a_reminder_is_made_in_time_for_it(
    tasks: TaskTransactions, alice: Owner, ticker: Ticker, clock: Clock, log: EventLog
) -> None:
    await create(tasks, alice, "Call", due="2026-11-20T20:00", recurrence=FRIDAYS)
    await change(tasks, alice, "#1", remind_before=60)
    await complete(tasks, alice, "#1")

    clock.now = berlin("2026-11-27T19:00:00")
    await tick_until_idle(ticker, clock)
    (event,) = await told(log, alice, "reminder.due")
    assert (event["task"]["due"], event["late"]) == ("2026-11-27T20:00:00+01:00", False)


@pytest.mark.parametrize("rule", ["FREQ=DAILY;COUNT=3", "FREQ=DAILY;UNTIL=20261122"])
async def test_a_series_ends_when_its_rule_does(
    tasks: TaskTransactions, alice: Owner, ticker: Ticker, clock: Clock, rule: str
) -> None:
    await create(tasks, alice, "Pill", due="2026-11-20", recurrence=rule)
    made: list[str | None] = []
    for number in range(1, 6):
        made += [due for _, due in await titles_and_dues(tasks, alice)]
        if len(made) == number:
            await complete(tasks, alice, f"#{number}")
        clock.go_on(days=1)
        await tick_until_idle(ticker, clock)

    assert made == ["2026-11-20", "2026-11-21", "2026-11-22"]


@pytest.mark.parametrize("end", ["deleted", "no rule", "no due date"])
async def test_a_series_ends_with_its_newest_task(
    tasks: TaskTransactions,
    alice: Owner,
    ticker: Ticker,
    clock: Clock,
    database: Database,
    end: str,
) -> None:
    await create(tasks, alice, "Water", due="2026-11-20", recurrence="FREQ=DAILY")
    if end == "deleted":
        async with tasks.begin(alice) as opened:
            await opened.delete(DeleteTask(task="#1"))
    else:
        cleared: dict[str, object] = {"recurrence": "none"} if end == "no rule" else {"due": None}
        changed = await change(tasks, alice, "#1", **cleared)
        assert changed.recurrence is None
        await complete(tasks, alice, "#1")

    clock.go_on(days=2)
    await tick_until_idle(ticker, clock)
    assert await titles_and_dues(tasks, alice) == []
    async with database.reading() as session:
        assert (await session.scalars(select(SeriesRow))).all() == []


async def test_a_rule_needs_a_due_date_and_a_second_date(
    tasks: TaskTransactions, alice: Owner
) -> None:
    codes: list[str] = []
    for fields in (
        {"recurrence": "FREQ=DAILY"},
        {"recurrence": "FREQ=DAILY;COUNT=1", "due": "today"},
        {"recurrence": "FREQ=DAILY;UNTIL=20200101", "due": "today"},
        {"recurrence": "FREQ=SECONDLY", "due": "today"},
    ):
        with pytest.raises(Invalid) as refused:
            await create(tasks, alice, "Never", **fields)
        codes.append(refused.value.code)

    assert codes == [
        "recurrence_needs_due",
        "recurrence_never",
        "recurrence_never",
        "recurrence_invalid",
    ]
    assert await titles_and_dues(tasks, alice) == []


async def test_rules_and_reminders_that_are_set_at_once_leave_one_of_each(
    tasks: TaskTransactions, alice: Owner, database: Database
) -> None:
    await create(tasks, alice, "Report", due="2026-11-27T20:00")
    await asyncio.gather(
        *(
            change(
                tasks, alice, "#1", remind_before=minutes, recurrence=f"FREQ=DAILY;COUNT={count}"
            )
            for minutes, count in zip(range(8), range(2, 10), strict=True)
        )
    )

    async with tasks.read(alice) as opened:
        kept = await opened.get("#1")
    async with database.reading() as session:
        (series,) = await session.scalars(select(SeriesRow))
        (reminder,) = await session.scalars(select(ReminderRow))
    assert series.rule == kept.recurrence
    assert kept.due is not None
    assert kept.remind_before is not None
    before = timedelta(minutes=kept.remind_before)
    assert reminder.fires_at == datetime.fromisoformat(kept.due) - before


async def test_many_processes_that_tick_at_once_make_each_task_once(
    postgres_url: str, clock: Clock
) -> None:
    databases = [Database(postgres_url) for _ in range(4)]
    tickers = [build_ticker(database, EventLog(database), clock) for database in databases]
    tasks = TaskTransactions(databases[0], EventLog(databases[0]), clock)
    owners = [await add_account(databases[0], f"{n}@example.com") for n in range(4)]
    for owner in owners:
        for title in ("One", "Two", "Three"):
            await create(tasks, owner, title, due="2026-11-20", recurrence="FREQ=DAILY")
        for reference in ("#1", "#2", "#3"):
            await complete(tasks, owner, reference)

    clock.now = berlin("2026-11-21T07:00:00")
    while any(await asyncio.gather(*(ticker.tick(clock.now) for ticker in tickers))):
        pass

    for owner in owners:
        made = await titles_and_dues(tasks, owner)
        assert sorted(title for title, _ in made) == ["One", "Three", "Two"]
    for database in databases:
        await database.close()
