"""One attempt at a run: its events go to the log, its end on record."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chatkit.types import (
    AssistantMessageContentPartAdded,
    AssistantMessageItem,
    ErrorEvent,
    ProgressUpdateEvent,
    StreamOptionsEvent,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemReplacedEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    ThreadUpdatedEvent,
    UserMessageItem,
)

from taskchat.chat import wire
from taskchat.chat.attempt import Attempt
from taskchat.chat.caller import Caller
from taskchat.chat.endings import FAILED, INTERRUPTED, Ending
from taskchat.chat.journal import END
from taskchat.chat.repository import ChatRepository
from taskchat.chat.runs.queue import begin_next
from taskchat.chat.runs.recovery import Shown, empty_workflow
from taskchat.chat.runs.repository import Holding, RunRepository
from taskchat.chat.runs.run import Run, Status
from taskchat.chat.server import TaskChatServer
from taskchat.chat.tool_cards import ToolCard
from taskchat.chat.tool_outcomes import ToolOutcome
from taskchat.db.engine import Database, Transaction, is_outage, undisturbed
from taskchat.domain.ids import new_id
from taskchat.streams.cursor import Cursor
from taskchat.streams.fences import FenceLost
from taskchat.streams.log import EventLog
from taskchat.streams.tail import Entry

FINISH_AGAIN_SECONDS = 1.0

logger = logging.getLogger(__name__)

# Others tell the followers of these, in the transaction that makes them true.
TOLD_ELSEWHERE = (
    StreamOptionsEvent,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ThreadItemRemovedEvent,
    ThreadUpdatedEvent,
)
DELTAS = (ThreadItemAddedEvent, ThreadItemUpdatedEvent, ProgressUpdateEvent)


@dataclass(frozen=True, slots=True)
class Work:
    """What every attempt needs; `holding` is under whose name this process takes runs on."""

    database: Database
    log: EventLog
    server: TaskChatServer
    holding: Holding
    clock: Callable[[], datetime]


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
        self._thread = thread
        self._message = message
        self._is_handed_over = False

    def hand_over(self) -> None:
        """From now on the run is left as it is, for another process or another start."""
        self._is_handed_over = True

    async def answer(self) -> Run | None:
        """Makes the answer, to its end; raises when the database was away, which another attempt mends."""
        status: Status = "failed"
        try:
            status = await self._record()
        except FenceLost:
            return None
        except asyncio.CancelledError:
            if self._is_handed_over:
                return None
            raise
        except Exception as error:
            if is_outage(error):
                raise
            logger.exception("Run %s failed", self.run.id)
        if self._is_handed_over:
            return None
        if self.attempt.is_stopped and status == "completed":
            status = "stopped"
        return await undisturbed(self._at_last(lambda session: self._finish(session, status)))

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

    async def _record(self) -> Status:
        """Each write is a transaction, so what only leads up to the next event is written with it."""
        status: Status = "completed"
        held: list[str] = []
        handled = self._work.server.events(self._thread, self._caller, self._unsettled)
        async with aclosing(handled) as events:
            async for event in events:
                if isinstance(event, DELTAS):
                    held.append(wire.encode(event))
                    if _leads_up(event):
                        continue
                await self._tell(held)
                held = []
                if isinstance(event, ErrorEvent):
                    if self.attempt.breakdown:
                        raise self.attempt.breakdown
                    status = "failed"
                if not isinstance(event, (*DELTAS, *TOLD_ELSEWHERE)):
                    await self._tell_fact(event)
        await self._tell(held)
        return status

    async def _tell_fact(self, event: ThreadStreamEvent) -> None:
        async with self._work.database.transaction() as session:
            await self.attempt.journal.join(session)
            await self._work.log.write(session, self._thread.id, [wire.encode(event)])

    async def _tell(self, lines: list[str]) -> None:
        if lines:
            fence = self.attempt.journal.fence
            await self._work.log.write_deltas(fence, self._thread.id, lines)

    async def _unsettled(self) -> AsyncGenerator[ThreadStreamEvent]:
        """What respond() yields, without the items that an earlier attempt finished."""
        answered = self._work.server.respond(self._thread, self._message, self._caller)
        async with aclosing(answered) as events:
            async for event in events:
                if _item_id(event) not in self.attempt.settled:
                    yield event

    async def _at_last(self, end: Callable[[Transaction], Any]) -> Run | None:
        """A run without an end would block its conversation, so a database that fails is asked again."""
        while True:
            try:
                async with self._work.database.transaction() as session:
                    await self.attempt.journal.join(session)
                    return await end(session)
            except FenceLost:
                return None
            except Exception:
                logger.exception("Run %s cannot be ended yet", self.run.id)
            if self._is_handed_over:
                return None
            await asyncio.sleep(FINISH_AGAIN_SECONDS)

    async def _settle(self, session: Transaction, shown: Shown, status: Status) -> Run | None:
        kept = self._cards()
        run, repository = self.run, ChatRepository(session, self.run.owner_id)
        extra = empty_workflow(new_id("wf"), run.thread_id, self._work.clock())
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

    async def _finish(self, session: Transaction, status: Status) -> Run | None:
        run, log, runs = self.run, self._work.log, RunRepository(session)
        await ChatRepository(session, run.owner_id).lock_thread(run.thread_id)
        ending, changes = self._ending(status), self._changes()
        error = ending.as_json() if ending else None
        line = wire.run_finished(
            run.thread_id,
            run.id,
            status,
            model=run.answering.model,
            changes=changes,
            error=error,
        )
        end = await log.write(session, run.thread_id, [line])
        await log.write(session, run.owner_id, [line])
        await runs.finish(run.id, status, end, self._work.clock(), changes=changes, error=error)
        return await begin_next(session, log, run.thread_id, run.owner_id, self._work.holding)


async def load_shown(log: EventLog, run: Run) -> Shown:
    """What the run's earlier attempts have shown so far."""
    entries: list[Entry] = []
    after = Cursor(run.start)
    while page := await log.read(run.thread_id, after):
        entries += page
        after = page[-1].cursor
    return Shown.read(entries)


def _item_id(event: ThreadStreamEvent) -> str | None:
    match event:
        case ThreadItemAddedEvent() | ThreadItemDoneEvent():
            return event.item.id
        case ThreadItemUpdatedEvent():
            return event.item_id
        case _:
            return None


def _leads_up(event: ThreadStreamEvent) -> bool:
    """Whether another event follows at once."""
    match event:
        case ThreadItemAddedEvent(item=AssistantMessageItem()):
            return True
        case ThreadItemUpdatedEvent(update=AssistantMessageContentPartAdded()):
            return True
        case _:
            return False
