"""Taking a request on: the message, the run and their events go on record in one transaction, or nothing does."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from chatkit.types import (
    InferenceOptions,
    StreamOptionsEvent,
    ThreadCreatedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadMetadata,
    ThreadsAddUserMessageReq,
    ThreadsCreateReq,
    ThreadsCustomActionReq,
    ThreadsRetryAfterItemReq,
    ThreadStreamEvent,
    UserMessageInput,
    UserMessageItem,
    WidgetItem,
)

from taskchat.chat import wire
from taskchat.chat.caller import Caller
from taskchat.chat.repository import ChatRepository
from taskchat.chat.requests import Starting, read_message, read_quotation
from taskchat.chat.server import TaskChatServer
from taskchat.chat.titles import title_of
from taskchat.db.engine import Transaction
from taskchat.domain.due import find_zone
from taskchat.domain.errors import Invalid, TooMany
from taskchat.domain.ids import new_id
from taskchat.streams.log import EventLog


@dataclass(frozen=True, slots=True)
class Run:
    """`start` is the cursor of the thread's stream before the run's first event."""

    id: str
    thread_id: str
    start: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """A run that is on record, and what makes the rest of its events."""

    run: Run
    thread: ThreadMetadata
    caller: Caller
    stream: Callable[[], AsyncIterator[ThreadStreamEvent]]


class Acceptance:
    """Within one transaction. Raises a DomainError for a request that cannot be taken on."""

    def __init__(
        self,
        session: Transaction,
        log: EventLog,
        server: TaskChatServer,
        caller: Caller,
        *,
        daily_messages: int,
        now: datetime,
    ) -> None:
        self._session = session
        self._repository = ChatRepository(session, caller.user_id)
        self._log = log
        self._server = server
        self._caller = caller
        self._daily_messages = daily_messages
        self._now = now
        self._news: list[str] = []  # what the person's pages are told at the end

    async def accept(self, request: Starting) -> Accepted:
        if isinstance(request, ThreadsCustomActionReq):
            return await self._click(request)
        await self._check_allowance()
        match request:
            case ThreadsCreateReq():
                return await self._begin_thread(request.params.input)
            case ThreadsAddUserMessageReq():
                thread = await self._repository.thread(request.params.thread_id)
                return await self._add_message(thread, request.params.input, [])
            case ThreadsRetryAfterItemReq():
                return await self._retry(request)

    async def _begin_thread(self, message: UserMessageInput) -> Accepted:
        thread = ThreadMetadata(
            id=self._server.store.generate_thread_id(self._caller),
            created_at=self._now,
            title=title_of(" ".join(part.text for part in read_message(message))),
        )
        self._log.open(self._session, thread.id, self._caller.user_id)
        await self._repository.add_thread(thread)
        self._news.append(wire.thread_event("thread.created", thread))
        created = ThreadCreatedEvent(thread=wire.full_thread(thread))
        return await self._add_message(thread, message, [created])

    async def _add_message(
        self,
        thread: ThreadMetadata,
        message: UserMessageInput,
        before: Sequence[ThreadStreamEvent],
    ) -> Accepted:
        item = UserMessageItem(
            id=self._server.store.generate_item_id("message", thread, self._caller),
            thread_id=thread.id,
            created_at=self._now,
            content=[*read_message(message)],
            attachments=[],
            quoted_text=read_quotation(message),
            inference_options=InferenceOptions(),
        )
        await self._repository.add_item(thread.id, item)
        run = await self._open(thread, "message", [*before, ThreadItemDoneEvent(item=item)])
        return self._answer(run, thread, item)

    async def _retry(self, request: ThreadsRetryAfterItemReq) -> Accepted:
        thread = await self._repository.thread(request.params.thread_id)
        item = await self._repository.item(thread.id, request.params.item_id)
        if not isinstance(item, UserMessageItem):
            raise Invalid("Only one's own message can be tried again.", code="not_a_message")
        dropped = await self._repository.delete_items_after(thread.id, item.id)
        told = [ThreadItemRemovedEvent(item_id=item_id) for item_id in dropped]
        return self._answer(await self._open(thread, "retry", told), thread, item)

    async def _click(self, request: ThreadsCustomActionReq) -> Accepted:
        thread = await self._repository.thread(request.params.thread_id)
        item_id = request.params.item_id
        sender = await self._repository.item(thread.id, item_id) if item_id else None
        if not isinstance(sender, WidgetItem):
            raise Invalid("There is nothing here to confirm.", code="unknown_action")
        action, server, caller = request.params.action, self._server, self._caller
        run = await self._open(thread, "action", [])
        return Accepted(run, thread, caller, lambda: server.action(thread, action, sender, caller))

    def _answer(self, run: Run, thread: ThreadMetadata, item: UserMessageItem) -> Accepted:
        server, caller = self._server, self._caller
        return Accepted(run, thread, caller, lambda: server.respond(thread, item, caller))

    async def _open(
        self, thread: ThreadMetadata, kind: str, told: Sequence[ThreadStreamEvent]
    ) -> Run:
        """Raises Conflict while the thread has a running answer."""
        run_id = self._caller.run_id or new_id("run")
        options = self._server.get_stream_options(thread, self._caller)
        lines = [
            wire.encode(event) for event in (*told, StreamOptionsEvent(stream_options=options))
        ]
        head = await self._log.write(self._session, thread.id, lines)
        start = head - len(lines)
        await self._repository.add_run(
            run_id, thread.id, kind=kind, start=start, key=self._caller.key, at=self._now
        )
        self._news.append(wire.run_started(thread.id, run_id))
        await self._log.write(self._session, self._caller.user_id, self._news)
        return Run(run_id, thread.id, start)

    async def _check_allowance(self) -> None:
        if not self._daily_messages:
            return
        await self._repository.take_turn()  # or messages sent at once would all count the same
        local = self._now.astimezone(find_zone(self._caller.timezone))
        midnight = datetime.combine(local.date(), time(), local.tzinfo).astimezone(UTC)
        if await self._repository.count_runs_since(midnight) >= self._daily_messages:
            raise TooMany(
                f"You have sent {self._daily_messages} messages today, which is the limit. "
                "It is lifted at midnight.",
                code="daily_limit",
            )
