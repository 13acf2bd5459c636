"""How followers hear of what is written. Here: of what this process writes; the database is the truth."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager

from taskchat.db.engine import Database
from taskchat.streams import rows
from taskchat.streams.cursor import Cursor
from taskchat.streams.deltas import DeltaRows
from taskchat.streams.fences import Fence
from taskchat.streams.tail import READ_LIMIT, Entry, Tails


class Delivery:
    """In-process. The others add ways to other processes; each of them may fail at the cost of time only."""

    sender: str | None = None
    """Signs what the database tells other processes, where it does."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.tails = Tails(lambda stream_id, after: self.read(stream_id, after, READ_LIMIT))
        self._deltas = DeltaRows(database, self)
        self.missed = asyncio.Event()
        """Set when something may have been told that was not heard here."""
        self._bells: dict[str, set[asyncio.Event]] = {}

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[None]:
        """Hears other processes while the block runs."""
        yield

    def told(self, stream_id: str, facts: Sequence[Entry]) -> None:
        """These are committed now."""
        self.tails.publish(stream_id, Cursor(facts[0].cursor.fact - 1), facts)

    async def write_deltas(self, fence: Fence, stream_id: str, payloads: Sequence[str]) -> None:
        await self._deltas.write(fence, stream_id, payloads)

    async def read(self, stream_id: str, after: Cursor, limit: int) -> list[Entry]:
        async with self.database.reading() as session:
            return await rows.read(session, stream_id, after.fact, limit)

    async def watched(self, stream_id: str) -> None:
        """Returns when nothing that other processes tell of the stream is missed any more, or never will be."""

    async def fence_off(self, fence: Fence) -> None:
        """From now on earlier attempts write no deltas. In SQL the run's row sees to that."""

    def ring(self, name: str) -> None:
        for bell in self._bells.get(name, ()):
            bell.set()

    @contextmanager
    def bell(self, name: str) -> Generator[asyncio.Event]:
        bell = asyncio.Event()
        bells = self._bells.setdefault(name, set())
        bells.add(bell)
        try:
            yield bell
        finally:
            bells.discard(bell)


def new_sender() -> str:
    return secrets.token_hex(4)
