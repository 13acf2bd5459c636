"""Entries that are told out of order, as commits on PostgreSQL can be."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

import pytest
from anyio import fail_after
from sqlalchemy import delete

from taskchat.db.engine import Database
from taskchat.db.tables import AccountRow
from taskchat.streams.cursor import Cursor
from taskchat.streams.delivery import Delivery
from taskchat.streams.log import EventLog
from taskchat.streams.tail import KEPT_ENTRIES, Entry, Tail, Tails
from taskchat.tasks.owner import Owner
from tests.streams.conftest import StartLog
from tests.streams.following import payloads_of, take

STREAM = "thr_1"
ENTRIES = [Entry(Cursor(number), str(number)) for number in range(1, 5)]


class Ear:
    def __init__(self) -> None:
        self.rings = 0

    def wake(self, stream_id: str) -> None:
        assert stream_id == STREAM
        self.rings += 1


class Shelf:
    """Every entry that was ever committed, and how often somebody asked for them."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self.reads = 0
        self.tails = Tails(self.read)

    async def read(self, stream_id: str, after: Cursor) -> list[Entry]:
        assert stream_id == STREAM
        self.reads += 1
        await asyncio.sleep(0)
        return [entry for entry in self.entries if entry.cursor > after]

    async def settle(self, tail: Tail) -> None:
        with fail_after(5):
            while tail.catching_up:
                await tail.catching_up


@pytest.mark.anyio
@pytest.mark.parametrize(
    "order", [(1, 2, 3, 4), (1, 3, 2, 4), (2, 1, 4, 3), (4, 3, 2, 1), (3, 4, 1, 2)]
)
async def test_a_tail_has_no_gap_in_whatever_order_it_is_told(order: tuple[int, ...]) -> None:
    shelf = Shelf(ENTRIES)
    tail = shelf.tails.join(STREAM, Ear())
    tail.begin(Cursor(0))
    for number in order:
        shelf.tails.publish(STREAM, Cursor(number - 1), [ENTRIES[number - 1]])
    await shelf.settle(tail)

    for start in range(5):
        assert tail.since(Cursor(start)) == ENTRIES[start:]


@pytest.mark.anyio
async def test_what_is_missing_is_read_once_for_all() -> None:
    shelf = Shelf(ENTRIES)
    ears = [Ear() for _ in range(50)]
    tails = [shelf.tails.join(STREAM, ear) for ear in ears]
    tails[0].begin(Cursor(0))
    for _ in range(10):
        shelf.tails.hear(STREAM, 4)
    await shelf.settle(tails[0])

    assert tails[0].since(Cursor(0)) == ENTRIES
    assert shelf.reads <= 2
    assert {ear.rings for ear in ears} == {1}


@pytest.mark.anyio
async def test_what_is_told_twice_or_late_is_taken_once() -> None:
    tail = Shelf(ENTRIES).tails.join(STREAM, ear := Ear())
    for start, end in ((0, 2), (0, 2), (1, 3), (0, 1), (2, 4), (0, 4)):
        assert tail.extend(Cursor(start), ENTRIES[start:end])

    assert tail.since(Cursor(0)) == ENTRIES
    assert ear.rings == 3


@pytest.mark.anyio
async def test_deltas_come_between_the_facts() -> None:
    tail = Shelf([]).tails.join(STREAM, Ear())
    deltas = [Entry(Cursor(1, number), f"delta {number}") for number in (1, 2)]
    assert tail.extend(Cursor(0), ENTRIES[:1])
    assert tail.extend(Cursor(1), deltas)
    assert not tail.extend(Cursor(1, 3), ENTRIES[1:2])  # the third delta is missing
    assert tail.extend(Cursor(1, 2), ENTRIES[1:2])

    assert tail.since(Cursor(1)) == [*deltas, ENTRIES[1]]
    assert tail.since(Cursor(1, 1)) == [deltas[1], ENTRIES[1]]


@pytest.mark.anyio
async def test_a_long_tail_lets_the_oldest_go_and_knows_that_it_did() -> None:
    tail = Shelf([]).tails.join(STREAM, Ear())
    many = [Entry(Cursor(number), "x") for number in range(1, 10 * KEPT_ENTRIES)]
    for entry in many:
        tail.extend(Cursor(entry.cursor.fact - 1), [entry])

    assert tail.since(Cursor(0)) is None
    assert tail.since(many[-KEPT_ENTRIES - 1].cursor) == many[-KEPT_ENTRIES:]
    assert len(tail.entries) <= 2 * KEPT_ENTRIES


@pytest.mark.anyio
async def test_a_stream_that_nobody_follows_any_more_is_forgotten() -> None:
    tails = Shelf(ENTRIES).tails
    one, other = Ear(), Ear()
    tail = tails.join(STREAM, one)
    assert tails.join(STREAM, other) is tail
    tails.leave(tail, one)
    assert STREAM in tails
    tails.leave(tail, other)
    assert STREAM not in tails


@pytest.mark.anyio
async def test_a_log_finds_by_looking_what_it_was_not_told(
    database: Database, start_log: StartLog, alice: Owner
) -> None:
    here, elsewhere = await start_log(poll=0.05), EventLog(database, Delivery(database))
    async with aclosing(here.follow(alice.id, Cursor(0))) as stream:
        await here.append(alice.id, ["1"])
        assert payloads_of(await take(stream, 1)) == ["1"]
        await elsewhere.append(alice.id, ["2"])
        assert payloads_of(await take(stream, 1)) == ["2"]


@pytest.mark.anyio
async def test_the_followers_of_a_deleted_stream_are_let_go(
    database: Database, start_log: StartLog, alice: Owner
) -> None:
    log = await start_log(poll=0.05)
    await log.append(alice.id, ["1"])
    seen: list[Entry | None] = []
    with fail_after(5):
        async for entry in log.follow(alice.id, Cursor(0)):
            seen.append(entry)
            async with database.transaction() as session:
                await session.execute(delete(AccountRow))

    assert seen == [Entry(Cursor(1), "1")]
