"""What every model here has in common: it streams, and a whole answer is the end of its stream."""

from abc import abstractmethod
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import override

from agents import (
    AgentOutputSchemaBase,
    Handoff,
    Model,
    ModelResponse,
    ModelSettings,
    ModelTracing,
    Tool,
    TResponseInputItem,
    Usage,
)
from agents.items import TResponseStreamEvent
from openai.types.responses import Response, ResponseCompletedEvent
from openai.types.responses.response_prompt_param import ResponsePromptParam

from taskchat.chat.failures import ModelFailure
from taskchat.usage.tokens import TokenCount


class Watch:
    """What a model tells about its work while it makes an answer; this one lets it all pass."""

    def waits(self, failure: ModelFailure, seconds: float) -> None:
        """Before it asks again; the seconds may be 0."""

    def does_without(self, sentence: str) -> None:
        """When the endpoint cannot do something that was asked of it; a sentence for the person."""

    def counts(self, tokens: TokenCount, *, is_estimated: bool) -> None:
        """Once for each request that was sent, also for those that failed or were left."""


NOBODY = Watch()


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """What the SDK asks a model for, and who watches."""

    instructions: str | None
    history: str | list[TResponseInputItem]
    settings: ModelSettings
    tools: list[Tool]
    output_schema: AgentOutputSchemaBase | None
    handoffs: list[Handoff]
    watch: Watch = NOBODY


class StreamedModel(Model):
    """A model that needs only what is in ModelRequest; prompts and sessions kept elsewhere are not for us."""

    @abstractmethod
    def stream(self, request: ModelRequest) -> AsyncGenerator[TResponseStreamEvent]:
        """Ends with `response.completed`, or raises ModelFailure."""

    @override
    async def get_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,
        *,
        previous_response_id: str | None = None,
        conversation_id: str | None = None,
        prompt: ResponsePromptParam | None = None,
    ) -> ModelResponse:
        request = ModelRequest(
            system_instructions, input, model_settings, tools, output_schema, handoffs
        )
        async with aclosing(self.stream(request)) as events:
            async for event in events:
                if isinstance(event, ResponseCompletedEvent):
                    return _model_response(event.response)
        raise RuntimeError("a stream ended without its last event")

    @override
    async def stream_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,
        *,
        previous_response_id: str | None = None,
        conversation_id: str | None = None,
        prompt: ResponsePromptParam | None = None,
    ) -> AsyncGenerator[TResponseStreamEvent]:
        request = ModelRequest(
            system_instructions, input, model_settings, tools, output_schema, handoffs
        )
        async with aclosing(self.stream(request)) as events:
            async for event in events:
                yield event


def _model_response(response: Response) -> ModelResponse:
    counted = Usage(requests=1)
    if (usage := response.usage) is not None:
        counted = Usage(
            requests=1,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            total_tokens=usage.total_tokens,
            input_tokens_details=usage.input_tokens_details,
            output_tokens_details=usage.output_tokens_details,
        )
    return ModelResponse(output=response.output, usage=counted, response_id=None)
