"""The yardstick: the official SDKs as their samples use them, everything kept in memory.

`python -m benchmarks.plain_sdk PORT MODEL_ADDRESS`. No accounts, no disk, no history of events.
"""

import argparse
from collections.abc import AsyncIterator
from typing import override

import uvicorn
from agents import (
    Agent,
    OpenAIChatCompletionsModel,
    RunContextWrapper,
    Runner,
    function_tool,
    set_tracing_disabled,
)
from chatkit.agents import (
    AgentContext,
    simple_to_agent_input,
    stream_agent_response,  # pyright: ignore[reportUnknownVariableType] - partly untyped there
)
from chatkit.server import ChatKitServer, StreamingResult
from chatkit.types import (
    ProgressUpdateEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
)
from fastapi import FastAPI, Request
from fastapi.responses import Response, StreamingResponse
from openai import AsyncOpenAI

from benchmarks.endpoint import HOST
from benchmarks.memory_store import MemoryStore

HISTORY_ITEMS = 40


@function_tool
async def create_task(context: RunContextWrapper[AgentContext[None]], title: str) -> str:
    """Create a task."""
    await context.context.stream(ProgressUpdateEvent(text=f"Adding {title}"))
    return '{"created": true}'


class PlainServer(ChatKitServer[None]):
    def __init__(self, store: MemoryStore, agent: Agent[AgentContext[None]]) -> None:
        super().__init__(store)
        self._agent = agent

    @override
    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: None
    ) -> AsyncIterator[ThreadStreamEvent]:
        page = await self.store.load_thread_items(thread.id, None, HISTORY_ITEMS, "desc", context)
        said = await simple_to_agent_input(page.data[::-1])
        about = AgentContext[None](thread=thread, store=self.store, request_context=context)
        result = Runner.run_streamed(self._agent, said, context=about)
        async for event in stream_agent_response(about, result):
            yield event


def create_app(model_address: str) -> FastAPI:
    set_tracing_disabled(True)
    client = AsyncOpenAI(base_url=model_address, api_key="benchmark")
    agent = Agent[AgentContext[None]](
        name="Plain",
        instructions="You keep a list of tasks.",
        model=OpenAIChatCompletionsModel(model="benchmark", openai_client=client),
        tools=[create_task],
    )
    server = PlainServer(MemoryStore(), agent)
    app = FastAPI()

    @app.get("/healthz")
    async def check_alive() -> str:  # pyright: ignore[reportUnusedFunction]
        return "ok"

    @app.post("/chatkit")
    async def chatkit(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        result = await server.process(await request.body(), None)
        if isinstance(result, StreamingResult):
            return StreamingResponse(result, media_type="text/event-stream")
        return Response(result.json, media_type="application/json")

    return app


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plain_sdk")
    parser.add_argument("port", type=int)
    parser.add_argument("model_address")
    given = parser.parse_args()
    uvicorn.run(create_app(given.model_address), host=HOST, port=given.port, log_level="warning")


if __name__ == "__main__":
    main()
