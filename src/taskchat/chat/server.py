"""The official ChatKit server, answering with our agent."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from datetime import datetime
from typing import Any, override

from agents import Agent, TResponseInputItem
from chatkit.actions import Action
from chatkit.errors import CustomStreamError
from chatkit.server import ChatKitServer
from chatkit.types import (
    FeedbackKind,
    SyncCustomActionResponse,
    ThreadItem,
    ThreadItemDoneEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
    WidgetItem,
)

from taskchat.chat import confirmations, history
from taskchat.chat.answer import Answer, AnswerFailure
from taskchat.chat.assistant import Assistant
from taskchat.chat.caller import Caller
from taskchat.chat.confirmations import APPROVE, DECLINE, Confirmations
from taskchat.chat.repository import ChatRepository
from taskchat.chat.store import ChatStore
from taskchat.chat.transcript import Events, Transcript
from taskchat.chat.turn import Turn
from taskchat.db.engine import Database
from taskchat.domain.errors import DomainError, Forbidden, Invalid
from taskchat.tasks.service import TaskTransactions

HISTORY_ITEMS = 40


class TaskChatServer(ChatKitServer[Caller]):
    def __init__(
        self,
        database: Database,
        store: ChatStore,
        agent: Agent[Turn],
        tasks: TaskTransactions,
        *,
        assistant: Assistant,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(store)
        self._database = database
        self._chat = store
        self._agent = agent
        self._tasks = tasks
        self._assistant = assistant
        self._clock = clock
        self._answers: dict[str, Answer] = {}
        self._stopped: set[str] = set()

    def stop(self, run_id: str) -> None:
        """Ends the run's answer, even one that has yet to begin; what it said and did until then is kept."""
        self._stopped.add(run_id)
        if answer := self._answers.get(run_id):
            answer.stop()

    def forget(self, run_id: str) -> bool:
        """Drops what is kept for a run that has ended; whether it was stopped."""
        self._answers.pop(run_id, None)
        stopped = run_id in self._stopped
        self._stopped.discard(run_id)
        return stopped

    @override
    async def respond(
        self,
        thread: ThreadMetadata,
        input_user_message: UserMessageItem | None,
        context: Caller,
    ) -> AsyncGenerator[ThreadStreamEvent]:
        turn = Turn(context.owner_through(self._assistant.name, thread.id))
        model = self._assistant.model_in(context.timezone)
        answer = Answer(self._agent, model, turn, await self._history(thread, context))
        run_id = context.run_id or ""
        self._answers[run_id] = answer
        if run_id in self._stopped:
            answer.stop()
        transcript = Transcript(
            thread.id,
            lambda kind: self.store.generate_item_id(kind, thread, context),
            self._clock,
        )
        failure: AnswerFailure | None = None
        try:
            async for batch in answer.signals():
                for signal in batch:
                    for event in transcript.take(signal):
                        yield event
        except AnswerFailure as error:
            failure = error
        for event in [*transcript.close(), *await self._cards(thread, turn, context)]:
            yield event
        if failure:
            raise CustomStreamError(str(failure), allow_retry=failure.allow_retry)

    @override
    async def action(
        self,
        thread: ThreadMetadata,
        action: Action[str, Any],
        sender: WidgetItem | None,
        context: Caller,
    ) -> AsyncIterator[ThreadStreamEvent]:
        """The decided card reaches the followers from the transaction that decided it."""
        try:
            await self._decide(action, sender, context)
        except DomainError as error:
            raise CustomStreamError(str(error), allow_retry=False) from error
        for event in ():
            yield event

    @override
    async def sync_action(
        self,
        thread: ThreadMetadata,
        action: Action[str, Any],
        sender: WidgetItem | None,
        context: Caller,
    ) -> SyncCustomActionResponse:
        return SyncCustomActionResponse(updated_item=await self._decide(action, sender, context))

    @override
    async def add_feedback(
        self, thread_id: str, item_ids: list[str], feedback: FeedbackKind, context: Caller
    ) -> None:
        async with self._database.transaction() as session:
            repository = ChatRepository(session, context.user_id)
            await repository.set_feedback(thread_id, item_ids, feedback, self._clock())

    @override
    async def handle_stream_cancelled(
        self, thread: ThreadMetadata, pending_items: list[ThreadItem], context: Caller
    ) -> None:
        """Only a shutdown cancels a run; stopping goes through `stop`, which leaves nothing pending."""

    async def call(self, request: Any, context: Caller) -> bytes:
        """Answers a request that begins no answer; JSON."""
        return await self._process_non_streaming(request, context)

    def events(
        self,
        thread: ThreadMetadata,
        context: Caller,
        stream: Callable[[], AsyncIterator[ThreadStreamEvent]],
    ) -> AsyncIterator[ThreadStreamEvent]:
        """The official handling of what `stream` yields: storing items, mapping errors to events."""
        return self._process_events(thread, context, stream)

    async def _history(self, thread: ThreadMetadata, context: Caller) -> list[TResponseInputItem]:
        page = await self.store.load_thread_items(thread.id, None, HISTORY_ITEMS, "desc", context)
        return history.to_input(page.data[::-1])

    async def _cards(self, thread: ThreadMetadata, turn: Turn, context: Caller) -> Events:
        """One confirmation card for each kind of effect that waits."""
        cards: Events = []
        for effect in confirmations.join_effects(turn.pending):
            item_id = self.store.generate_item_id("message", thread, context)
            item, token = confirmations.card(
                effect, item_id=item_id, thread_id=thread.id, now=self._clock()
            )
            async with self._database.transaction() as session:
                await Confirmations(session, context).add(token, item, effect)
            cards.append(ThreadItemDoneEvent(item=item))
        return cards

    async def _decide(
        self, action: Action[str, Any], sender: WidgetItem | None, context: Caller
    ) -> WidgetItem:
        """Uses up the card's token, does what it stands for and shows it: one transaction."""
        if sender is None or action.type not in (APPROVE, DECLINE):
            raise Invalid("There is nothing here to confirm.", code="unknown_action")
        token = _token(action)
        if not context.is_person:
            message = "Only the person can confirm this, not a program."
            raise Forbidden(message, code="person_needed")
        approved = action.type == APPROVE
        async with self._database.transaction() as session:
            effect = await Confirmations(session, context).decide(
                token,
                sender,
                status="approved" if approved else "declined",
                now=self._clock(),
            )
            sentence = "Cancelled. Nothing was changed."
            if approved:
                tasks = self._tasks.join(session, context.owner_in(sender.thread_id))
                sentence = confirmations.outcome(effect.verb, await effect.apply(tasks))
            card = confirmations.decided_card(sender, sentence)
            await self._chat.replace(session, sender.thread_id, card, context)
        return card


def _token(action: Action[str, Any]) -> str:
    match action.payload:
        case {"token": str(token)}:
            return token
        case _:
            raise Invalid("There is nothing here to confirm.", code="unknown_action")
