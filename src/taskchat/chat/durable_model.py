"""A model that is asked for each turn of a run only once, however often the run is taken up."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import override

from agents.items import TResponseStreamEvent
from openai.types.responses import ResponseCompletedEvent, ResponseTextDeltaEvent

from taskchat.chat.coalescing import coalesced
from taskchat.chat.journal import Journal, turn_key
from taskchat.chat.recorded_turn import RecordedTurn
from taskchat.chat.streamed_model import ModelRequest, StreamedModel
from taskchat.chat.transcript import MessageEnd, Signal, Text
from taskchat.chat.turn_watch import TurnWatch


class DurableModel(StreamedModel):
    """One run's model. Finished turns are noted in the journal before anything can follow from them.

    What it says goes to `show` as it comes: the agent has no use for a turn before its end, and
    passing every piece of text through it would cost more than all the rest.
    """

    def __init__(
        self, model: StreamedModel, journal: Journal, show: Callable[[Signal], None]
    ) -> None:
        self._model = model
        self._journal = journal
        self._show = show
        self._watch = TurnWatch(show)
        self._turns = 0

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[TResponseStreamEvent]:
        self._turns += 1
        key = turn_key(self._turns)
        if (kept := self._journal.recall(key)) is not None:
            turn = RecordedTurn.read(kept)
            self._show_whole(turn)
            yield turn.completed()
            return
        has_text = False
        watched = replace(request, watch=self._watch)
        async with aclosing(coalesced(self._model.stream(watched))) as events:
            async for event in events:
                if isinstance(event, ResponseTextDeltaEvent):
                    has_text = True
                    self._show(Text(event.delta))
                elif isinstance(event, ResponseCompletedEvent):
                    self._journal.note(key, RecordedTurn.of(event.response).as_json())
                    if has_text:
                        self._show(MessageEnd())
                    yield event

    def _show_whole(self, turn: RecordedTurn) -> None:
        if turn.text:
            self._show(Text(turn.text))
            self._show(MessageEnd())
