"""Entries that are told out of order, as commits on PostgreSQL can be."""

from collections.abc import AsyncGenerator

import pytest
from anyio import fail_after
from sqlalchemy import delete

from taskchat.db.engine import Database
from taskchat.db.tables import AccountRow
from taskchat.streams.log import EventLog
from taskchat.streams.tail import Entry, Tail
from taskchat.tasks.service import Owner

ENTRIES = [Entry(cursor, str(cursor)) for cursor in range(1, 5)]


def read_on(tail: Tail, cursor: int) -> list[Entry]:
    """What a follower at `cursor` gets in the end; the database has every entry."""
    seen: list[Entry] = []
    while True:
        entries = tail.since(cursor)
        if entries is None:
            entries = [entry for entry in ENTRIES if entry.cursor > cursor]
        if not entries:
            return seen
        seen += entries
        cursor = entries[-1].cursor


@pytest.mark.parametrize(
    "order", [(1, 2, 3, 4), (1, 3, 2, 4), (2, 1, 4, 3), (4, 3, 2, 1), (3, 4, 1, 2)]
)
@pytest.mark.parametrize("start", [0, 1, 2, 3, 4])
def test_a_follower_misses_nothing_in_whatever_order_it_is_told(
    order: tuple[int, ...], start: int
) -> None:
    tail = Tail()
    for cursor in order:
        tail.extend([ENTRIES[cursor - 1]])

    assert read_on(tail, start) == ENTRIES[start:]


@pytest.mark.anyio
async def test_a_follower_hears_of_another_process_at_the_next_heartbeat(
    database: Database, alice: Owner
) -> None:
    here, elsewhere = EventLog(database, heartbeat=0.05), EventLog(database)
    entries = here.follow(alice.id, 0)
    await here.append(alice.id, ["1"])
    with fail_after(5):
        first = await anext(entries)
        await here.append(alice.id, ["2"])
        second = await anext(entries)
        await elsewhere.append(alice.id, ["3"])
        rest = [entry async for entry in _until(entries, "3")]

    assert [first, second, *rest] == [Entry(1, "1"), Entry(2, "2"), Entry(3, "3")]


async def _until(entries: AsyncGenerator[Entry | None], payload: str) -> AsyncGenerator[Entry]:
    async for entry in entries:
        if entry is not None:
            yield entry
            if entry.payload == payload:
                return


@pytest.mark.anyio
async def test_the_followers_of_a_deleted_stream_are_let_go(
    database: Database, alice: Owner
) -> None:
    log = EventLog(database, heartbeat=0.05)
    await log.append(alice.id, ["1"])
    seen: list[Entry | None] = []
    with fail_after(5):
        async for entry in log.follow(alice.id, 0):
            seen.append(entry)
            if len(seen) == 1:
                async with database.transaction() as session:
                    await session.execute(delete(AccountRow))

    assert seen == [Entry(1, "1")]
