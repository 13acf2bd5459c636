"""Append-only logs: runs and commands write to them, any number of connections follow them."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.engine import Database, after_commit, undisturbed
from taskchat.db.tables import EventRow, StreamRow
from taskchat.domain.task import UserId
from taskchat.streams.tail import Entry, Tails

HEARTBEAT_SECONDS = 15.0
READ_LIMIT = 500


class EventLog:
    """One log per stream id; `cursor` 0 is before the first entry."""

    def __init__(self, database: Database, *, heartbeat: float = HEARTBEAT_SECONDS) -> None:
        self._database = database
        self._tails = Tails()
        self._heartbeat = heartbeat

    def open(self, session: AsyncSession, stream_id: str, owner: UserId) -> None:
        session.add(StreamRow(id=stream_id, owner_id=owner, head=0))

    async def write(self, session: AsyncSession, stream_id: str, payloads: Sequence[str]) -> int:
        """Appends within the caller's transaction and returns the new head; followers hear of it after the commit."""
        move = (
            update(StreamRow)
            .where(StreamRow.id == stream_id)
            .values(head=StreamRow.head + len(payloads))
            .returning(StreamRow.head)
        )
        head = (await session.execute(move)).scalar_one()
        first = head - len(payloads) + 1
        entries = [Entry(first + place, payload) for place, payload in enumerate(payloads)]
        if entries:
            rows = [
                {"stream_id": stream_id, "cursor": entry.cursor, "payload": entry.payload}
                for entry in entries
            ]
            await session.execute(insert(EventRow), rows)
            after_commit(session, lambda: self._tails.publish(stream_id, entries))
        return head

    async def append(self, stream_id: str, payloads: Sequence[str]) -> int:
        async with self._database.transaction() as session:
            return await self.write(session, stream_id, payloads)

    async def head(self, stream_id: str) -> int:
        async with self._database.reading() as session:
            head = select(StreamRow.head).where(StreamRow.id == stream_id)
            return await session.scalar(head) or 0

    async def follow(self, stream_id: str, after: int) -> AsyncGenerator[Entry | None]:
        """Entries past `after`, then new ones until the stream is deleted; None whenever it has been quiet for a heartbeat.

        No connection is held while waiting.
        """
        with self._tails.watch(stream_id) as (tail, bell):
            rung = True
            while True:
                bell.clear()  # before reading: what is written during the read must ring again
                # Other processes ring no bell here, so after a quiet time the database is asked.
                entries = tail.since(after) if rung else None
                if entries is None:
                    entries = await undisturbed(self.read(stream_id, after))
                for entry in entries:
                    after = entry.cursor
                    yield entry
                rung = bool(entries) or await _rings(bell, self._heartbeat)
                if not rung:
                    if not await undisturbed(self._exists(stream_id)):
                        return
                    yield None

    async def _exists(self, stream_id: str) -> bool:
        async with self._database.reading() as session:
            found = await session.scalar(select(StreamRow.id).where(StreamRow.id == stream_id))
        return found is not None

    async def read(self, stream_id: str, after: int) -> list[Entry]:
        """What is there now, at most READ_LIMIT entries."""
        newer = (
            select(EventRow.cursor, EventRow.payload)
            .where(EventRow.stream_id == stream_id, EventRow.cursor > after)
            .order_by(EventRow.cursor)
            .limit(READ_LIMIT)
        )
        async with self._database.reading() as session:
            return [Entry(cursor, payload) for cursor, payload in await session.execute(newer)]


async def _rings(bell: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await bell.wait()
    except TimeoutError:
        return False
