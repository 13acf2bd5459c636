"""The official ChatKit server, answering with our agent."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Any, cast, override

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

from taskchat.chat import confirmations, notes, signatures
from taskchat.chat.answer import Answer, AnswerFailure
from taskchat.chat.assistant import Assistants
from taskchat.chat.attempt import Attempt
from taskchat.chat.caller import Caller
from taskchat.chat.confirmations import APPROVE, DECLINE, Confirmations
from taskchat.chat.context.history import Conversation, Moment
from taskchat.chat.context.times import begun
from taskchat.chat.durable_model import DurableModel
from taskchat.chat.endings import Ending
from taskchat.chat.journal import END
from taskchat.chat.repository import ChatRepository
from taskchat.chat.store import ChatStore
from taskchat.chat.transcript import Events, Signal, Transcript
from taskchat.chat.turn import Turn
from taskchat.db.engine import Database, Transaction
from taskchat.db.statements import Link
from taskchat.domain.errors import Forbidden, Invalid
from taskchat.tasks.transactions import TaskTransactions
from taskchat.tasks.views import FieldConflictOut


class TaskChatServer(ChatKitServer[Caller]):
    def __init__(
        self,
        database: Database,
        store: ChatStore,
        agent: Agent[Turn],
        tasks: TaskTransactions,
        *,
        assistants: Assistants,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(store)
        self._database = database
        self._chat = store
        self._agent = agent
        self._tasks = tasks
        self.assistants = assistants
        self._clock = clock

    @override
    async def respond(
        self,
        thread: ThreadMetadata,
        input_user_message: UserMessageItem | None,
        context: Caller,
    ) -> AsyncGenerator[ThreadStreamEvent]:
        attempt = context.attempt
        if attempt is None or input_user_message is None:
            raise RuntimeError("an answer needs its run and its message")
        assistant = self.assistants.still(attempt.answering.model)
        owner = context.owner_through(assistant.name, thread.id, attempt.run_id)
        turn = Turn(owner, attempt.journal)
        asked = assistant.model_in(context.timezone)
        model = DurableModel(asked, attempt.journal, turn.show, attempt.spending)
        read = await self._history(thread.id, input_user_message.id, context, turn)
        answer = Answer(self._agent, model, turn, read)
        attempt.on_stop(answer.stop)
        transcript = Transcript(thread.id, attempt.next_item_id, self._clock)
        for event in self._substitution(thread, attempt):
            yield event
        failure: AnswerFailure | None = None
        try:
            async for batch in _noting_breakdowns(answer, attempt):
                for event in transcript.take_all(batch):
                    yield event
        except AnswerFailure as error:
            failure = error
        ending = failure.ending.after(turn.changes) if failure else None
        _note_end(attempt, answer, ending)
        for event in [*transcript.close(), *await self._cards(thread, turn, attempt, context)]:
            yield event
        if ending:
            raise CustomStreamError(ending.message, allow_retry=ending.allow_retry)

    @override
    async def sync_action(
        self,
        thread: ThreadMetadata,
        action: Action[str, Any],
        sender: WidgetItem | None,
        context: Caller,
    ) -> SyncCustomActionResponse:
        async with self._database.transaction() as session:
            await self.lock(session, thread.id, context)
            card = await self.decide(session, action, sender, context)
        return SyncCustomActionResponse(updated_item=card)

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
        """Only a shutdown cancels a run; stopping leaves nothing pending."""

    async def call(self, request: Any, context: Caller) -> bytes:
        """Answers a request that begins no answer; JSON."""
        return await self._process_non_streaming(request, context)

    def events(
        self,
        thread: ThreadMetadata,
        context: Caller,
        stream: Callable[[], AsyncIterator[ThreadStreamEvent]],
    ) -> AsyncGenerator[ThreadStreamEvent]:
        """The official handling of what `stream` yields: storing items, mapping errors to events."""
        events = self._process_events(thread, context, stream)
        return cast("AsyncGenerator[ThreadStreamEvent]", events)

    async def lock(self, session: Link, thread_id: str, context: Caller) -> None:
        """Before `decide`, in the caller's transaction."""
        await self._chat.lock(session, thread_id, context)

    async def decide(
        self,
        session: Transaction,
        action: Action[str, Any],
        sender: WidgetItem | None,
        context: Caller,
        change_set: str | None = None,
    ) -> WidgetItem:
        """Uses up the card's token, does what it stands for and shows it, in the caller's transaction."""
        if sender is None or action.type not in (APPROVE, DECLINE):
            raise Invalid("There is nothing here to confirm.", code="unknown_action")
        token = _token(action)
        if not context.is_person:
            message = "Only the person can confirm this, not a program."
            raise Forbidden(message, code="person_needed")
        approved = action.type == APPROVE
        effect = await Confirmations(session, context).decide(
            token,
            sender,
            status="approved" if approved else "declined",
            now=self._clock(),
        )
        sentence, written = "Cancelled. Nothing was changed.", None
        if approved:
            tasks = self._tasks.join(session, context.owner_in(sender.thread_id, change_set))
            sentence = confirmations.outcome(effect.verb, await effect.apply(tasks))
            written = receipt.change_set if (receipt := tasks.receipt) else None
        card = confirmations.decided_card(sender, sentence, written)
        await self._chat.replace(session, sender.thread_id, card, context)
        return card

    async def take_back(
        self, session: Transaction, context: Caller, thread_id: str, change_sets: Sequence[str]
    ) -> list[FieldConflictOut]:
        """Undoes them in this order; what stays because it was changed since."""
        kept: list[FieldConflictOut] = []
        for change_set in change_sets:
            tasks = self._tasks.join(session, context.owner_in(thread_id))
            kept += await tasks.take_back(change_set)
        return kept

    async def _history(
        self, thread_id: str, item_id: str, context: Caller, turn: Turn
    ) -> list[TResponseInputItem]:
        """What was said up to the message that is answered, whatever earlier attempts have added since."""
        async with self._database.reading() as session:
            repository = ChatRepository(session, context.user_id)
            read = await repository.stretch_until(thread_id, item_id)
            conversation = Conversation(
                read.window,
                earlier=read.earlier,
                has_more_before=read.has_more_before,
                begun=await begun(session, thread_id, [*read.earlier, *read.window]),
            )
            signed = await signatures.load(session, thread_id, conversation.call_ids)
        turn.cursors.update(conversation.cursors)
        return conversation.to_input(Moment(self._clock(), context.timezone), signed)

    def _substitution(self, thread: ThreadMetadata, attempt: Attempt) -> Events:
        """A card that says so where somebody else answers than the person would have asked."""
        if (usual := attempt.answering.instead_of) is None:
            return []
        item = notes.card(
            f"Answered by {self.assistants.still(attempt.answering.model).name} instead of {usual}.",
            item_id=attempt.next_item_id("message"),
            thread_id=thread.id,
            now=self._clock(),
        )
        return [ThreadItemDoneEvent(item=item)]

    async def _cards(
        self, thread: ThreadMetadata, turn: Turn, attempt: Attempt, context: Caller
    ) -> Events:
        """One confirmation card for each kind of effect that waits."""
        cards: Events = []
        for effect in confirmations.join_effects(turn.pending):
            item_id = attempt.next_item_id("message")
            item, token = confirmations.card(
                effect, item_id=item_id, thread_id=thread.id, now=self._clock()
            )
            if item_id not in attempt.settled:
                async with self._database.transaction() as session:
                    await attempt.journal.join(session)
                    await Confirmations(session, context).add(token, item, effect)
            cards.append(ThreadItemDoneEvent(item=item))
        return cards


async def _noting_breakdowns(answer: Answer, attempt: Attempt) -> AsyncGenerator[list[Signal]]:
    try:
        async for batch in answer.signals():
            yield batch
    except AnswerFailure:
        raise
    except Exception as error:
        attempt.breakdown = error
        raise


def _note_end(attempt: Attempt, answer: Answer, ending: Ending | None) -> None:
    """Noted with what is stored next: an attempt that finds it does not go on with the answer."""
    if ending:
        attempt.journal.note(END, {"status": "failed", "error": ending.as_json()})
    elif answer.is_stopped:
        attempt.journal.note(END, {"status": "stopped"})


def _token(action: Action[str, Any]) -> str:
    match action.payload:
        case {"token": str(token)}:
            return token
        case _:
            raise Invalid("There is nothing here to confirm.", code="unknown_action")
