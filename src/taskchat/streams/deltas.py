"""The passing events of running answers as rows: everything that waits goes into one transaction."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from taskchat.db.engine import Database
from taskchat.streams import rows
from taskchat.streams.cursor import Cursor
from taskchat.streams.fences import Fence, FenceLost, hold_all
from taskchat.streams.tail import Entry


class Teller(Protocol):
    sender: str | None

    def told(self, stream_id: str, facts: Sequence[Entry]) -> None: ...


@dataclass(slots=True)
class Waiting:
    fence: Fence
    stream_id: str
    payloads: Sequence[str]
    done: asyncio.Future[None]


class DeltaRows:
    """Alone, a write begins at once; while one is under way, the others gather for the next."""

    def __init__(self, database: Database, teller: Teller) -> None:
        self._database = database
        self._teller = teller
        self._waiting: list[Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(self, fence: Fence, stream_id: str, payloads: Sequence[str]) -> None:
        """Returns when the deltas are told; raises FenceLost."""
        if not payloads:
            return
        done = asyncio.get_running_loop().create_future()
        self._waiting.append(Waiting(fence, stream_id, payloads, done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        await done

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._settle(batch)
        finally:
            self._writing = None

    async def _settle(self, batch: list[Waiting]) -> None:
        """Nobody is left waiting, whatever happens."""
        try:
            standing = await self._commit(batch)
        except BaseException as error:
            for waiting in batch:
                if not waiting.done.done():
                    waiting.done.set_exception(_as_failure(error))
            if not isinstance(error, Exception):
                raise
            return
        for waiting in batch:
            if waiting.done.done():
                continue
            if waiting.fence in standing:
                waiting.done.set_result(None)
            else:
                waiting.done.set_exception(FenceLost(waiting.fence.run_id))

    async def _commit(self, batch: Sequence[Waiting]) -> set[Fence]:
        """The fences that stood."""
        payloads: dict[str, list[str]] = {}
        async with self._database.transaction(durable=False) as session:
            standing = await hold_all(session, {waiting.fence for waiting in batch})
            for waiting in batch:
                if waiting.fence in standing:
                    payloads.setdefault(waiting.stream_id, []).extend(waiting.payloads)
            heads: dict[str, int] = {}
            if payloads:
                heads = await rows.write_all(session, payloads, sender=self._teller.sender)
        for stream_id, head in heads.items():
            first = head - len(payloads[stream_id]) + 1
            facts = [
                Entry(Cursor(first + place), payload)
                for place, payload in enumerate(payloads[stream_id])
            ]
            self._teller.told(stream_id, facts)
        return standing


def _as_failure(error: BaseException) -> Exception:
    return error if isinstance(error, Exception) else FenceLost("the writing was cancelled")
