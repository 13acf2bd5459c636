"""Append-only logs: runs and commands write to them, any number of connections follow them."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import AbstractContextManager, aclosing, asynccontextmanager, contextmanager
from itertools import batched

from taskchat.db.engine import Database, after_commit, undisturbed
from taskchat.db.statements import Link
from taskchat.domain.task import UserId
from taskchat.streams import rows
from taskchat.streams.cursor import Cursor
from taskchat.streams.deliveries import build_delivery
from taskchat.streams.delivery import Delivery
from taskchat.streams.fences import Fence
from taskchat.streams.follower import Follower
from taskchat.streams.rows import Bounds
from taskchat.streams.tail import READ_LIMIT, Entry, facts_up_to
from taskchat.streams.waiting import passes

HEARTBEAT_SECONDS = 15.0
POLL_SECONDS = 3.0

logger = logging.getLogger(__name__)


class EventLog:
    """One log per stream id. Facts are written in the caller's transaction, deltas pass by."""

    def __init__(
        self,
        database: Database,
        delivery: Delivery | None = None,
        *,
        heartbeat: float = HEARTBEAT_SECONDS,
        poll: float = POLL_SECONDS,
    ) -> None:
        self._database = database
        self._delivery = delivery or build_delivery(database, None)
        self._heartbeat = heartbeat
        self._poll_seconds = poll
        self._followers: set[Follower] = set()
        self._is_closed = False

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[None]:
        """Hears what other processes write while the block runs; followers end with it."""
        polling = asyncio.create_task(self._poll_on(), name="poll streams")
        try:
            async with self._delivery.serving():
                yield
        finally:
            self.close()
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)

    @property
    def is_closed(self) -> bool:
        return self._is_closed

    def close(self) -> None:
        """Every follower ends at once, and so do those who come later."""
        self._is_closed = True
        for follower in list(self._followers):
            follower.end()

    async def open(self, session: Link, stream_id: str, owner: UserId) -> None:
        await rows.add(session, stream_id, owner)

    async def write(self, session: Link, stream_id: str, payloads: Sequence[str]) -> int:
        """Appends within the caller's transaction and returns the new head; followers hear of it after the commit."""
        head = await rows.write(session, stream_id, payloads, sender=self._delivery.sender)
        if facts := facts_up_to(head, payloads):
            after_commit(session, lambda: self._delivery.told(stream_id, facts))
        return head

    async def append(self, stream_id: str, payloads: Sequence[str]) -> int:
        async with self._database.transaction() as session:
            return await self.write(session, stream_id, payloads)

    async def write_deltas(self, fence: Fence, stream_id: str, payloads: Sequence[str]) -> None:
        """Passing events of a run; returns when they are told, raises FenceLost when it is not ours any more."""
        await self._delivery.write_deltas(fence, stream_id, payloads)

    async def fence_off(self, fence: Fence) -> None:
        """To be told as soon as a run is taken on: earlier attempts write no deltas from then on."""
        await self._delivery.fence_off(fence)

    async def bounds(self, stream_id: str) -> Bounds:
        async with self._database.reading() as session:
            return await rows.bounds(session, stream_id)

    async def read(self, stream_id: str, after: Cursor, limit: int = READ_LIMIT) -> list[Entry]:
        """What is there now."""
        return await self._delivery.read(stream_id, after, limit)

    async def follow(self, stream_id: str, after: Cursor) -> AsyncGenerator[Entry | None]:
        """Entries past `after`, then new ones until the stream is deleted; None whenever it has been quiet for a heartbeat."""
        with self.follower() as follower:
            follower.follow(stream_id, after)
            async with aclosing(aiter(follower)) as news:
                async for told in news:
                    yield told and told[1]

    @contextmanager
    def follower(self) -> Generator[Follower]:
        """For several streams at once."""
        follower = Follower(self._delivery, self._heartbeat)
        self._followers.add(follower)
        if self._is_closed:
            follower.end()
        try:
            yield follower
        finally:
            follower.end()
            self._followers.discard(follower)

    def ring(self, name: str) -> None:
        """Rings the bells of that name, in other processes if they can be reached."""
        self._delivery.ring(name)

    def bell(self, name: str) -> AbstractContextManager[asyncio.Event]:
        return self._delivery.bell(name)

    async def _poll_on(self) -> None:
        """Finds what was not heard of: lost notices, writers that tell nobody, deleted streams."""
        while True:
            await passes(self._delivery.missed, self._poll_seconds)
            self._delivery.missed.clear()
            try:
                await undisturbed(self._poll())
            except Exception:
                logger.exception("The streams cannot be looked at")

    async def _poll(self) -> None:
        tails = self._delivery.tails
        for stream_ids in batched(tails.stream_ids, rows.HEADS_AT_ONCE, strict=False):
            async with self._database.reading() as session:
                heads = await rows.heads(session, stream_ids)
            for stream_id in stream_ids:
                if stream_id in heads:
                    tails.hear(stream_id, heads[stream_id])
                else:
                    tails.end(stream_id)
