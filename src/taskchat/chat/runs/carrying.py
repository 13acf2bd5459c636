"""One attempt at a run: its events go to the log, its end on record."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

from chatkit.types import (
    ErrorEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
)

from taskchat.chat import wire
from taskchat.chat.attempt import Attempt
from taskchat.chat.books import Payer
from taskchat.chat.caller import Caller
from taskchat.chat.endings import FAILED, INTERRUPTED, Ending
from taskchat.chat.journal import END
from taskchat.chat.repository import ChatRepository
from taskchat.chat.runs.balance import keep_balance
from taskchat.chat.runs.queue import begin_next
from taskchat.chat.runs.recording import Recording
from taskchat.chat.runs.recovery import Shown, empty_workflow
from taskchat.chat.runs.repository import RunRepository
from taskchat.chat.runs.run import Run, Status
from taskchat.chat.runs.work import Work
from taskchat.chat.tool_cards import ToolCard
from taskchat.chat.tool_outcomes import ToolOutcome
from taskchat.db.engine import after_commit, is_outage, undisturbed
from taskchat.db.statements import Link
from taskchat.domain.ids import new_id
from taskchat.streams.cursor import Cursor
from taskchat.streams.fences import FenceLost
from taskchat.streams.log import EventLog
from taskchat.streams.tail import Entry
from taskchat.usage.ledger import Totals

FINISH_AGAIN_SECONDS = 1.0
MOST_FAILURES = 3

logger = logging.getLogger(__name__)


class Carrying:
    """`answer` returns the run that begins next in the conversation, if one waited; None when the run was lost."""

    def __init__(
        self,
        work: Work,
        run: Run,
        caller: Caller,
        attempt: Attempt,
        thread: ThreadMetadata,
        message: UserMessageItem | None,
    ) -> None:
        self._work = work
        self.run = run
        self.attempt = attempt
        self._caller = caller
        self._item_id = message.id if message else None
        self._recording = Recording(work, thread, message, caller, attempt)
        self._is_handed_over = False
        self._began = time.perf_counter()

    def hand_over(self) -> None:
        """From now on the run is left as it is, for another process or another start."""
        self._is_handed_over = True

    async def answer(self) -> Run | None:
        """Makes the answer, to its end; raises when the database was away, which another attempt mends."""
        status: Status = "failed"
        try:
            status = await self._recording.record()
        except FenceLost:
            return await self._leave()
        except asyncio.CancelledError:
            await self._leave()
            if self._is_handed_over:
                return None
            raise
        except Exception as error:
            if is_outage(error):
                raise
            logger.exception("Run %s failed", self.run.id)
            return await self.settle(await load_shown(self._work.log, self.run), "failed")
        if self._is_handed_over:
            return await self._leave()
        if self.attempt.is_stopped and status == "completed":
            status = "stopped"
        return await undisturbed(self._at_last(lambda session: self._finish(session, status)))

    async def _leave(self) -> None:
        """What has been paid for is on record, though the run is not ours any more."""
        with suppress(Exception):  # whoever goes on with it settles it too, as an estimate
            await undisturbed(self.attempt.spending.leave())

    async def settle(self, shown: Shown, status: Status) -> Run | None:
        """Ends the run without going on with it: what it said is kept, with what its tools did."""
        return await undisturbed(
            self._at_last(lambda session: self._settle(session, shown, status))
        )

    async def withdraw_unfinished(self, shown: Shown) -> None:
        """Takes back what an earlier attempt began to show and did not finish; raises FenceLost."""
        run = self.run
        removed = [ThreadItemRemovedEvent(item_id=item_id) for item_id in shown.unfinished]
        attempt = self.attempt.journal.fence.attempt
        async with self._work.database.transaction() as session:
            await self.attempt.journal.join(session)
            lines = [wire.encode(event) for event in removed]
            lines.append(wire.run_recovered(run.thread_id, run.id, attempt))
            await self._work.log.write(session, run.thread_id, lines)

    async def _at_last(self, end: Callable[[Link], Coroutine[Any, Any, Run | None]]) -> Run | None:
        """A run without an end would block its conversation, so a database that fails is asked again.

        What fails for another reason fails again, and is left out in the end.
        """
        failures = 0

        async def joined(link: Link) -> Run | None:
            await self.attempt.journal.join(link)
            await self.attempt.spending.take_turn(link)
            return await (end if failures < MOST_FAILURES else self._give_up)(link)

        while True:
            try:
                return await self._work.database.transact(joined)
            except FenceLost:
                return None
            except Exception as error:
                logger.exception("Run %s cannot be ended yet", self.run.id)
                failures += not is_outage(error)
            if self._is_handed_over:
                return None
            await asyncio.sleep(FINISH_AGAIN_SECONDS)

    async def _settle(self, session: Link, shown: Shown, status: Status) -> Run | None:
        kept = self._cards()
        run, repository = self.run, ChatRepository(session, self.run.owner_id)
        extra = empty_workflow(new_id("wf"), run.thread_id, self._work.books.clock())
        items = shown.settle(kept, extra)
        for item in items:
            await repository.add_item(run.thread_id, item)
        gone = set(shown.unfinished) - {item.id for item in items}
        events: list[ThreadStreamEvent] = [
            *(ThreadItemRemovedEvent(item_id=item_id) for item_id in sorted(gone)),
            *(ThreadItemDoneEvent(item=item) for item in items),
        ]
        if (ending := self._ending(status)) and not shown.has_error:
            events.append(
                ErrorEvent(code="custom", message=ending.message, allow_retry=ending.allow_retry)
            )
        await self._work.log.write(session, run.thread_id, [wire.encode(e) for e in events])
        return await self._finish(session, status)

    def _cards(self) -> dict[str, ToolCard]:
        """What came of the run's tool calls, by call id."""
        tools = self.attempt.journal.tools()
        return {call_id: ToolOutcome.read(data).card for call_id, data in tools.items()}

    def _changes(self) -> int:
        return sum(card.change_set is not None for card in self._cards().values())

    def _ending(self, status: Status) -> Ending | None:
        """None for an answer that did not fail."""
        if status == "interrupted":
            return INTERRUPTED.after(self._changes())
        if status != "failed":
            return None
        told = (self.attempt.journal.recall(END) or {}).get("error")
        return Ending.read(told) if told else FAILED.after(self._changes())

    async def _lock(self, session: Link) -> Payer:
        run = self.run
        await ChatRepository(session, run.owner_id).lock_thread(run.thread_id)
        return Payer(run.owner_id, self._caller.timezone, run.thread_id)

    async def _give_up(self, session: Link) -> Run | None:
        """Ends the run with nothing but its end: what it came to cannot be kept. Its calls count as what was reserved."""
        return await self._close(session, "failed", await self._lock(session), None)

    async def _finish(self, session: Link, status: Status) -> Run | None:
        payer = await self._lock(session)
        totals = await keep_balance(
            session,
            self._work.books,
            payer,
            self.attempt,
            model=self._model,
            status=status,
            cards=self._cards(),
        )
        return await self._close(session, status, payer, totals)

    async def _close(
        self, session: Link, status: Status, payer: Payer, totals: Totals | None
    ) -> Run | None:
        run, log, books = self.run, self._work.log, self._work.books
        ending, changes = self._ending(status), self._changes()
        error = ending.as_json() if ending else None
        line = wire.run_finished(
            run.thread_id,
            run.id,
            status,
            item_id=self._item_id,
            model=run.answering.model,
            instead_of=run.answering.instead_of,
            changes=changes,
            error=error,
            usage=totals and totals.as_turn(),
        )
        end = await log.write(session, run.thread_id, [line])
        await log.write(session, run.owner_id, [line])
        runs, now = RunRepository(session), books.clock()
        await runs.finish(run.id, status, end, now, changes=changes, error=error)
        after_commit(session, partial(self._count, status))
        assistants = self._work.server.assistants
        return await begin_next(session, books, assistants, payer, self._work.holding)

    def _count(self, status: Status) -> None:
        metrics = self._work.books.metrics
        metrics.count_run(self._model, status, time.perf_counter() - self._began)
        if (seconds := self._recording.seconds_to_text) is not None:
            metrics.see_first_text(self._model, seconds)

    @property
    def _model(self) -> str:
        return self._work.server.assistants.still(self.run.answering.model).id


async def load_shown(log: EventLog, run: Run) -> Shown:
    """What the run's earlier attempts have shown so far."""
    entries: list[Entry] = []
    after = Cursor(run.start)
    while page := await log.read(run.thread_id, after):
        entries += page
        after = page[-1].cursor
    return Shown.read(entries)
