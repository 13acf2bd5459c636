"""The stream of Responses events for output items made on this machine."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from uuid import uuid4

from agents.items import TResponseStreamEvent
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseCreatedEvent,
    ResponseFunctionCallArgumentsDeltaEvent,
    ResponseFunctionCallArgumentsDoneEvent,
    ResponseFunctionToolCall,
    ResponseInProgressEvent,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputMessage,
    ResponseOutputText,
    ResponseTextDeltaEvent,
    ResponseTextDoneEvent,
    ResponseUsage,
)
from openai.types.responses.response_usage import InputTokensDetails, OutputTokensDetails

WORDS_PER_DELTA = 4
MODEL_NAME = "commands"

_WORD = re.compile(r"\s*\S+\s*")

type OutputItem = ResponseOutputMessage | ResponseFunctionToolCall


def make_message(text: str) -> ResponseOutputMessage:
    """A finished assistant message with an id of its own."""
    part = ResponseOutputText(type="output_text", text=text, annotations=[], logprobs=[])
    return ResponseOutputMessage(
        id=f"msg_{uuid4().hex}",
        type="message",
        role="assistant",
        status="completed",
        content=[part],
    )


def make_call(tool: str, arguments: Mapping[str, object]) -> ResponseFunctionToolCall:
    """A finished function call with ids of its own."""
    return ResponseFunctionToolCall(
        id=f"fc_{uuid4().hex}",
        call_id=f"call_{uuid4().hex}",
        type="function_call",
        name=tool,
        arguments=json.dumps(arguments, ensure_ascii=False),
        status="completed",
    )


def stream_events(output: Sequence[OutputItem]) -> Iterator[TResponseStreamEvent]:
    """Everything from `response.created` to `response.completed`; texts in groups of words."""
    begun = _response([], completed=False)
    for number, event in enumerate(_events(begun, output)):
        yield event.model_copy(update={"sequence_number": number})


def _events(begun: Response, output: Sequence[OutputItem]) -> Iterator[TResponseStreamEvent]:
    yield ResponseCreatedEvent(type="response.created", response=begun, sequence_number=0)
    yield ResponseInProgressEvent(type="response.in_progress", response=begun, sequence_number=0)
    for index, item in enumerate(output):
        yield ResponseOutputItemAddedEvent(
            type="response.output_item.added",
            item=_unfinished(item),
            output_index=index,
            sequence_number=0,
        )
        if isinstance(item, ResponseFunctionToolCall):
            yield from _call_events(item, index)
        else:
            yield from _text_events(item, index)
        yield ResponseOutputItemDoneEvent(
            type="response.output_item.done", item=item, output_index=index, sequence_number=0
        )
    done = _response(output, completed=True).model_copy(update={"id": begun.id})
    yield ResponseCompletedEvent(type="response.completed", response=done, sequence_number=0)


def _call_events(item: ResponseFunctionToolCall, index: int) -> Iterator[TResponseStreamEvent]:
    item_id = item.id or item.call_id
    yield ResponseFunctionCallArgumentsDeltaEvent(
        type="response.function_call_arguments.delta",
        item_id=item_id,
        output_index=index,
        delta=item.arguments,
        sequence_number=0,
    )
    yield ResponseFunctionCallArgumentsDoneEvent(
        type="response.function_call_arguments.done",
        item_id=item_id,
        output_index=index,
        arguments=item.arguments,
        sequence_number=0,
    )


def _text_events(item: ResponseOutputMessage, index: int) -> Iterator[TResponseStreamEvent]:
    """A message made here has one part of content."""
    part = item.content[0]
    if not isinstance(part, ResponseOutputText):
        return
    yield ResponseContentPartAddedEvent(
        type="response.content_part.added",
        part=part.model_copy(update={"text": ""}),
        item_id=item.id,
        output_index=index,
        content_index=0,
        sequence_number=0,
    )
    for delta in split_text(part.text):
        yield ResponseTextDeltaEvent(
            type="response.output_text.delta",
            delta=delta,
            logprobs=[],
            item_id=item.id,
            output_index=index,
            content_index=0,
            sequence_number=0,
        )
    yield ResponseTextDoneEvent(
        type="response.output_text.done",
        text=part.text,
        logprobs=[],
        item_id=item.id,
        output_index=index,
        content_index=0,
        sequence_number=0,
    )
    yield ResponseContentPartDoneEvent(
        type="response.content_part.done",
        part=part,
        item_id=item.id,
        output_index=index,
        content_index=0,
        sequence_number=0,
    )


def split_text(text: str) -> list[str]:
    """Groups of words that join to the very same text."""
    words = _WORD.findall(text)
    starts = range(0, len(words), WORDS_PER_DELTA)
    return ["".join(words[start : start + WORDS_PER_DELTA]) for start in starts]


def _unfinished(item: OutputItem) -> OutputItem:
    if isinstance(item, ResponseFunctionToolCall):
        return item.model_copy(update={"arguments": "", "status": "in_progress"})
    return item.model_copy(update={"content": [], "status": "in_progress"})


def _response(output: Sequence[OutputItem], *, completed: bool) -> Response:
    usage = ResponseUsage(
        input_tokens=0,
        output_tokens=0,
        total_tokens=0,
        input_tokens_details=InputTokensDetails(cached_tokens=0, cache_write_tokens=0),
        output_tokens_details=OutputTokensDetails(reasoning_tokens=0),
    )
    return Response(
        id=f"resp_{uuid4().hex}",
        created_at=0,
        model=MODEL_NAME,
        object="response",
        output=list(output),
        tool_choice="auto",
        tools=[],
        parallel_tool_calls=True,
        status="completed" if completed else "in_progress",
        usage=usage if completed else None,
    )
