"""The passing events of running answers as rows: everything that waits goes into one transaction."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from taskchat.db.engine import Database, Transaction
from taskchat.streams import embedded, rows
from taskchat.streams.fences import Fence, FenceLost, hold, hold_free
from taskchat.streams.tail import Entry, facts_up_to

GATHERING_SECONDS = 0.02

logger = logging.getLogger(__name__)


class Teller(Protocol):
    sender: str | None

    def told(self, stream_id: str, facts: Sequence[Entry]) -> None: ...


@dataclass(slots=True)
class Waiting:
    fence: Fence
    stream_id: str
    payloads: Sequence[str]
    done: asyncio.Future[None]


type Write = Callable[[Sequence[Waiting]], Awaitable[None]]


class DeltaRows:
    """Alone, a write begins at once; while one is under way, the others gather for the next."""

    def __init__(self, database: Database, teller: Teller) -> None:
        self._database = database
        self._teller = teller
        self._waiting: list[Waiting] = []
        self._writing: asyncio.Task[None] | None = None
        self._alone: set[asyncio.Task[None]] = set()

    async def write(self, fence: Fence, stream_id: str, payloads: Sequence[str]) -> None:
        """Returns when the deltas are told; raises FenceLost."""
        if not payloads:
            return
        done = asyncio.get_running_loop().create_future()
        self._waiting.append(Waiting(fence, stream_id, payloads, done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_on())
        await done

    async def _write_on(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                began = time.monotonic()
                await self._write_together(batch)
                if len(batch) > 1:
                    # Many write: fewer, larger transactions cost less than they delay.
                    await asyncio.sleep(began + GATHERING_SECONDS - time.monotonic())
        finally:
            self._writing = None

    async def _write_together(self, batch: Sequence[Waiting]) -> None:
        by_fence: dict[Fence, list[Waiting]] = {}
        for waiting in batch:
            by_fence.setdefault(waiting.fence, []).append(waiting)
        if self._database.is_embedded:
            await self._write_embedded(by_fence)
        else:
            await self._write_free(batch, by_fence)

    async def _write_embedded(self, by_fence: Mapping[Fence, Sequence[Waiting]]) -> None:
        """There is one writer, so a run that is not free now never will be."""
        payloads = {fence: _by_stream(waitings) for fence, waitings in by_fence.items()}
        try:
            standing, heads = await self._database.in_one_visit(
                lambda connection: embedded.write_all(connection, payloads)
            )
        except Exception as error:  # noqa: BLE001 - it is the writer's, who is told
            for fence, waitings in by_fence.items():
                if len(by_fence) > 1:  # one of them may be to blame, and only that one
                    await self._write_embedded({fence: waitings})
                else:
                    _settle(waitings, error)
            return
        for fence, waitings in by_fence.items():
            if fence in standing:
                for stream_id, lines in payloads[fence].items():
                    if head := heads.get(stream_id):
                        self._teller.told(stream_id, facts_up_to(head, lines))
                _settle(waitings, None)
            else:
                _settle(waitings, FenceLost(fence.run_id))

    async def _write_free(
        self, batch: Sequence[Waiting], by_fence: Mapping[Fence, Sequence[Waiting]]
    ) -> None:
        """Whoever cannot be written with the others is written alone, and keeps nobody waiting."""
        written: set[Fence] = set()
        try:
            async with self._transaction() as (session, write):
                free = await hold_free(session, by_fence)
                await write([waiting for waiting in batch if waiting.fence in free])
            written = free
        except Exception:
            logger.warning("Deltas cannot be written together", exc_info=True)
        for fence, waitings in by_fence.items():
            if fence in written:
                _settle(waitings, None)
            else:
                task = asyncio.create_task(self._write_alone(fence, waitings))
                self._alone.add(task)
                task.add_done_callback(self._alone.discard)

    async def _write_alone(self, fence: Fence, waitings: Sequence[Waiting]) -> None:
        error: Exception | None = FenceLost("the writing was cancelled")
        try:
            async with self._transaction() as (session, write):
                await hold(session, fence)
                await write(waitings)
            error = None
        except Exception as failure:  # noqa: BLE001 - it is the writer's, who is told
            error = failure
        finally:
            _settle(waitings, error)

    @asynccontextmanager
    async def _transaction(self) -> AsyncGenerator[tuple[Transaction, Write]]:
        """What is written in it is told after the commit."""
        payloads: dict[str, list[str]] = {}
        heads: dict[str, int] = {}
        async with self._database.transaction(durable=False) as session:

            async def write(waitings: Sequence[Waiting]) -> None:
                for waiting in waitings:
                    payloads.setdefault(waiting.stream_id, []).extend(waiting.payloads)
                if payloads:
                    sender = self._teller.sender
                    heads.update(await rows.write_all(session, payloads, sender=sender))

            yield session, write
        for stream_id, head in heads.items():
            self._teller.told(stream_id, facts_up_to(head, payloads[stream_id]))


def _by_stream(waitings: Sequence[Waiting]) -> dict[str, list[str]]:
    payloads: dict[str, list[str]] = {}
    for waiting in waitings:
        payloads.setdefault(waiting.stream_id, []).extend(waiting.payloads)
    return payloads


def _settle(waitings: Sequence[Waiting], error: Exception | None) -> None:
    for waiting in waitings:
        if waiting.done.done():
            continue
        if error:
            waiting.done.set_exception(error)
        else:
            waiting.done.set_result(None)
