"""The body of one chat completion, with only the fields that Gemini knows."""

from dataclasses import dataclass, replace
from typing import cast

from agents.models.chatcmpl_converter import Converter
from openai import Omit

from taskchat.chat.failures import FailureKind, ModelFailure
from taskchat.chat.gemini.messages import acceptable_history, resigned
from taskchat.chat.gemini.payloads import JsonObject
from taskchat.chat.streamed_model import ModelRequest

# The converter replays signatures only for models with this word in their name; ours may be
# an alias.
_REPLAY_SIGNATURES = "gemini"


@dataclass(frozen=True, slots=True)
class GeminiRequest:
    """An immutable body: a change for another try is another request."""

    model: str
    messages: list[JsonObject]
    options: JsonObject
    is_resigned: bool = False

    @property
    def body(self) -> JsonObject:
        return {"model": self.model, "messages": self.messages, "stream": True, **self.options}

    def repaired(self, failure: ModelFailure) -> "GeminiRequest | None":
        """The request without what was refused; None when there is nothing left to change."""
        if failure.kind is FailureKind.SIGNATURE and not self.is_resigned:
            return replace(self, messages=resigned(self.messages), is_resigned=True)
        if failure.kind is not FailureKind.BAD_REQUEST:
            return None
        told = failure.sentence.lower()
        if "stream_options" in told:
            return self._without("stream_options")
        if "thinking level" in told or "reasoning_effort" in told:
            return self._without("reasoning_effort")
        return None

    def _without(self, option: str) -> "GeminiRequest | None":
        if option not in self.options:
            return None
        rest = {key: value for key, value in self.options.items() if key != option}
        return replace(self, options=rest)


def build_request(model: str, request: ModelRequest) -> GeminiRequest:
    settings = request.settings
    converted = Converter.items_to_messages(request.history, model=_REPLAY_SIGNATURES)
    messages = [cast(JsonObject, cast(object, message)) for message in converted]
    if request.instructions:
        messages.insert(0, {"role": "system", "content": request.instructions})
    declared = [Converter.tool_to_openai(tool) for tool in request.tools]
    declared += [Converter.convert_handoff_tool(handoff) for handoff in request.handoffs]
    options: JsonObject = {
        "tools": declared or None,
        "tool_choice": Converter.convert_tool_choice(settings.tool_choice),
        "parallel_tool_calls": settings.parallel_tool_calls if declared else None,
        "response_format": Converter.convert_response_format(request.output_schema),
        "stream_options": None if settings.include_usage is False else {"include_usage": True},
        "reasoning_effort": settings.reasoning.effort if settings.reasoning else None,
        "max_tokens": settings.max_tokens,
        "temperature": settings.temperature,
        "top_p": settings.top_p,
        **cast(JsonObject, settings.extra_body or {}),
    }
    sent = {
        name: value
        for name, value in options.items()
        if value is not None and not isinstance(value, Omit)
    }
    return GeminiRequest(model, acceptable_history(messages), sent)
