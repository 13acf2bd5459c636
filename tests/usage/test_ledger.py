"""Calls reserved and settled, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from taskchat.db.engine import Database
from taskchat.db.tables import ModelCallRow
from taskchat.tasks.owner import Owner
from taskchat.usage.ledger import Bill, Ledger, Reservation, reserved_by
from taskchat.usage.limits import Spent
from taskchat.usage.prices import Price
from taskchat.usage.report import Report, ToolUsage
from taskchat.usage.tokens import TokenCount
from taskchat.usage.tool_calls import ToolCall, keep
from tests.people import NOW

pytestmark = pytest.mark.anyio

TODAY = "2026-11-20"
CALL = Reservation(
    "run_1", 1, 1, "thr_1", TODAY, "gemini", TokenCount(prompt=1500, output=800), NOW
)
BILL = Bill(TokenCount(1000, 300, 50, 20), 2, False, None, NOW + timedelta(seconds=3))
PRICE = Price(input=0.3, output=2.5, cached=None)


async def reserve(
    database: Database,
    owner: Owner,
    call: Reservation = CALL,
    price: Price | None = PRICE,
    *,
    follows: bool = True,
) -> None:
    async with database.transaction() as session:
        await Ledger(session, owner.id).reserve(call, price, follows=follows)


async def settle(
    database: Database, owner: Owner, call: Reservation = CALL, bill: Bill = BILL, cost: int = 7
) -> bool:
    async with database.transaction() as session:
        return await Ledger(session, owner.id).settle(call, bill, cost)


async def test_a_call_counts_as_what_is_reserved_until_it_is_settled(
    database: Database, alice: Owner
) -> None:
    await reserve(database, alice)
    async with database.reading() as session:
        ledger = Ledger(session, alice.id)
        assert await ledger.spent(TODAY) == Spent(2300, 450_000 + 2_000_000)
        assert await ledger.spent(TODAY, settled_only=True) == Spent()
        assert await ledger.totals("run_1") is None
        assert await reserved_by(session, "run_1") == [CALL]

    assert await settle(database, alice)
    async with database.reading() as session:
        ledger = Ledger(session, alice.id)
        assert await ledger.spent(TODAY) == Spent(1050, 7)
        assert await ledger.spent("2026-11-21") == Spent()
        assert await reserved_by(session, "run_1") == []
        totals = await ledger.totals("run_1")
    assert totals is not None
    assert (totals.calls, totals.requests, totals.thinking, totals.cost) == (1, 2, 20, 7e-9)


async def test_a_call_is_settled_once(database: Database, alice: Owner) -> None:
    await reserve(database, alice)
    assert await settle(database, alice)
    other = replace(BILL, tokens=TokenCount(1, 0, 1, 0), failure="interrupted")
    assert not await settle(database, alice, bill=other)
    async with database.reading() as session:
        (row,) = await session.scalars(select(ModelCallRow))
    assert (row.prompt, row.output, row.failure, row.requests) == (1000, 50, None, 2)
    assert (row.began_at, row.ended_at) == (NOW, BILL.ended_at)


async def test_what_the_last_call_of_the_conversation_came_to_is_reserved_too(
    database: Database, alice: Owner
) -> None:
    await reserve(database, alice)
    await settle(database, alice)
    second, elsewhere = replace(CALL, run_id="run_2"), replace(CALL, run_id="run_3", thread_id="x")
    alone = replace(CALL, run_id="run_4")
    await reserve(database, alice, second)
    await reserve(database, alice, elsewhere)
    await reserve(database, alice, alone, follows=False)
    async with database.reading() as session:
        reserved = [(await reserved_by(session, f"run_{n}"))[0].tokens.prompt for n in (2, 3, 4)]
    assert reserved == [1500 + 1050, 1500, 1500]


async def test_a_call_without_a_price_is_reserved_as_free(database: Database, alice: Owner) -> None:
    await reserve(database, alice, price=None)
    async with database.transaction() as session:
        ledger = Ledger(session, alice.id)
        assert await ledger.spent(TODAY) == Spent(2300, 0)
        await ledger.drop(CALL)
        assert await ledger.spent(TODAY) == Spent()


async def test_others_do_not_count(database: Database, alice: Owner, bob: Owner) -> None:
    await reserve(database, alice)
    await settle(database, alice)
    async with database.reading() as session:
        assert await Ledger(session, bob.id).spent(TODAY) == Spent()
        assert await Ledger(session, bob.id).totals("run_1") is None


async def test_tools_are_told_with_the_time_that_half_and_that_most_of_their_calls_take(
    database: Database, alice: Owner
) -> None:
    def call(number: int, tool: str, milliseconds: int, status: str = "ok") -> ToolCall:
        names = ("run_1", f"call_{number}", alice.id, "thr_1", TODAY, "gemini", tool, status)
        return ToolCall(*names, milliseconds, NOW)

    calls = [call(n, "list_tasks", n) for n in range(1, 101)]
    calls += [call(200, "create_task", 40, "failed"), call(201, "create_task", 10)]
    async with database.transaction() as session:
        await keep(session, calls)
        await keep(session, calls[:5])
    async with database.reading() as session:
        report = Report(session, alice.id, zone="Europe/Berlin", days=1, now=NOW)
        assert await report.by_tool() == [
            ToolUsage("list_tasks", 100, 0, 50, 95),
            ToolUsage("create_task", 2, 1, 10, 40),
        ]


async def test_days_before_those_asked_for_are_left_out(database: Database, alice: Owner) -> None:
    for day in ("2026-11-18", "2026-11-19", TODAY):
        call = replace(CALL, run_id=f"run_{day}", day=day)
        await reserve(database, alice, call)
        await settle(database, alice, call)
    never_made = replace(CALL, run_id="run_never", day="2026-11-19")
    await reserve(database, alice, never_made)
    await settle(database, alice, never_made, Bill(TokenCount(), 0, False, "stopped", NOW))
    async with database.reading() as session:
        report = Report(session, alice.id, zone="Europe/Berlin", days=2, now=NOW)
        days = [(day, totals.calls) for day, totals in await report.by_day()]
        assert days == [("2026-11-19", 1), (TODAY, 1)]
        assert (await report.total()).calls == 2
