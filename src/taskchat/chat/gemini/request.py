"""The body of one chat completion, with only the fields that Gemini knows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from agents.models.chatcmpl_converter import Converter
from openai import Omit

from taskchat.chat.failures import FailureKind, ModelFailure
from taskchat.chat.gemini.errors import Refusal
from taskchat.chat.gemini.messages import acceptable_history, signed, told
from taskchat.chat.gemini.payloads import JsonObject, as_object, as_text
from taskchat.chat.gemini.server import ModelServer, Option
from taskchat.chat.streamed_model import ModelRequest

# What makes no sense without them goes with them.
FIELDS = {Option.TOOLS: ("tools", "tool_choice", "parallel_tool_calls")}


@dataclass(frozen=True, slots=True)
class GeminiRequest:
    """Immutable: a change for another try is another request. `signatures` are by call id."""

    server: ModelServer
    messages: list[JsonObject]
    options: JsonObject
    signatures: Mapping[str, str]
    left_out: frozenset[Option] = frozenset()
    is_resigned: bool = False

    @property
    def is_without_tools(self) -> bool:
        return Option.TOOLS in self.left_out

    @property
    def body(self) -> JsonObject:
        """As it is sent now: what a reply has taught meanwhile is minded."""
        messages = told(self.messages) if self.is_without_tools else self.messages
        messages = acceptable_history(messages)
        if self.server.is_gemini and Option.SIGNATURES not in self.left_out:
            messages = signed(messages, self.signatures)
        return {"model": self.server.model, "messages": messages, "stream": True, **self.options}

    def repaired(self, failure: ModelFailure) -> "GeminiRequest | None":
        """The request without what was refused; None when there is nothing left to change."""
        if failure.kind is FailureKind.SIGNATURE and not self.is_resigned:
            self.server.has_signed()
            return replace(self, signatures={}, is_resigned=True)
        if isinstance(failure, Refusal) and self._has(failure.option):
            self.server.refuse(failure.option)
            return self.without(failure.option)
        return None

    def without(self, option: Option) -> "GeminiRequest":
        fields = FIELDS.get(option, (option.value,))
        rest = {name: value for name, value in self.options.items() if name not in fields}
        return replace(self, options=rest, left_out=self.left_out | {option})

    def _has(self, option: Option) -> bool:
        if option is Option.SIGNATURES:
            return self.server.is_gemini and option not in self.left_out
        return option in self.options


def build_request(server: ModelServer, request: ModelRequest) -> GeminiRequest:
    """Without what the server has refused before."""
    settings = request.settings
    converted = Converter.items_to_messages(request.history)
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
    built = GeminiRequest(server, messages, sent, _signatures(server, request.history))
    for option in Option:
        if not server.takes(option):
            built = built.without(option)
    return built


def _signatures(server: ModelServer, history: object) -> dict[str, str]:
    """Those that the model itself has given: another one's would be refused.

    One that names no model comes from the answer in the making.
    """
    found: dict[str, str] = {}
    for item in map(as_object, cast("list[object]", history) if isinstance(history, list) else ()):
        provided = as_object(item.get("provider_data"))
        signature, model = (as_text(provided.get(k)) for k in ("thought_signature", "model"))
        if signature and (not model or server.is_model(model)):
            found[as_text(item.get("call_id"))] = signature
    return found
