"""PostgreSQL tells every process what was committed; one connection per process listens."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import override

import asyncpg

from taskchat.db.engine import Database
from taskchat.streams import rows
from taskchat.streams.delivery import Delivery, new_sender
from taskchat.streams.waiting import passes

BELLS_CHANNEL = "taskchat_bells"
RECONNECT_SECONDS = 1.0
CHECK_SECONDS = 15.0
ANSWER_SECONDS = 5.0

logger = logging.getLogger(__name__)


class PostgresDelivery(Delivery):
    """A notice says which stream has grown to where, never what was written; a lost one costs a poll."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sender = new_sender()
        self._unrung: set[str] = set()
        self._ringing: asyncio.Task[None] | None = None

    @override
    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[None]:
        listening = asyncio.create_task(self._listen_on(), name="listen to PostgreSQL")
        try:
            yield
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            if self._ringing:
                await self._ringing

    @override
    def ring(self, name: str) -> None:
        super().ring(name)
        self._unrung.add(name)
        if self._ringing is None:
            self._ringing = asyncio.create_task(self._ring_elsewhere())

    async def _ring_elsewhere(self) -> None:
        try:
            while self._unrung:
                names, self._unrung = self._unrung, set()
                async with self.database.transaction(durable=False) as session:
                    for name in names:
                        await rows.notify(session, BELLS_CHANNEL, f"{self.sender} {name}")
        except Exception:  # who waits for it looks by itself, later
            logger.exception("Other processes cannot be rung")
        finally:
            self._ringing = None

    async def _listen_on(self) -> None:
        """Until cancelled; a connection that ends is opened again."""
        while True:
            try:
                await self._listen()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                logger.warning("Not listening to PostgreSQL for now: %s", error)
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self) -> None:
        """Returns when the connection has ended."""
        async with self.database.driver_connection() as connection:
            ended = asyncio.Event()

            def end(_: object) -> None:
                ended.set()

            connection.add_termination_listener(end)
            await connection.add_listener(rows.WAKE_CHANNEL, self._hear_stream)
            await connection.add_listener(BELLS_CHANNEL, self._hear_bell)
            self.missed.set()  # whatever was told while nobody listened
            while not ended.is_set():
                # A connection may also die without a word.
                await connection.execute("SELECT 1", timeout=ANSWER_SECONDS)
                await passes(ended, CHECK_SECONDS)

    def _hear_stream(self, *notice: object) -> None:
        sender, stream_id, head = str(notice[-1]).split(" ")
        if sender != self.sender:
            self.tails.hear(stream_id, int(head))

    def _hear_bell(self, *notice: object) -> None:
        sender, _, name = str(notice[-1]).partition(" ")
        if sender != self.sender:
            super().ring(name)
