"""Answers in the making: accepted in one transaction, carried on without a connection, followed through the log."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import Any

from chatkit.types import (
    AssistantMessageContentPartAdded,
    AssistantMessageItem,
    ErrorEvent,
    InferenceOptions,
    StreamOptionsEvent,
    ThreadCreatedEvent,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemReplacedEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadsAddUserMessageReq,
    ThreadsCreateReq,
    ThreadsCustomActionReq,
    ThreadsRetryAfterItemReq,
    ThreadStreamEvent,
    ThreadUpdatedEvent,
    UserMessageInput,
    UserMessageItem,
    WidgetItem,
)

from taskchat.chat import wire
from taskchat.chat.caller import Caller
from taskchat.chat.orphans import end_orphans
from taskchat.chat.repository import ChatRepository
from taskchat.chat.requests import Starting, read_message
from taskchat.chat.server import TaskChatServer
from taskchat.chat.store import ChatStore
from taskchat.chat.titles import title_of
from taskchat.db.engine import Database, Transaction
from taskchat.domain.due import find_zone
from taskchat.domain.errors import Invalid, TooMany
from taskchat.domain.ids import new_id
from taskchat.streams.log import EventLog

logger = logging.getLogger(__name__)

# The store tells the followers of these in the transaction that makes them true.
TOLD_BY_STORE = (
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ThreadItemRemovedEvent,
    ThreadUpdatedEvent,
)


@dataclass(frozen=True, slots=True)
class Run:
    """`start` is the cursor of the thread's stream before the run's first event."""

    id: str
    thread_id: str
    start: int


type Stream = Callable[[], AsyncIterator[ThreadStreamEvent]]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A run that is on record, and what makes its events."""

    run: Run
    thread: ThreadMetadata
    caller: Caller
    stream: Stream


