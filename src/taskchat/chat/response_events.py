"""The Agents SDK's events for one answer, with ids of their own.

The SDK's own adapter gives every item the same placeholder id, which a store cannot key on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import time

from agents.items import TResponseOutputItem, TResponseStreamEvent
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseCreatedEvent,
    ResponseFunctionCallArgumentsDeltaEvent,
    ResponseFunctionCallArgumentsDoneEvent,
    ResponseFunctionToolCall,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputMessage,
    ResponseOutputText,
    ResponseTextDeltaEvent,
    ResponseTextDoneEvent,
    ResponseUsage,
)
from openai.types.responses.response_usage import InputTokensDetails, OutputTokensDetails

from taskchat.domain.ids import new_id
from taskchat.usage.tokens import TokenCount


@dataclass(frozen=True, slots=True)
class ToolCall:
    """`id` is ours: an endpoint's may be empty, six digits long or used twice. `arguments` is JSON."""

    id: str
    name: str
    arguments: str
    signature: str = ""


class ResponseEvents:
    """Numbers the events of one response: text as it comes, calls and the end together."""

    def __init__(self, *, model: str) -> None:
        self._sequence = -1
        self._texts: list[str] = []
        self._message_id = new_id("msg")
        self._output: list[TResponseOutputItem] = []
        self._response = Response(
            id=new_id("resp"),
            created_at=time(),
            model=model,
            object="response",
            output=[],
            parallel_tool_calls=True,
            tool_choice="auto",
            tools=[],
        )

    @property
    def begun(self) -> bool:
        """Whether anything was passed on, after which asking again would repeat it."""
        return self._sequence >= 0

    def say(self, text: str) -> Iterator[TResponseStreamEvent]:
        if not text:
            return
        if not self.begun:
            yield self._created()
            yield from self._open_message()
        self._texts.append(text)
        yield ResponseTextDeltaEvent(
            type="response.output_text.delta",
            delta=text,
            item_id=self._message_id,
            output_index=0,
            content_index=0,
            logprobs=[],
            sequence_number=self._next(),
        )

    def complete(
        self, calls: Sequence[ToolCall], tokens: TokenCount
    ) -> Iterator[TResponseStreamEvent]:
        if not self.begun:
            yield self._created()
        if self._texts:
            yield from self._close_message()
        for call in calls:
            yield from self._call(call)
        yield ResponseCompletedEvent(
            type="response.completed",
            response=self._response.model_copy(
                update={"output": self._output, "usage": _usage(tokens), "status": "completed"}
            ),
            sequence_number=self._next(),
        )

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence

    def _created(self) -> TResponseStreamEvent:
        return ResponseCreatedEvent(
            type="response.created", response=self._response, sequence_number=self._next()
        )

    def _open_message(self) -> Iterator[TResponseStreamEvent]:
        yield ResponseOutputItemAddedEvent(
            type="response.output_item.added",
            item=ResponseOutputMessage(
                id=self._message_id,
                type="message",
                role="assistant",
                status="in_progress",
                content=[],
            ),
            output_index=0,
            sequence_number=self._next(),
        )
        yield ResponseContentPartAddedEvent(
            type="response.content_part.added",
            part=ResponseOutputText(type="output_text", text="", annotations=[], logprobs=[]),
            item_id=self._message_id,
            output_index=0,
            content_index=0,
            sequence_number=self._next(),
        )

    def _close_message(self) -> Iterator[TResponseStreamEvent]:
        text = "".join(self._texts)
        part = ResponseOutputText(type="output_text", text=text, annotations=[], logprobs=[])
        yield ResponseTextDoneEvent(
            type="response.output_text.done",
            text=text,
            item_id=self._message_id,
            output_index=0,
            content_index=0,
            logprobs=[],
            sequence_number=self._next(),
        )
        yield ResponseContentPartDoneEvent(
            type="response.content_part.done",
            part=part,
            item_id=self._message_id,
            output_index=0,
            content_index=0,
            sequence_number=self._next(),
        )
        message = ResponseOutputMessage(
            id=self._message_id,
            type="message",
            role="assistant",
            status="completed",
            content=[part],
        )
        yield self._item_done(message)

    def _call(self, call: ToolCall) -> Iterator[TResponseStreamEvent]:
        item_id = new_id("fc")
        index = len(self._output)
        yield ResponseOutputItemAddedEvent(
            type="response.output_item.added",
            item=_call_item(item_id, call, arguments=""),
            output_index=index,
            sequence_number=self._next(),
        )
        yield ResponseFunctionCallArgumentsDeltaEvent(
            type="response.function_call_arguments.delta",
            delta=call.arguments,
            item_id=item_id,
            output_index=index,
            sequence_number=self._next(),
        )
        yield ResponseFunctionCallArgumentsDoneEvent(
            type="response.function_call_arguments.done",
            arguments=call.arguments,
            item_id=item_id,
            output_index=index,
            sequence_number=self._next(),
        )
        yield self._item_done(_call_item(item_id, call, arguments=call.arguments))

    def _item_done(self, item: TResponseOutputItem) -> TResponseStreamEvent:
        self._output.append(item)
        return ResponseOutputItemDoneEvent(
            type="response.output_item.done",
            item=item,
            output_index=len(self._output) - 1,
            sequence_number=self._next(),
        )


def _call_item(item_id: str, call: ToolCall, *, arguments: str) -> ResponseFunctionToolCall:
    fields: dict[str, object] = {
        "id": item_id,
        "type": "function_call",
        "call_id": call.id,
        "name": call.name,
        "arguments": arguments,
    }
    if call.signature:
        # Where the SDK's converter looks for it when it replays the call.
        fields["provider_data"] = {"thought_signature": call.signature}
    return ResponseFunctionToolCall.model_validate(fields)


def _usage(tokens: TokenCount) -> ResponseUsage:
    return ResponseUsage(
        input_tokens=tokens.prompt,
        output_tokens=tokens.output,
        total_tokens=tokens.prompt + tokens.output,
        input_tokens_details=InputTokensDetails(cached_tokens=tokens.cached, cache_write_tokens=0),
        output_tokens_details=OutputTokensDetails(reasoning_tokens=tokens.thinking),
    )
