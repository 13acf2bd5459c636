"""Followers and writers as the tests use them."""

from collections.abc import AsyncIterator, Iterable

from anyio import fail_after
from sqlalchemy import insert, update

from taskchat.db.engine import Database
from taskchat.db.tables import RunRow, StreamRow, ThreadRow
from taskchat.domain.ids import new_id
from taskchat.streams.fences import Fence
from taskchat.streams.tail import Entry
from taskchat.tasks.owner import Owner
from tests.people import NOW

PATIENCE_SECONDS = 10


async def take(stream: AsyncIterator[Entry | None], count: int) -> list[Entry]:
    """The next `count` entries, heartbeats left out."""
    taken: list[Entry] = []
    with fail_after(PATIENCE_SECONDS):
        async for entry in stream:
            taken += [entry] if entry else []
            if len(taken) == count:
                break
    return taken


async def take_until(stream: AsyncIterator[Entry | None], payload: str) -> list[Entry]:
    """The entries up to the first with that payload."""
    taken: list[Entry] = []
    with fail_after(PATIENCE_SECONDS):
        async for entry in stream:
            taken += [entry] if entry else []
            if entry and entry.payload == payload:
                break
    return taken


def facts_of(entries: Iterable[Entry]) -> list[int]:
    return [entry.cursor.fact for entry in entries]


def payloads_of(entries: Iterable[Entry]) -> list[str]:
    return [entry.payload for entry in entries]


async def begin_run(database: Database, owner: Owner) -> tuple[Fence, str]:
    """A running answer in a conversation of its own, and the stream of that conversation."""
    thread_id, run_id = new_id("thr"), new_id("run")
    async with database.transaction() as session:
        thread = insert(ThreadRow).values(id=thread_id, owner_id=owner.id, created_at=NOW, data={})
        await session.execute(thread)
        await session.execute(insert(StreamRow).values(id=thread_id, owner_id=owner.id))
        run = {"id": run_id, "thread_id": thread_id, "owner_id": owner.id, "kind": "message"}
        run |= {"status": "running", "start": 0, "attempt": 1, "created_at": NOW}
        await session.execute(insert(RunRow).values(run))
    return Fence(run_id, 1), thread_id


async def take_over(database: Database, fence: Fence) -> Fence:
    """What a process does that takes a run on after another."""
    claimed = Fence(fence.run_id, fence.attempt + 1)
    async with database.transaction() as session:
        claim = update(RunRow).where(RunRow.id == fence.run_id).values(attempt=claimed.attempt)
        await session.execute(claim)
    return claimed
