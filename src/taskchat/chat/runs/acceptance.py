"""Taking a request on: the message, the run and their events go on record in one transaction, or nothing does."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from chatkit.types import (
    ErrorEvent,
    InferenceOptions,
    ThreadCreatedEvent,
    ThreadItemDoneEvent,
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
from taskchat.chat.attempt import Answering
from taskchat.chat.books import Books
from taskchat.chat.caller import Caller
from taskchat.chat.repository import ChatRepository
from taskchat.chat.requests import Starting, read_message, read_model, read_quotation
from taskchat.chat.runs.allowance import Allowance
from taskchat.chat.runs.queue import MOST_QUEUED, ready
from taskchat.chat.runs.repository import Holding, RunRepository
from taskchat.chat.runs.rewinding import Rewinding
from taskchat.chat.runs.run import Kind, RequestKey, Run
from taskchat.chat.server import TaskChatServer
from taskchat.chat.titles import title_of
from taskchat.db.engine import savepoint
from taskchat.db.statements import Link, mapped
from taskchat.domain.errors import Conflict, DomainError, Invalid, TooMany
from taskchat.domain.ids import new_id
from taskchat.streams.log import EventLog
from taskchat.usage.ledger import Reservation


@dataclass(frozen=True, slots=True)
class Policy:
    """What a person may ask for, and who takes it on."""

    books: Books
    holding: Holding


@dataclass(frozen=True, slots=True)
class Accepted:
    """A run on record; `message` is what its first attempt answers, None for one that waits or is over.

    `reserved` is the call with which it begins.
    """

    run: Run
    thread: ThreadMetadata
    message: UserMessageItem | None
    reserved: Sequence[Reservation] = ()


class Acceptance:
    """Within one transaction, for retries and clicks one with the object mapper.

    Raises a DomainError for a request that cannot be taken on.
    """

    def __init__(
        self,
        session: Link,
        log: EventLog,
        server: TaskChatServer,
        caller: Caller,
        *,
        policy: Policy,
        now: datetime,
    ) -> None:
        self._session = session
        self._repository = ChatRepository(session, caller.user_id)
        self._runs = RunRepository(session)
        self._log = log
        self._server = server
        self._caller = caller
        self._policy = policy
        self._allowance = Allowance(session, policy.books, caller, now)
        self._now = now
        self._news: list[str] = []  # what the person's pages are told at the end

    async def accept(self, request: Starting, key: RequestKey | None) -> Accepted:
        accepted = await self._accept(request)
        if self._news:
            await self._log.write(self._session, self._caller.user_id, self._news)
        if key:
            await self._runs.remember(
                owner_id=self._caller.user_id,
                key=key.key,
                fingerprint=key.fingerprint,
                run_id=accepted.run.id,
                thread_id=accepted.run.thread_id,
                start=accepted.run.start,
                created_at=self._now,
            )
        return accepted

    async def _accept(self, request: Starting) -> Accepted:
        if isinstance(request, ThreadsCustomActionReq):
            return await self._click(request)
        await self._allowance.check_messages()
        match request:
            case ThreadsCreateReq():
                return await self._begin_thread(request)
            case ThreadsAddUserMessageReq():
                return await self._add_message(request)
            case ThreadsRetryAfterItemReq():
                return await self._retry(request)

    async def _begin_thread(self, request: ThreadsCreateReq) -> Accepted:
        message = request.params.input
        thread = ThreadMetadata(
            id=self._server.store.generate_thread_id(self._caller),
            created_at=self._now,
            title=title_of(" ".join(part.text for part in read_message(message))),
        )
        await self._log.open(self._session, thread.id, self._caller.user_id)
        await self._repository.add_thread(thread)
        self._news.append(wire.thread_event("thread.created", thread))
        item = self._message(thread, message)
        created = ThreadCreatedEvent(thread=wire.full_thread(thread))
        answering = self._answering(item, read_model(request.metadata))
        return await self._answer(thread, item, [created], answering)

    async def _add_message(self, request: ThreadsAddUserMessageReq) -> Accepted:
        thread = await self._repository.thread(request.params.thread_id)
        item = self._message(thread, request.params.input)
        answering = self._answering(item, read_model(request.metadata))
        await self._repository.lock_thread(thread.id)
        if await self._runs.is_busy(thread.id):
            return await self._queue(thread, item, answering)
        return await self._answer(thread, item, [], answering)

    def _message(self, thread: ThreadMetadata, message: UserMessageInput) -> UserMessageItem:
        return UserMessageItem(
            id=self._server.store.generate_item_id("message", thread, self._caller),
            thread_id=thread.id,
            created_at=self._now,
            content=[*read_message(message)],
            attachments=[],
            quoted_text=read_quotation(message),
            inference_options=InferenceOptions(model=self._choice(message)),
        )

    def _choice(self, message: UserMessageInput) -> str | None:
        """The model that the message asks for, which has to be there; None where it asks for none."""
        model = message.inference_options.model
        return self._server.assistants.find(model).id if model else None

    async def _answer(
        self,
        thread: ThreadMetadata,
        item: UserMessageItem,
        before: Sequence[ThreadStreamEvent],
        answering: Answering,
    ) -> Accepted:
        await self._repository.add_item(thread.id, item)
        told = [ThreadItemDoneEvent(item=item)]
        return await self._start("message", thread, item, before, told, answering)

    def _answering(self, item: UserMessageItem, wanted: str | None) -> Answering:
        """Who is wanted this once, or else whom the message was sent to; the default for a model that is gone."""
        usual = self._server.assistants.still(item.inference_options.model).id
        if wanted is None or (model := self._server.assistants.find(wanted).id) == usual:
            return Answering(usual)
        return Answering(model, instead_of=usual)

    async def _queue(
        self, thread: ThreadMetadata, item: UserMessageItem, answering: Answering
    ) -> Accepted:
        """The message joins the conversation when its turn comes: until then it can be withdrawn."""
        if len(await self._runs.queued(thread.id)) >= MOST_QUEUED:
            sentence = f"{MOST_QUEUED} messages wait already. Let the assistant answer first."
            raise TooMany(sentence, code="queue_full")
        run_id = new_id("run")
        assistant = self._server.assistants.still(answering.model)
        await self._allowance.check_budgets(run_id, item, assistant)
        if notices := [wire.encode(notice) for notice in self._allowance.notices]:
            await self._log.write(self._session, thread.id, notices)
        head = await self._log.write(self._session, thread.id, [wire.run_queued(run_id, item)])
        await self._runs.add(
            **self._row(run_id, "message", thread, item.id),
            **asdict(answering),
            status="queued",
            start=head - 1,
            message=wire.dump_item(item),
        )
        owner = self._caller.user_id
        run = Run(run_id, thread.id, owner, head - 1, is_queued=True, answering=answering)
        return Accepted(run, thread, None)

    async def _retry(self, request: ThreadsRetryAfterItemReq) -> Accepted:
        thread = await self._repository.thread(request.params.thread_id)
        await self._repository.take_turn()  # what the answer changed is undone: tasks come first
        await self._repository.lock_thread(thread.id)
        if await self._runs.is_busy(thread.id):
            message = "The assistant is still answering in this conversation."
            raise Conflict(message, code="run_active")
        back = Rewinding(
            mapped(self._session), self._repository, self._runs, self._server, self._caller
        )
        item, told = await back.rewind(thread, request)
        answering = self._answering(item, read_model(request.metadata))
        return await self._start("retry", thread, item, [], told, answering)

    async def _start(
        self,
        kind: Kind,
        thread: ThreadMetadata,
        item: UserMessageItem,
        before: Sequence[ThreadStreamEvent],
        told: Sequence[ThreadStreamEvent],
        answering: Answering,
    ) -> Accepted:
        run_id = new_id("run")
        assistant = self._server.assistants.still(answering.model)
        reserved = await self._allowance.reserve(run_id, item, assistant)
        start = await self._log.write(self._session, thread.id, [])
        started = wire.run_started(thread.id, run_id, start)
        lines = [wire.encode(event) for event in before]
        lines += [
            started,
            *(wire.encode(event) for event in (*told, *self._allowance.notices, ready())),
        ]
        await self._log.write(self._session, thread.id, lines)
        await self._runs.add(
            **self._row(run_id, kind, thread, item.id),
            holding=self._policy.holding,
            **asdict(answering),
            status="running",
            start=start,
        )
        self._news.append(started)
        run = Run(run_id, thread.id, self._caller.user_id, start, answering=answering)
        return Accepted(run, thread, item, reserved)

    async def _click(self, request: ThreadsCustomActionReq) -> Accepted:
        """A click is carried out here and now; its run only tells what came of it."""
        thread = await self._repository.thread(request.params.thread_id)
        await self._server.lock(self._session, thread.id, self._caller)
        item_id = request.params.item_id
        sender = await self._repository.item(thread.id, item_id) if item_id else None
        if not isinstance(sender, WidgetItem):
            raise Invalid("There is nothing here to confirm.", code="unknown_action")
        run_id = new_id("run")
        status, lines, shown = "completed", list[str](), 1
        try:
            session = mapped(self._session)
            async with savepoint(session):
                await self._server.decide(
                    session, request.params.action, sender, self._caller, run_id
                )
        except DomainError as error:
            shown = 0
            status = "failed"
            told = ErrorEvent(code="custom", message=str(error), allow_retry=False)
            lines.append(wire.encode(told))
        lines.append(wire.run_finished(thread.id, run_id, status))
        end = await self._log.write(self._session, thread.id, lines)
        start = end - len(lines) - shown
        await self._runs.add(
            **self._row(run_id, "action", thread, sender.id),
            status=status,
            start=start,
            end=end,
            finished_at=self._now,
        )
        return Accepted(Run(run_id, thread.id, self._caller.user_id, start), thread, None)

    def _row(self, run_id: str, kind: Kind, thread: ThreadMetadata, item_id: str) -> dict[str, Any]:
        return {
            "id": run_id,
            "thread_id": thread.id,
            "owner_id": self._caller.user_id,
            "kind": kind,
            "input_item_id": item_id,
            "created_at": self._now,
        }