class Runs:
    def __init__(
        self,
        database: Database,
        log: EventLog,
        store: ChatStore,
        server: TaskChatServer,
        *,
        daily_messages: int,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._log = log
        self._store = store
        self._server = server
        self._daily_messages = daily_messages
        self._clock = clock
        self._active: dict[str, asyncio.Task[None]] = {}

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[None]:
        """Ends what an earlier process left running; on leaving, interrupts what still runs."""
        await end_orphans(self._database, self._log, self._clock())
        try:
            yield
        finally:
            active = list(self._active.values())
            for task in active:
                task.cancel()
            await asyncio.gather(*active, return_exceptions=True)

    async def start(self, request: Starting, caller: Caller) -> Run:
        """Accepts the request for good, or raises a DomainError having changed nothing."""
        caller = replace(caller, run_id=new_id("run"))
        async with self._database.transaction() as session:
            accepted = await self._accept(session, request, caller)
        run = accepted.run
        self._active[run.id] = asyncio.create_task(self._carry_on(accepted), name=run.id)
        return run

    async def running(self, thread_id: str, caller: Caller) -> Run | None:
        """Raises NotFound for a thread that is not the caller's."""
        async with self._database.reading() as session:
            row = await ChatRepository(session, caller.user_id).running(thread_id)
        return Run(row.id, thread_id, row.start) if row else None

    async def stop(self, thread_id: str, caller: Caller) -> None:
        """Returns when the thread's run has ended; harmless when there is none."""
        run = await self.running(thread_id, caller)
        if run is None:
            return
        self._server.stop(run.id)
        if task := self._active.get(run.id):
            await asyncio.wait([task])

    async def _accept(self, session: Transaction, request: Starting, caller: Caller) -> Accepted:
        repository = ChatRepository(session, caller.user_id)
        match request:
            case ThreadsCreateReq():
                await self._check_allowance(repository, caller)
                return await self._create(session, repository, request.params.input, caller)
            case ThreadsAddUserMessageReq():
                await self._check_allowance(repository, caller)
                thread = await repository.thread(request.params.thread_id)
                return await self._message(
                    session, repository, thread, request.params.input, caller, []
                )
            case ThreadsRetryAfterItemReq():
                await self._check_allowance(repository, caller)
                return await self._retry(session, repository, request, caller)
            case ThreadsCustomActionReq():
                return await self._action(session, repository, request, caller)

    async def _create(
        self,
        session: Transaction,
        repository: ChatRepository,
        message: UserMessageInput,
        caller: Caller,
    ) -> Accepted:
        thread = ThreadMetadata(
            id=self._store.generate_thread_id(caller),
            created_at=self._clock(),
            title=title_of(" ".join(part.text for part in read_message(message))),
        )
        self._log.open(session, thread.id, caller.user_id)
        await repository.add_thread(thread)
        told = wire.thread_event("thread.created", thread)
        await self._log.write(session, caller.user_id, [told])
        created = ThreadCreatedEvent(thread=wire.full_thread(thread))
        return await self._message(session, repository, thread, message, caller, [created])

    async def _message(
        self,
        session: Transaction,
        repository: ChatRepository,
        thread: ThreadMetadata,
        message: UserMessageInput,
        caller: Caller,
        before: list[ThreadStreamEvent],
    ) -> Accepted:
        content = read_message(message)
        item = UserMessageItem(
            id=self._store.generate_item_id("message", thread, caller),
            thread_id=thread.id,
            created_at=self._clock(),
            content=[*content],
            attachments=[],
            quoted_text=message.quoted_text,
            inference_options=InferenceOptions(),
        )
        await repository.add_item(thread.id, item)
        told = [*before, ThreadItemDoneEvent(item=item)]
        run = await self._open(session, repository, thread.id, caller, "message", told)
        return Accepted(run, thread, caller, lambda: self._server.respond(thread, item, caller))

    async def _retry(
        self,
        session: Transaction,
        repository: ChatRepository,
        request: ThreadsRetryAfterItemReq,
        caller: Caller,
    ) -> Accepted:
        thread = await repository.thread(request.params.thread_id)
        item = await repository.item(thread.id, request.params.item_id)
        if not isinstance(item, UserMessageItem):
            raise Invalid("Only one's own message can be tried again.", code="not_a_message")
        dropped = await repository.delete_items_after(thread.id, item.id)
        told = [ThreadItemRemovedEvent(item_id=item_id) for item_id in dropped]
        run = await self._open(session, repository, thread.id, caller, "retry", told)
        return Accepted(run, thread, caller, lambda: self._server.respond(thread, item, caller))

    async def _action(
        self,
        session: Transaction,
        repository: ChatRepository,
        request: ThreadsCustomActionReq,
        caller: Caller,
    ) -> Accepted:
        thread = await repository.thread(request.params.thread_id)
        item_id = request.params.item_id
        sender = await repository.item(thread.id, item_id) if item_id else None
        if not isinstance(sender, WidgetItem):
            raise Invalid("There is nothing here to confirm.", code="unknown_action")
        action = request.params.action
        run = await self._open(session, repository, thread.id, caller, "action", [])
        return Accepted(
            run, thread, caller, lambda: self._server.action(thread, action, sender, caller)
        )

    async def _open(
        self,
        session: Transaction,
        repository: ChatRepository,
        thread_id: str,
        caller: Caller,
        kind: str,
        told: list[Any],
    ) -> Run:
        """Raises Conflict while the thread has a running answer."""
        run_id = caller.run_id or new_id("run")
        head = await self._log.write(session, thread_id, [wire.encode(event) for event in told])
        start = head - len(told)
        await repository.add_run(run_id, thread_id, kind=kind, start=start, at=self._clock())
        await self._log.write(session, caller.user_id, [wire.run_started(thread_id, run_id)])
        return Run(run_id, thread_id, start)

    async def _check_allowance(self, repository: ChatRepository, caller: Caller) -> None:
        if not self._daily_messages:
            return
        local = self._clock().astimezone(find_zone(caller.timezone))
        midnight = datetime.combine(local.date(), time(), local.tzinfo).astimezone(UTC)
        if await repository.count_runs_since(midnight) >= self._daily_messages:
            raise TooMany(
                f"You have sent {self._daily_messages} messages today, which is the limit. "
                "It is lifted at midnight.",
                code="daily_limit",
            )

    async def _carry_on(self, accepted: Accepted) -> None:
        """Writes the run's events to the log and its end to the record, whatever happens."""
        run, caller = accepted.run, accepted.caller
        status = "failed"
        try:
            status = await self._record(accepted)
        except asyncio.CancelledError:
            status = "interrupted"
        except Exception:
            logger.exception("Run %s failed", run.id)
        if self._server.forget(run.id) and status == "completed":
            status = "stopped"
        self._active.pop(run.id, None)
        with suppress(asyncio.CancelledError):
            await asyncio.shield(asyncio.ensure_future(self._finish(run, caller, status)))

    async def _record(self, accepted: Accepted) -> str:
        """Each write is a transaction, so what only leads up to the next event is written with it."""
        status = "completed"
        held: list[str] = []
        events = self._server.events(accepted.thread, accepted.caller, accepted.stream)
        async for event in events:
            if isinstance(event, ErrorEvent):
                status = "failed"
            if not isinstance(event, TOLD_BY_STORE):
                held.append(wire.encode(event))
            if held and not _leads_up(event):
                await self._log.append(accepted.thread.id, held)
                held = []
        if held:
            await self._log.append(accepted.thread.id, held)
        return status

    async def _finish(self, run: Run, caller: Caller, status: str) -> None:
        async with self._database.transaction() as session:
            repository = ChatRepository(session, caller.user_id)
            if await repository.finish_run(run.id, status, self._clock()):
                end = wire.run_finished(run.thread_id, run.id, status)
                await self._log.write(session, run.thread_id, [end])
                await self._log.write(session, caller.user_id, [end])


def _leads_up(event: ThreadStreamEvent) -> bool:
    """Whether another event follows at once."""
    match event:
        case StreamOptionsEvent():
            return False
        case ThreadItemAddedEvent(item=AssistantMessageItem()):
            return True
        case ThreadItemUpdatedEvent(update=AssistantMessageContentPartAdded()):
            return True
        case _:
            return False
