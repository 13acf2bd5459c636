from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from taskchat.db.engine import Database
from taskchat.db.tables import (
    AcceptedRequestRow,
    Base,
    ConfirmationRow,
    EventRow,
    JournalRow,
    ModelCallRow,
    NotificationRow,
    OutboxRow,
    RunRow,
    ScheduleRow,
    SessionRow,
    ThreadRow,
    ToolCallRow,
)
from taskchat.schedules.housekeeping import MOST_EVENTS, MOST_ROWS, PERSON_EVENTS_KEPT
from taskchat.schedules.ticker import Ticker
from taskchat.streams.cursor import Cursor
from taskchat.streams.log import EventLog
from taskchat.tasks.owner import Owner
from tests.people import NOW
from tests.schedules.conftest import Clock
from tests.schedules.people import tick_until_idle

pytestmark = pytest.mark.anyio

OLD = NOW - timedelta(hours=24, seconds=1)
YOUNG = NOW - timedelta(hours=23)


@pytest.fixture(autouse=True)
async def due(database: Database) -> None:
    """Databases are used again, and with them the time of the last round."""
    async with database.transaction() as session:
        await session.execute(update(ScheduleRow).values(next_at=NOW))


async def add_thread(database: Database, log: EventLog, owner: Owner, name: str) -> str:
    async with database.transaction() as session:
        values: dict[str, object] = {
            "id": name,
            "owner_id": owner.id,
            "created_at": NOW,
            "data": dict[str, object](),
        }
        await session.execute(insert(ThreadRow).values(values))
        await log.open(session, name, owner.id)
    return name


async def add_run(
    database: Database, log: EventLog, owner: Owner, thread: str, ended: datetime | None
) -> str:
    """With three events and an entry in its journal; without an end it is running still."""
    start = (await log.bounds(thread)).head
    end = await log.append(thread, ["one", "two", "three"])
    run_id = f"{thread}-{start}"
    async with database.transaction() as session:
        values = {
            "id": run_id,
            "thread_id": thread,
            "owner_id": owner.id,
            "kind": "message",
            "status": "completed" if ended else "running",
            "start": start,
            "end": end if ended else None,
            "created_at": NOW,
            "finished_at": ended,
        }
        await session.execute(insert(RunRow).values(values))
        await session.execute(insert(JournalRow).values(run_id=run_id, key="turn:1", data={}))
    return run_id


async def journals(database: Database) -> set[str]:
    async with database.reading() as session:
        return set(await session.scalars(select(JournalRow.run_id)))


async def count(database: Database, table: type[Base]) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_events_and_journals_go_a_day_after_their_run_ended(
    database: Database, log: EventLog, alice: Owner, ticker: Ticker, clock: Clock
) -> None:
    thread = await add_thread(database, log, alice, "thr_1")
    await add_run(database, log, alice, thread, OLD)
    young = await add_run(database, log, alice, thread, YOUNG)

    await tick_until_idle(ticker, clock)

    assert (await log.bounds(thread)).trimmed == 3
    assert [entry.cursor.fact for entry in await log.read(thread, Cursor(3))] == [4, 5, 6]
    assert await journals(database) == {young}


async def test_nothing_is_trimmed_while_a_run_of_the_conversation_is_open(
    database: Database, log: EventLog, alice: Owner, ticker: Ticker, clock: Clock
) -> None:
    thread = await add_thread(database, log, alice, "thr_1")
    await add_run(database, log, alice, thread, OLD)
    running = await add_run(database, log, alice, thread, None)

    await tick_until_idle(ticker, clock)

    assert (await log.bounds(thread)).trimmed == 0
    assert len(await log.read(thread, Cursor(0))) == 6
    assert await journals(database) == {running}


async def test_a_follower_with_an_old_cursor_can_tell_that_entries_are_gone(
    database: Database, log: EventLog, alice: Owner, ticker: Ticker, clock: Clock
) -> None:
    thread = await add_thread(database, log, alice, "thr_1")
    await add_run(database, log, alice, thread, OLD)
    cursor = Cursor(1)
    assert cursor.fact >= (await log.bounds(thread)).trimmed

    await tick_until_idle(ticker, clock)

    assert cursor.fact < (await log.bounds(thread)).trimmed
    assert await log.read(thread, cursor) == []
    assert await log.append(thread, ["four"]) == 4


async def test_a_person_keeps_the_newest_events(
    database: Database, log: EventLog, alice: Owner, bob: Owner, ticker: Ticker, clock: Clock
) -> None:
    total = PERSON_EVENTS_KEPT + MOST_EVENTS + 10
    await log.append(alice.id, ["event"] * total)
    await log.append(bob.id, ["event"] * PERSON_EVENTS_KEPT)

    await tick_until_idle(ticker, clock)

    assert (await log.bounds(alice.id)).trimmed == MOST_EVENTS + 10
    assert (await log.bounds(bob.id)).trimmed == 0
    assert await count(database, EventRow) == 2 * PERSON_EVENTS_KEPT


