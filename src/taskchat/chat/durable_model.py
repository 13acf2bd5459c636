"""A model that is asked for each turn of a run only once, however often the run is taken up."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import override

from agents.items import TResponseStreamEvent
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseContentPartDoneEvent,
    ResponseFunctionToolCall,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputMessage,
    ResponseOutputText,
    ResponseTextDeltaEvent,
    ResponseTextDoneEvent,
)

from taskchat.chat.coalescing import coalesced
from taskchat.chat.journal import Journal, turn_key
from taskchat.chat.streamed_model import ModelRequest, StreamedModel

ENDINGS = (ResponseTextDoneEvent, ResponseContentPartDoneEvent, ResponseOutputItemDoneEvent)


class DurableModel(StreamedModel):
    """One run's model. Finished turns are noted in the journal before anything can follow from them."""

    def __init__(self, model: StreamedModel, journal: Journal) -> None:
        self._model = model
        self._journal = journal
        self._turns = 0

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[TResponseStreamEvent]:
        self._turns += 1
        key = turn_key(self._turns)
        if (kept := self._journal.recall(key)) is not None:
            for event in replayed(Response.model_validate(kept)):
                yield event
            return
        # What a finished item sets off must not come before its turn is in the journal.
        held: list[TResponseStreamEvent] = []
        async with aclosing(coalesced(self._model.stream(request))) as events:
            async for event in events:
                if isinstance(event, ResponseCompletedEvent):
                    self._journal.note(
                        key, event.response.model_dump(mode="json", exclude_none=True)
                    )
                    for ending in held:
                        yield ending
                    yield event
                elif held or _is_ending(event):
                    held.append(event)
                else:
                    yield event


def replayed(response: Response) -> Iterator[TResponseStreamEvent]:
    """The events of a turn whose text comes in one piece."""
    for index, item in enumerate(response.output):
        if isinstance(item, ResponseOutputMessage):
            yield _text(item, index)
        yield ResponseOutputItemDoneEvent(
            type="response.output_item.done", item=item, output_index=index, sequence_number=index
        )
    yield ResponseCompletedEvent(
        type="response.completed", response=response, sequence_number=len(response.output)
    )


def _text(message: ResponseOutputMessage, index: int) -> TResponseStreamEvent:
    parts = [part.text for part in message.content if isinstance(part, ResponseOutputText)]
    return ResponseTextDeltaEvent(
        type="response.output_text.delta",
        delta="".join(parts),
        item_id=message.id,
        output_index=index,
        content_index=0,
        logprobs=[],
        sequence_number=index,
    )


def _is_ending(event: TResponseStreamEvent) -> bool:
    """Whether it closes an item; a call's item is closed as soon as it is opened."""
    if isinstance(event, ResponseOutputItemAddedEvent):
        return isinstance(event.item, ResponseFunctionToolCall)
    return isinstance(event, ENDINGS)
