"""Takes what is in the outbox to where it should go, outside of any transaction."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Protocol

from taskchat.db.engine import Database
from taskchat.schedules.post import outbox
from taskchat.schedules.post.outbox import Kind, Letter, Outcome
from taskchat.schedules.rest import Rest

SEND_SECONDS = 30.0  # far less than the lease, so that nobody else sends the same meanwhile
STOP_SECONDS = 2.0
MOST_AT_ONCE = 8
RETRIED_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
)

logger = logging.getLogger(__name__)


class Undelivered(Exception):
    """Not this time. The message says why, without anything secret."""


class Undeliverable(Exception):
    """Not this time and no other time. The message says why, without anything secret."""


class Sender(Protocol):
    @property
    def kind(self) -> Kind: ...

    async def send(self, letter: Letter, now: datetime) -> None:
        """Raises Undelivered or Undeliverable; may be cut off in the middle when it takes too long."""
        ...


class Courier:
    """Sends one kind of letters, each at least once; `serving` is its life."""

    def __init__(
        self,
        database: Database,
        sender: Sender,
        clock: Callable[[], datetime],
        *,
        patience: float = SEND_SECONDS,
    ) -> None:
        """`patience` is in seconds, for one letter."""
        self._patience = patience
        self._database = database
        self._sender = sender
        self._clock = clock
        self._rest = Rest()
        self._under_way = set[asyncio.Task[None]]()
        self._is_leaving = False

    def nudge(self) -> None:
        """To be told when something was put into the outbox."""
        self._rest.nudge()

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[None]:
        """Sends while the block runs; what is not sent shortly after its end is sent by whoever comes next."""
        self._is_leaving = False
        carrying = asyncio.create_task(self._carry_on(), name=f"send {self._sender.kind}")
        try:
            yield
        finally:
            self._is_leaving = True
            self._rest.nudge()
            await asyncio.wait({carrying, *self._under_way}, timeout=STOP_SECONDS)
            left = [carrying, *self._under_way]
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def set_out(self, now: datetime) -> Sequence[asyncio.Task[None]]:
        """Claims what is due, as much as there is room for, and begins to send it."""
        letters = await self._claim(now)
        return [self._begin(letter) for letter in letters]

    async def _carry_on(self) -> None:
        while not self._is_leaving:
            self._rest.begin_to_look()
            try:
                begun = await self.set_out(self._clock())
                due = None if begun else await self._next_due()
            except Exception:
                logger.exception("What is to be sent by %s could not be read", self._sender.kind)
                begun, due = (), None
            if not begun:
                await self._rest.until(due, self._clock())

    def _begin(self, letter: Letter) -> asyncio.Task[None]:
        task = asyncio.create_task(self._deliver(letter), name=f"send {letter.id}")
        self._under_way.add(task)
        task.add_done_callback(self._finish)
        return task

    def _finish(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._rest.nudge()

    async def _claim(self, now: datetime) -> list[Letter]:
        """As many as there is room for; an idle look writes nothing."""
        due = await self._next_due()
        if due is None or due > now:
            return []
        async with self._database.transaction() as session:
            most = MOST_AT_ONCE - len(self._under_way)
            return await outbox.claim(session, self._sender.kind, now, most)

    async def _next_due(self) -> datetime | None:
        """None while there is no room for more: the end of a letter under way is awaited then."""
        if len(self._under_way) >= MOST_AT_ONCE:
            return None
        async with self._database.reading() as session:
            return await outbox.next_due(session, self._sender.kind)

    async def _deliver(self, letter: Letter) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await self._sender.send(letter, self._clock())
            outcome = Outcome.SENT
        except Undeliverable as refusal:
            logger.warning("%s %s was refused: %s", self._sender.kind, letter.id, refusal)
            outcome = Outcome.REFUSED
        except (Undelivered, TimeoutError) as failure:
            outcome = self._give_up_or_wait(letter, str(failure) or "it took too long")
        except Exception:
            logger.exception("%s %s could not be sent", self._sender.kind, letter.id)
            outcome = self._give_up_or_wait(letter, "an error of our own")
        await self._record(letter, outcome)

    def _give_up_or_wait(self, letter: Letter, why: str) -> Outcome | None:
        if letter.attempt <= len(RETRIED_AFTER):
            logger.info("%s %s was not sent: %s", self._sender.kind, letter.id, why)
            return None
        logger.warning("%s %s is given up: %s", self._sender.kind, letter.id, why)
        return Outcome.GIVEN_UP

    async def _record(self, letter: Letter, outcome: Outcome | None) -> None:
        """What cannot be recorded is sent again when its lease is over."""
        now = self._clock()
        try:
            async with self._database.transaction() as session:
                if outcome:
                    await outbox.end(session, letter, outcome, now)
                else:
                    await outbox.postpone(session, letter, now + RETRIED_AFTER[letter.attempt - 1])
        except Exception:
            logger.exception("What became of %s could not be recorded", letter.id)
