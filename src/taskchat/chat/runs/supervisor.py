"""Keeps this process's runs going: holds their leases, and takes on those whose process is gone."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from chatkit.types import ThreadItem, ThreadMetadata, UserMessageItem

from taskchat.chat.attempt import Attempt
from taskchat.chat.books import Payer
from taskchat.chat.caller import Caller
from taskchat.chat.journal import END, Journal
from taskchat.chat.repository import ChatRepository
from taskchat.chat.runs.carrying import Carrying, load_shown
from taskchat.chat.runs.repository import RunRepository
from taskchat.chat.runs.run import Run
from taskchat.chat.runs.work import Work
from taskchat.chat.spending import Spending
from taskchat.db.engine import undisturbed
from taskchat.streams.fences import Fence, FenceLost
from taskchat.usage.ledger import Reservation, reserved_by

MOST_CRASHES = 3
BEATS_PER_LEASE = 3
HANDING_OVER_SECONDS = 2.0
TRY_AGAIN_SECONDS = 1.0
BELL = "runs"

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Held:
    """A run that this process works on; `carrying` is there once what it needs is loaded."""

    fence: Fence
    task: asyncio.Task[None]
    carrying: Carrying | None = None


class Supervisor:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._held: dict[str, _Held] = {}

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[None]:
        """Takes up what an earlier process left; on leaving, hands over what still runs."""
        # Whoever has the embedded database to itself need not wait for leases to end.
        await self._beat(alone=self._work.database.is_embedded)
        beating = asyncio.create_task(self._beat_on())
        try:
            yield
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)
            await self._hand_over()

    def take_on(
        self,
        run: Run,
        caller: Caller,
        thread: ThreadMetadata,
        message: UserMessageItem,
        reserved: Sequence[Reservation],
    ) -> None:
        """Begins the first attempt at a run that was just accepted."""
        fence = Fence(run.id, 1)
        journal = Journal(fence, {})
        spending = self._spending(run, caller, journal, reserved)
        attempt = Attempt(journal, spending, answering=run.answering)
        carrying = self._carrying(run, caller, attempt, thread, message)
        self._hold(fence, carrying.answer(), carrying)

    def stop(self, run_id: str) -> asyncio.Task[None] | None:
        """The work that is ending now, or None when this process does not hold the run."""
        if not (held := self._held.get(run_id)) or not held.carrying:
            return None
        held.carrying.attempt.stop()
        return held.task

    async def _beat_on(self) -> None:
        seconds = self._work.holding.seconds / BEATS_PER_LEASE
        with self._work.log.bell(BELL) as bell:
            while True:
                bell.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await bell.wait()
                try:
                    await undisturbed(self._beat())
                except Exception:
                    logger.exception("The leases could not be renewed")

    async def _beat(self, *, alone: bool = False) -> None:
        known = dict(self._held)
        holding = self._work.holding
        async with self._work.database.transaction() as session:
            runs = RunRepository(session)
            renewed = await runs.renew(holding, known.keys()) if known else {}
            claimed = await runs.claim(holding, known.keys(), alone=alone)
        for run_id, held in known.items():
            if renewed.get(run_id):
                self.stop(run_id)
            elif run_id not in renewed:
                await self._let_go(held)
        for row in claimed:
            self._take_up(Run.of(row), Fence(row.id, row.attempt))

    async def _let_go(self, held: _Held) -> None:
        """A run that is not renewed has ended just now, or another process has it."""
        async with self._work.database.reading() as session:
            if not await RunRepository(session).is_held(held.fence):
                held.task.cancel()

    def _take_up(self, run: Run, fence: Fence) -> None:
        self._hold(fence, self._resume(run, fence))

    def _hold(
        self, fence: Fence, work: Coroutine[Any, Any, Run | None], carrying: Carrying | None = None
    ) -> None:
        self._work.books.metrics.begin_run()
        task = asyncio.create_task(self._carry_on(fence, work), name=fence.run_id)
        task.add_done_callback(lambda _: self._work.books.metrics.leave_run())
        self._held[fence.run_id] = _Held(fence, task, carrying)

    async def _carry_on(self, fence: Fence, work: Coroutine[Any, Any, Run | None]) -> None:
        following: Run | None = None
        try:
            following = await work
        except FenceLost:
            logger.warning("Run %s went on elsewhere", fence.run_id)
        except Exception:
            logger.exception("Run %s cannot be carried on", fence.run_id)
            await self._drop(fence)
        finally:
            held = self._held.get(fence.run_id)
            if held and held.fence == fence:
                del self._held[fence.run_id]
        if following:
            self._take_up(following, Fence(following.id, 1))

    async def _drop(self, fence: Fence) -> None:
        with suppress(Exception):  # the lease ends by itself
            async with self._work.database.transaction() as session:
                await RunRepository(session).drop(fence, TRY_AGAIN_SECONDS)

    async def _resume(self, run: Run, fence: Fence) -> Run | None:
        """Goes on where earlier attempts ended; the first one of a run that had to wait begins here too."""
        await self._work.log.fence_off(fence)
        async with self._work.database.reading() as session:
            runs, threads = RunRepository(session), ChatRepository(session, run.owner_id)
            row = await runs.find(run.owner_id, run.id)
            if row is None or row.attempt != fence.attempt:
                return None
            email, timezone = await runs.person(run.owner_id)
            thread = await threads.thread(run.thread_id)
            message = await threads.find_item(run.thread_id, row.input_item_id or "")
            journal = Journal(fence, await runs.journal(run.id))
            reserved = await reserved_by(session, run.id)
        shown = await load_shown(self._work.log, run)
        settled = shown.finished if fence.attempt > 1 else ()
        caller = Caller(run.owner_id, email, timezone)
        spending = self._spending(run, caller, journal, reserved, shown.unfinished_size)
        attempt = Attempt(journal, spending, settled, answering=run.answering)
        carrying = self._carrying(run, caller, attempt, thread, message)
        if held := self._held.get(run.id):
            held.carrying = carrying
        if row.stop_requested:
            return await carrying.settle(shown, "stopped")
        if end := journal.recall(END):
            return await carrying.settle(shown, end["status"])
        if row.crashes > MOST_CRASHES or not isinstance(message, UserMessageItem):
            return await carrying.settle(shown, "interrupted")
        if fence.attempt > 1:
            await carrying.withdraw_unfinished(shown)
        return await carrying.answer()

    def _spending(
        self,
        run: Run,
        caller: Caller,
        journal: Journal,
        reserved: Sequence[Reservation],
        shown_size: int = 0,
    ) -> Spending:
        assistant = self._work.server.assistants.still(run.answering.model)
        return Spending(
            self._work.books,
            Payer(run.owner_id, caller.timezone, run.thread_id),
            journal,
            model=assistant.id,
            costs=assistant.costs,
            reserved=reserved,
            shown_size=shown_size,
        )

    def _carrying(
        self,
        run: Run,
        caller: Caller,
        attempt: Attempt,
        thread: ThreadMetadata,
        message: ThreadItem | None,
    ) -> Carrying:
        acting = Caller(caller.user_id, caller.email, caller.timezone, attempt=attempt)
        asked = message if isinstance(message, UserMessageItem) else None
        return Carrying(self._work, run, acting, attempt, thread, asked)

    async def _hand_over(self) -> None:
        """What an answer has so far stays as it is; whoever takes the run on goes on from there."""
        held = list(self._held.values())
        for one in held:
            if one.carrying:
                one.carrying.hand_over()
            one.task.cancel()
        if held:
            await asyncio.wait([one.task for one in held], timeout=HANDING_OVER_SECONDS)
        async with self._work.database.transaction() as session:
            await RunRepository(session).release(self._work.holding)
        self._work.log.ring(BELL)
