"""A model that is asked for each turn of a run only once, however often the run is taken up."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import override

from agents import TResponseInputItem
from agents.items import TResponseStreamEvent
from openai.types.responses import ResponseCompletedEvent, ResponseTextDeltaEvent

from taskchat.chat.failures import ModelFailure
from taskchat.chat.journal import Journal, turn_key
from taskchat.chat.recorded_turn import RecordedTurn
from taskchat.chat.spending import Spending
from taskchat.chat.streamed_model import ModelRequest, StreamedModel
from taskchat.chat.transcript import MessageEnd, Signal, Text
from taskchat.chat.turn_watch import TurnWatch

SAID_TO_MODELS = ("user", "developer")


class DurableModel(StreamedModel):
    """One run's model. Finished turns are noted in the journal before anything can follow from them.

    What it says goes to `show` as it comes: the agent has no use for a turn before its end, and
    passing every piece of text through it would cost more than all the rest.
    """

    def __init__(
        self,
        model: StreamedModel,
        journal: Journal,
        show: Callable[[Signal], None],
        spending: Spending | None = None,
    ) -> None:
        self._model = model
        self._journal = journal
        self._show = show
        self._spending = spending
        self._watch = TurnWatch(show, spending)
        self._turns = 0

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[TResponseStreamEvent]:
        self._turns += 1
        if (kept := self._journal.recall(turn_key(self._turns))) is not None:
            turn = RecordedTurn.read(kept)
            if self._spending:
                self._spending.recall(turn.tokens)
            self._show_whole(turn)
            yield turn.completed()
            return
        if self._spending:
            await self._spending.begin(self._turns, _added_size(request.history))
        try:
            completed = await self._answer(replace(request, watch=self._watch))
        except ModelFailure as failure:
            if self._spending:
                self._spending.fail(failure.kind)
            raise
        yield completed

    async def _answer(self, request: ModelRequest) -> ResponseCompletedEvent:
        """Shows the text; returns how the turn ended once the model has counted all that it took."""
        has_text = False
        completed: ResponseCompletedEvent | None = None
        async with aclosing(self._model.stream(request)) as events:
            async for event in events:
                if isinstance(event, ResponseTextDeltaEvent):
                    has_text = True
                    self._show(Text(event.delta))
                elif isinstance(event, ResponseCompletedEvent):
                    completed = event
        if completed is None:
            raise RuntimeError("a stream ended without its last event")
        turn = RecordedTurn.of(completed.response)
        spent = self._spending.complete(turn.tokens) if self._spending else {}
        self._journal.note(turn_key(self._turns), turn.as_json() | spent)
        if has_text:
            self._show(MessageEnd())
        return completed

    def _show_whole(self, turn: RecordedTurn) -> None:
        if turn.text:
            self._show(Text(turn.text))
            self._show(MessageEnd())


def _added_size(history: str | list[TResponseInputItem]) -> int:
    """How many bytes have been said since the model's last turn: the message, or what the last tools gave."""
    if isinstance(history, str):
        return len(history.encode())
    added = 0
    for item in reversed(history):
        if item.get("type") != "function_call_output" and item.get("role") not in SAID_TO_MODELS:
            break
        said = str(item.get("output") or item.get("content") or "")
        added += len(said.encode(errors="replace"))
    return added
