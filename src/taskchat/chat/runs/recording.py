"""What one attempt at an answer tells: passing events to those who follow, and facts for good."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

from chatkit.types import (
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartTextDelta,
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
from taskchat.chat.runs.run import Status
from taskchat.chat.runs.work import Work
from taskchat.db.statements import Link

# Others tell the followers of these, in the transaction that makes them true.
TOLD_ELSEWHERE = (
    StreamOptionsEvent,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ThreadItemRemovedEvent,
    ThreadUpdatedEvent,
)
DELTAS = (ThreadItemAddedEvent, ThreadItemUpdatedEvent, ProgressUpdateEvent)


class Recording:
    """`seconds_to_text` is how long the first words took, None for an answer without any."""

    def __init__(
        self,
        work: Work,
        thread: ThreadMetadata,
        message: UserMessageItem | None,
        caller: Caller,
        attempt: Attempt,
    ) -> None:
        self._work = work
        self._thread = thread
        self._message = message
        self._caller = caller
        self._attempt = attempt
        self._began = time.perf_counter()
        self._held: list[str] = []
        self.seconds_to_text: float | None = None

    async def record(self) -> Status:
        """Each write is a transaction, so what only leads up to the next event is written with it."""
        status: Status = "completed"
        handled = self._work.server.events(self._thread, self._caller, self._facts)
        async with aclosing(handled) as events:
            async for event in events:
                if isinstance(event, DELTAS):
                    self._held.append(wire.encode(event))
                    if _leads_up(event):
                        continue
                await self._tell_held()
                if isinstance(event, ErrorEvent):
                    if self._attempt.breakdown:
                        raise self._attempt.breakdown
                    status = "failed"
                if not isinstance(event, (*DELTAS, *TOLD_ELSEWHERE)):
                    await self._tell_fact(event)
        await self._tell_held()
        return status

    async def _facts(self) -> AsyncGenerator[ThreadStreamEvent]:
        """What respond() yields, without the items that an earlier attempt finished.

        Pieces of text are told here at once: the official server, which this goes to, only passes them on,
        and that costs more than telling them.
        """
        answered = self._work.server.respond(self._thread, self._message, self._caller)
        async with aclosing(answered) as events:
            async for event in events:
                if _item_id(event) in self._attempt.settled:
                    continue
                if _is_text(event):
                    await self._tell_text(event)
                else:
                    yield event

    async def _tell_text(self, event: ThreadStreamEvent) -> None:
        if self.seconds_to_text is None:
            self.seconds_to_text = time.perf_counter() - self._began
        self._held.append(wire.encode(event))
        try:
            await self._tell_held()
        except Exception as error:
            self._attempt.breakdown = error  # the official server would tell it as a failed answer
            raise

    async def _tell_fact(self, event: ThreadStreamEvent) -> None:
        async def write(link: Link) -> None:
            await self._attempt.journal.join(link)
            await self._work.log.write(link, self._thread.id, [wire.encode(event)])

        await self._work.database.transact(write)

    async def _tell_held(self) -> None:
        if self._held:
            lines, self._held = self._held, []
            fence = self._attempt.journal.fence
            await self._work.log.write_deltas(fence, self._thread.id, lines)


def _is_text(event: ThreadStreamEvent) -> bool:
    match event:
        case ThreadItemUpdatedEvent(update=AssistantMessageContentPartTextDelta()):
            return True
        case _:
            return False


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
