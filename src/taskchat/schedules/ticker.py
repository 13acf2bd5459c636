"""Fires what is due. Every process ticks; the rows that a kind claims see to it that exactly one fires."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Protocol

from taskchat.db.engine import Database, Transaction
from taskchat.schedules.rest import Rest

RETRIED_AFTER = timedelta(minutes=1)
STOP_SECONDS = 2.0

logger = logging.getLogger(__name__)


class Kind(Protocol):
    """Something that falls due. `due` and `next_due` only look, `fire` claims."""

    @property
    def name(self) -> str: ...

    async def due(self, session: Transaction, now: datetime) -> Sequence[str]:
        """Whom or what something is due for, the longest waiting first; a bounded number."""
        ...

    async def fire(self, session: Transaction, subject: str, now: datetime) -> int:
        """Effect and bookkeeping within one transaction, which is kept short; how much was done.

        0 when another process has it.
        """
        ...

    async def next_due(self, session: Transaction) -> datetime | None: ...


class Ticker:
    """Sleeps until something is due; `serving` is its life."""

    def __init__(
        self, database: Database, kinds: Sequence[Kind], clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._kinds = kinds
        self._clock = clock
        self._rest = Rest()
        self._put_off: dict[tuple[str, str], datetime] = {}
        self._is_leaving = False

    def nudge(self) -> None:
        """To be told when something was written that may be due sooner than all before."""
        self._rest.nudge()

    async def tick(self, now: datetime) -> int:
        """Fires one batch of each kind, so that none keeps the others waiting; how much was done."""
        return sum([await self._tick(kind, now) for kind in self._kinds])

    async def next_due(self) -> datetime | None:
        """When the next thing falls due; in the past when something is due now."""
        async with self._database.reading() as session:
            moments = [await kind.next_due(session) for kind in self._kinds]
        return min((moment for moment in moments if moment), default=None)

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[None]:
        """Ticks while the block runs, and finishes what is being fired at its end."""
        self._is_leaving = False
        ticking = asyncio.create_task(self._tick_on(), name="fire what is due")
        try:
            yield
        finally:
            self._is_leaving = True
            self._rest.nudge()
            await asyncio.wait({ticking}, timeout=STOP_SECONDS)
            ticking.cancel()
            await asyncio.gather(ticking, return_exceptions=True)

    async def _tick_on(self) -> None:
        while not self._is_leaving:
            self._rest.begin_to_look()
            if not await self.tick(self._clock()):
                await self._rest.until(await self._read_next_due(), self._clock())

    async def _read_next_due(self) -> datetime | None:
        try:
            return await self.next_due()
        except Exception:
            logger.exception("What is due next could not be read")
            return None

    async def _tick(self, kind: Kind, now: datetime) -> int:
        try:
            async with self._database.reading() as session:
                subjects = await kind.due(session, now)
        except Exception:
            logger.exception("What is due of %s could not be read", kind.name)
            return 0
        return sum([await self._fire(kind, subject, now) for subject in subjects])

    async def _fire(self, kind: Kind, subject: str, now: datetime) -> int:
        """What failed is put off, so that it keeps neither the others waiting nor the log growing."""
        if self._is_leaving or self._put_off.get((kind.name, subject), now) > now:
            return 0
        try:
            async with self._database.transaction() as session:
                done = await kind.fire(session, subject, now)
        except Exception:
            logger.exception("%s of %s could not be fired", kind.name, subject)
            self._put_off[kind.name, subject] = now + RETRIED_AFTER
            return 0
        self._put_off.pop((kind.name, subject), None)
        return done
