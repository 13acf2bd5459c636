"""The model of a run that is taken up again: turns that ended are not asked for a second time."""

from collections.abc import AsyncGenerator, Sequence
from typing import override

import pytest
from agents import ModelSettings
from agents.items import TResponseStreamEvent
from anyio import fail_after
from openai.types.responses import ResponseCompletedEvent

from taskchat.chat.durable_model import DurableModel
from taskchat.chat.failures import ModelFailure
from taskchat.chat.gemini.errors import cut_off
from taskchat.chat.journal import Journal, turn_key
from taskchat.chat.recorded_turn import RecordedTurn
from taskchat.chat.response_events import ResponseEvents, ToolCall
from taskchat.chat.streamed_model import ModelRequest, StreamedModel
from taskchat.chat.transcript import MessageEnd, Signal, Text
from taskchat.streams.fences import Fence
from taskchat.usage.tokens import TokenCount

pytestmark = pytest.mark.anyio

REQUEST = ModelRequest(None, "hello", ModelSettings(), [], None, [])
CALL = ToolCall("call_1", "create_task", '{"title": "milk"}', "signed")
TOKENS = TokenCount(prompt=7, cached=2, output=5, thinking=1)
LONG_SECONDS = 60.0


class Scripted(StreamedModel):
    """Says the pieces and calls the tool; counts how often it was asked."""

    def __init__(self, pieces: Sequence[str], *, fails: bool = False) -> None:
        self._pieces = pieces
        self._fails = fails
        self.asked = 0

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[TResponseStreamEvent]:
        self.asked += 1
        events = ResponseEvents(model="scripted")
        for piece in self._pieces:
            for event in events.say(piece):
                yield event
        if self._fails:
            raise cut_off()
        for event in events.complete([CALL], TOKENS):
            yield event


def journal(**kept: RecordedTurn) -> Journal:
    keys = {turn_key(int(name.removeprefix("turn"))): turn for name, turn in kept.items()}
    return Journal(Fence("run_1", 1), {key: turn.as_json() for key, turn in keys.items()})


async def take_turn(model: DurableModel) -> ResponseCompletedEvent:
    with fail_after(10):
        (event,) = [event async for event in model.stream(REQUEST)]
    assert isinstance(event, ResponseCompletedEvent)
    return event


async def test_what_is_said_is_shown_and_what_it_came_to_is_in_the_journal() -> None:
    shown: list[Signal] = []
    kept, inner = journal(), Scripted(["Good ", "morning."])
    event = await take_turn(DurableModel(inner, kept, shown.append))

    assert "".join(s.delta for s in shown if isinstance(s, Text)) == "Good morning."
    assert shown[-1] == MessageEnd()
    turn = RecordedTurn("Good morning.", (CALL,), TOKENS)
    assert RecordedTurn.of(event.response) == turn
    assert kept.recall(turn_key(1)) == turn.as_json()


async def test_a_turn_in_the_journal_is_played_and_not_asked_for() -> None:
    shown: list[Signal] = []
    turn = RecordedTurn("Good morning.", (CALL,), TOKENS)
    inner = Scripted(["Something else."])
    model = DurableModel(inner, journal(turn1=turn), shown.append)

    assert RecordedTurn.of((await take_turn(model)).response) == turn
    assert shown == [Text("Good morning."), MessageEnd()]
    assert inner.asked == 0
    await take_turn(model)
    assert inner.asked == 1


async def test_a_turn_that_only_calls_shows_nothing() -> None:
    shown: list[Signal] = []
    await take_turn(DurableModel(Scripted([]), journal(), shown.append))
    silent = RecordedTurn("", (CALL,), TOKENS)
    await take_turn(DurableModel(Scripted([]), journal(turn1=silent), shown.append))
    assert shown == []


async def test_a_turn_that_failed_is_not_in_the_journal() -> None:
    kept, shown = journal(), list[Signal]()
    with pytest.raises(ModelFailure):
        await take_turn(DurableModel(Scripted(["Good "], fails=True), kept, shown.append))

    assert kept.recall(turn_key(1)) is None
    assert shown == [Text("Good ")]
