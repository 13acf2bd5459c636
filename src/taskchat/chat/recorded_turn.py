"""A finished turn of the model as the journal keeps it: what was said and called, in words of our own."""

from dataclasses import asdict, dataclass
from typing import Any

from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseOutputText,
)

from taskchat.chat.response_events import ResponseEvents, ToolCall
from taskchat.usage.tokens import TokenCount

MODEL = "journal"


@dataclass(frozen=True, slots=True)
class RecordedTurn:
    text: str
    calls: tuple[ToolCall, ...]
    tokens: TokenCount

    @classmethod
    def of(cls, response: Response) -> "RecordedTurn":
        """The SDK's own way to JSON builds its serializers first, which would hold up everyone for a moment."""
        said: list[str] = []
        calls: list[ToolCall] = []
        for item in response.output:
            match item:
                case ResponseOutputMessage():
                    said += [p.text for p in item.content if isinstance(p, ResponseOutputText)]
                case ResponseFunctionToolCall():
                    provided: dict[str, str] = getattr(item, "provider_data", None) or {}
                    signature = provided.get("thought_signature", "")
                    calls.append(ToolCall(item.call_id, item.name, item.arguments, signature))
                case _:
                    pass
        return cls("".join(said), tuple(calls), _tokens(response))

    @classmethod
    def read(cls, data: dict[str, Any]) -> "RecordedTurn":
        calls = tuple(ToolCall(**call) for call in data["calls"])
        return cls(data["text"], calls, TokenCount(**data["tokens"]))

    def as_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "calls": [asdict(call) for call in self.calls],
            "tokens": asdict(self.tokens),
        }

    def completed(self) -> ResponseCompletedEvent:
        """The event with which the turn ended."""
        events = ResponseEvents(model=MODEL)
        *_, last = (*events.say(self.text), *events.complete(self.calls, self.tokens))
        if not isinstance(last, ResponseCompletedEvent):
            raise TypeError("a turn ends with its completion")
        return last


def _tokens(response: Response) -> TokenCount:
    if (usage := response.usage) is None:
        return TokenCount()
    return TokenCount(
        prompt=usage.input_tokens,
        cached=usage.input_tokens_details.cached_tokens,
        output=usage.output_tokens,
        thinking=usage.output_tokens_details.reasoning_tokens,
    )
