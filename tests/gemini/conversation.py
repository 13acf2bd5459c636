"""A conversation with the stand-in through the Agents SDK, with small tools that keep count."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import override

from agents import (
    Agent,
    ModelResponse,
    ModelSettings,
    ModelTracing,
    RunConfig,
    Runner,
    TResponseInputItem,
    function_tool,
)
from agents.items import TResponseStreamEvent
from anyio import fail_after

from taskchat.chat.failures import FailureKind, ModelFailure
from taskchat.chat.gemini.model import build_gemini_model
from taskchat.chat.streamed_model import ModelRequest, StreamedModel, Watch
from taskchat.standin.server import StandIn
from taskchat.usage.tokens import TokenCount

SECONDS = 5.0
INSTRUCTIONS = "You keep a list of tasks."


@dataclass
class Witness(Watch):
    """`counted` has for each request its tokens and whether they are estimated."""

    waited: list[tuple[FailureKind, float]] = field(default_factory=list[tuple[FailureKind, float]])
    done_without: list[str] = field(default_factory=list[str])
    counted: list[tuple[TokenCount, bool]] = field(default_factory=list[tuple[TokenCount, bool]])

    @override
    def waits(self, failure: ModelFailure, seconds: float) -> None:
        self.waited.append((failure.kind, seconds))

    @override
    def does_without(self, sentence: str) -> None:
        self.done_without.append(sentence)

    @override
    def counts(self, tokens: TokenCount, *, is_estimated: bool) -> None:
        self.counted.append((tokens, is_estimated))


class WatchedModel(StreamedModel):
    """As a run has its model watched."""

    def __init__(self, model: StreamedModel, watch: Watch) -> None:
        self._model = model
        self._watch = watch

    @override
    async def close(self) -> None:
        await self._model.close()

    @override
    def stream(self, request: ModelRequest) -> AsyncGenerator[TResponseStreamEvent]:
        return self._model.stream(replace(request, watch=self._watch))


@dataclass
class Outcome:
    """What came of one message; `history` is what the next one builds on."""

    text: str = ""
    failure: ModelFailure | None = None
    created: list[str] = field(default_factory=list[str])
    events: list[TResponseStreamEvent] = field(default_factory=list[TResponseStreamEvent])
    history: list[TResponseInputItem] = field(default_factory=list[TResponseInputItem])
    input_tokens: int = 0
    output_tokens: int = 0


@dataclass
class Conversation:
    """Says things to a model; `waits` are the seconds it wanted to sleep, which it need not."""

    endpoint: StandIn
    model: StreamedModel
    waits: list[float]
    watch: Witness = field(default_factory=Witness)
    settings: ModelSettings = field(default_factory=ModelSettings)
    max_turns: int = 10

    async def say(self, words: str, history: list[TResponseInputItem] | None = None) -> Outcome:
        outcome = Outcome()
        result = Runner.run_streamed(
            self._agent(outcome),
            [*(history or []), {"role": "user", "content": words}],
            max_turns=self.max_turns,
            run_config=RunConfig(
                tracing_disabled=True, tool_not_found_behavior="return_error_to_model"
            ),
        )
        with fail_after(SECONDS):
            try:
                async for event in result.stream_events():
                    if event.type == "raw_response_event":
                        outcome.events.append(event.data)
                        if event.data.type == "response.output_text.delta":
                            outcome.text += event.data.delta
            except ModelFailure as failure:
                outcome.failure = failure
        outcome.history = result.to_input_list()
        usage = result.context_wrapper.usage
        outcome.input_tokens, outcome.output_tokens = usage.input_tokens, usage.output_tokens
        return outcome

    async def ask(self, history: str | list[TResponseInputItem]) -> ModelResponse:
        """The model alone, without a runner around it."""
        with fail_after(SECONDS):
            return await self.model.get_response(
                None, history, self.settings, [], None, [], ModelTracing.DISABLED
            )

    def _agent(self, outcome: Outcome) -> Agent[None]:
        @function_tool
        def create_task(title: str, due: str | None = None) -> str:
            """Creates a task."""
            outcome.created.append(title)
            return json.dumps({"title": title, "due": due})

        @function_tool
        def list_tasks() -> str:
            """Lists the tasks; says nothing at all when there are none."""
            return ""

        @function_tool
        def delete_all_tasks() -> str:
            """Deletes all tasks."""
            return json.dumps({"status": "waiting_for_confirmation", "question": "Delete 2 tasks?"})

        return Agent[None](
            name="TaskChat",
            instructions=INSTRUCTIONS,
            model=self.model,
            model_settings=self.settings,
            tools=[create_task, list_tasks, delete_all_tasks],
        )


@asynccontextmanager
async def converse(
    *, model: str = "gemini-3.5-flash-lite", idle_timeout: float = 2.0, api_key: str = "test-key"
) -> AsyncGenerator[Conversation]:
    waits: list[float] = []

    async def skip(seconds: float) -> None:
        waits.append(seconds)

    watch = Witness()
    async with StandIn(models=["assistant"]) as endpoint:
        built = build_gemini_model(
            api_key=api_key,
            base_url=endpoint.base_url,
            model=model,
            idle_timeout=idle_timeout,
            sleep=skip,
        )
        try:
            yield Conversation(endpoint, WatchedModel(built, watch), waits, watch)
        finally:
            await built.close()