async def test_what_has_expired_goes_and_what_has_not_stays(
    database: Database, log: EventLog, alice: Owner, ticker: Ticker, clock: Clock
) -> None:
    thread = await add_thread(database, log, alice, "thr_1")
    request = {"owner_id": alice.id, "fingerprint": "", "run_id": "", "thread_id": "", "start": 0}
    session_of = {"account_id": alice.id, "created_at": OLD}
    asked: dict[str, object] = {
        "owner_id": alice.id,
        "thread_id": thread,
        "item_id": "itm",
        "status": "pending",
        "effect": dict[str, object](),
        "decided_at": None,
    }
    week = timedelta(days=7)
    async with database.transaction() as session:
        old = [request | {"key": str(n), "created_at": OLD} for n in range(MOST_ROWS + 5)]
        await session.execute(insert(AcceptedRequestRow), old)
        kept = request | {"key": "kept", "created_at": YOUNG}
        await session.execute(insert(AcceptedRequestRow).values(kept))
        for name, expires_at in (("gone", NOW), ("alive", NOW + timedelta(seconds=1))):
            row = session_of | {"id": name, "expires_at": expires_at}
            await session.execute(insert(SessionRow).values(row))
        for name, created_at in (("gone", NOW - week - timedelta(1)), ("waits", NOW - week)):
            row = asked | {"token": name, "created_at": created_at}
            await session.execute(insert(ConfirmationRow).values(row))

    await tick_until_idle(ticker, clock)

    async with database.reading() as session:
        assert (await session.scalars(select(AcceptedRequestRow.key))).all() == ["kept"]
        assert (await session.scalars(select(SessionRow.id))).all() == ["alive"]
        assert (await session.scalars(select(ConfirmationRow.token))).all() == ["waits"]


async def test_notifications_are_forgotten_after_a_month_and_letters_after_a_week(
    database: Database, alice: Owner, ticker: Ticker, clock: Clock
) -> None:
    month, week = timedelta(days=30), timedelta(days=7)
    told = {"owner_id": alice.id, "kind": "reminder", "data": dict[str, object]()}
    sent: dict[str, object] = {
        "owner_id": alice.id,
        "kind": "mail",
        "target": "alice@example.com",
        "payload": dict[str, object](),
        "next_at": NOW,
        "expires_at": NOW,
    }
    moment = timedelta(seconds=1)
    async with database.transaction() as session:
        for key, created_at in (("old", NOW - month - moment), ("young", NOW - month)):
            row = told | {"key": key, "created_at": created_at}
            await session.execute(insert(NotificationRow).values(row))
        for key, ended_at in (
            ("old", NOW - week - moment),
            ("young", NOW - week),
            ("waits", None),
        ):
            row = sent | {"id": key, "ended_at": ended_at}
            await session.execute(insert(OutboxRow).values(row))

    await tick_until_idle(ticker, clock)

    async with database.reading() as session:
        assert (await session.scalars(select(NotificationRow.key))).all() == ["young"]
        assert set(await session.scalars(select(OutboxRow.id))) == {"young", "waits"}


def call_of(owner: Owner, run_id: str, began_at: datetime) -> dict[str, Any]:
    words = {"thread_id": "thr", "day": "2026-11-20", "model": "gemini", "status": "reserved"}
    return words | {"run_id": run_id, "owner_id": owner.id, "began_at": began_at}


async def test_what_was_used_is_kept_for_400_days(
    database: Database, alice: Owner, ticker: Ticker, clock: Clock
) -> None:
    year, moment = timedelta(days=400), timedelta(seconds=1)
    counted: dict[str, object] = {"turn": 1, "attempt": 1, "prompt": 5, "status": "settled"}
    used: dict[str, object] = {"call_id": "call", "tool": "list_tasks", "milliseconds": 3}
    async with database.transaction() as session:
        for name, at in (("old", NOW - year - moment), ("young", NOW - year)):
            row = call_of(alice, name, at) | counted
            await session.execute(insert(ModelCallRow).values(row))
            row = call_of(alice, name, at) | used | {"at": at}
            del row["began_at"]
            await session.execute(insert(ToolCallRow).values(row))

    await tick_until_idle(ticker, clock)

    async with database.reading() as session:
        assert (await session.scalars(select(ModelCallRow.run_id))).all() == ["young"]
        assert (await session.scalars(select(ToolCallRow.run_id))).all() == ["young"]


async def test_a_call_whose_run_is_gone_is_settled_as_what_was_reserved(
    database: Database, log: EventLog, alice: Owner, ticker: Ticker, clock: Clock
) -> None:
    thread = await add_thread(database, log, alice, "thr_1")
    running = await add_run(database, log, alice, thread, None)
    long_ago, just_now = NOW - timedelta(hours=1, seconds=1), NOW - timedelta(minutes=59)
    reserved = {"turn": 1, "attempt": 1, "prompt": 1500, "output": 800}
    async with database.transaction() as session:
        for name, at in ((running, long_ago), ("gone", long_ago), ("young", just_now)):
            await session.execute(insert(ModelCallRow).values(call_of(alice, name, at) | reserved))

    await tick_until_idle(ticker, clock)

    async with database.reading() as session:
        rows = {row.run_id: row for row in await session.scalars(select(ModelCallRow))}
    assert (rows[running].status, rows["young"].status) == ("reserved", "reserved")
    lost = rows["gone"]
    assert (lost.status, lost.failure, lost.ended_at) == ("settled", "lost", NOW)
    assert (lost.prompt, lost.output, lost.requests, lost.is_estimated) == (1500, 800, 1, True)


async def test_housekeeping_comes_every_ten_minutes(
    database: Database, ticker: Ticker, clock: Clock
) -> None:
    await tick_until_idle(ticker, clock)

    assert await ticker.next_due() == NOW + timedelta(minutes=10)
    clock.go_on(minutes=10)
    assert await ticker.tick(clock.now) == 1
    assert await ticker.tick(clock.now) == 0
