"""Asking a model a few small things, through the adapter that answers people."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, override

from agents import FunctionTool, ModelResponse, ModelSettings, TResponseInputItem, Usage
from agents.tool_context import ToolContext
from openai.types.responses import Response, ResponseCompletedEvent, ResponseFunctionToolCall

from taskchat.chat.doctor.exchanges import Exchange, OutOfRequests, WitnessedEndpoint
from taskchat.chat.failures import FailureKind, ModelFailure
from taskchat.chat.gemini.model import GeminiModel
from taskchat.chat.streamed_model import ModelRequest, Watch
from taskchat.tasks.tools import TASK_TOOLS
from taskchat.usage.tokens import TokenCount

MOST_REQUESTS = 5
MOST_SECONDS = 55.0
MOST_SILENCE_SECONDS = 40.0

COUNT = "Count from one to sixty in words, separated by commas."
TITLE = "Water the plants"
ADD_ONE = f"Add a task called {TITLE}."
TITLES = ("Buy bread", "Buy milk")
ADD_TWO = f"Add a task called {TITLES[0]} and add a task called {TITLES[1]}."
RESULT = f'{{"number": 1, "title": "{TITLE}", "status": "todo"}}'


@dataclass(frozen=True, slots=True)
class Reply:
    """What the adapter made of the exchanges that one question took, at least one."""

    history: list[TResponseInputItem]
    exchanges: Sequence[Exchange]
    response: Response | None = None
    failure: ModelFailure | None = None

    @property
    def last(self) -> Exchange:
        return self.exchanges[-1]

    @property
    def text(self) -> str:
        return "".join(
            part.text
            for item in (self.response.output if self.response else ())
            if item.type == "message"
            for part in item.content
            if part.type == "output_text"
        )

    @property
    def calls(self) -> list[ResponseFunctionToolCall]:
        output = self.response.output if self.response else ()
        return [item for item in output if isinstance(item, ResponseFunctionToolCall)]


class Tally(Watch):
    """Adds up what the requests cost."""

    def __init__(self) -> None:
        self.tokens = TokenCount()
        self.is_estimated = False

    @override
    def counts(self, tokens: TokenCount, *, is_estimated: bool) -> None:
        self.tokens += tokens
        self.is_estimated = self.is_estimated or is_estimated


class Probe:
    """Sends at most MOST_REQUESTS requests within MOST_SECONDS, and carries out none of the calls."""

    def __init__(self, *, base_url: str, api_key: str, model: str, idle_timeout: float) -> None:
        self.tally = Tally()
        self._endpoint = WitnessedEndpoint(
            base_url=base_url,
            api_key=api_key,
            model=model,
            idle_timeout=min(idle_timeout, MOST_SILENCE_SECONDS),
            most=MOST_REQUESTS,
        )
        self._model = GeminiModel(endpoint=self._endpoint)
        self._deadline: float | None = None

    @property
    def requests(self) -> int:
        return len(self._endpoint.exchanges)

    async def close(self) -> None:
        await self._endpoint.close()

    async def say(self, words: str, *, with_tools: bool = True) -> Reply:
        """Never raises ModelFailure: the reply holds it."""
        return await self._ask([{"role": "user", "content": words}], with_tools=with_tools)

    async def go_on(self, reply: Reply) -> Reply:
        """After the calls of a reply, as if they had been carried out."""
        if reply.response is None:
            raise ValueError("there is nothing to go on from")
        made = ModelResponse(output=reply.response.output, usage=Usage(), response_id=None)
        results: list[TResponseInputItem] = [
            {"type": "function_call_output", "call_id": call.call_id, "output": RESULT}
            for call in reply.calls
        ]
        return await self._ask([*reply.history, *made.to_input_items(), *results], with_tools=True)

    async def _ask(self, history: list[TResponseInputItem], *, with_tools: bool) -> Reply:
        before = len(self._endpoint.exchanges)
        response: Response | None = None
        failure: ModelFailure | None = None
        self._deadline = self._deadline or asyncio.get_running_loop().time() + MOST_SECONDS
        try:
            async with asyncio.timeout_at(self._deadline):
                response = await self._response(history, _declared() if with_tools else [])
        except OutOfRequests as limit:
            failure = self._endpoint.exchanges[-1].failure or limit
        except ModelFailure as told:
            failure = told
        except TimeoutError:
            failure = _out_of_time()
        # A question that came too late for a request of its own shares the last one's fate.
        exchanges = self._endpoint.exchanges[before:] or self._endpoint.exchanges[-1:]
        return Reply(history, exchanges, response, failure)

    async def _response(
        self, history: list[TResponseInputItem], tools: Sequence[FunctionTool]
    ) -> Response:
        prose = (files("taskchat.chat") / "instructions.md").read_text("utf-8") if tools else None
        settings = ModelSettings(include_usage=True)
        request = ModelRequest(prose, history, settings, [*tools], None, [], self.tally)
        async with aclosing(self._model.stream(request)) as events:
            async for event in events:
                if isinstance(event, ResponseCompletedEvent):
                    return event.response
        raise RuntimeError("a stream ended without its last event")


def _declared() -> list[FunctionTool]:
    """As people's requests declare them: one tool that the server cannot take fails them all."""

    async def invoke(context: ToolContext[Any], arguments: str) -> str:
        raise RuntimeError(f"{context.tool_name} is only declared here, not to be run")

    return [
        FunctionTool(
            name=tool.name,
            description=tool.description,
            params_json_schema=tool.schema,
            on_invoke_tool=invoke,
            strict_json_schema=False,
        )
        for tool in TASK_TOOLS
    ]


def _out_of_time() -> ModelFailure:
    sentence = f"It took more than {MOST_SECONDS:g} seconds to find out."
    return ModelFailure(FailureKind.TIMED_OUT, sentence, allow_retry=True)
