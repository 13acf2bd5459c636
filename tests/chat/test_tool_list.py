"""What every request carries is byte for byte the same, in every process."""

import json
import os
import subprocess
import sys

import pytest
from agents import ModelSettings, ModelTracing

from taskchat.chat.agent import build_agent
from taskchat.chat.gemini.model import build_gemini_model
from taskchat.standin.server import StandIn
from taskchat.tasks.transactions import TaskTransactions

pytestmark = pytest.mark.anyio

TOLD = """
import hashlib, json
from taskchat.tasks.tools import TASK_TOOLS
told = json.dumps([[tool.name, tool.description, tool.schema] for tool in TASK_TOOLS])
print(hashlib.sha256(told.encode()).hexdigest())
"""


def test_the_tools_are_described_alike_in_every_process() -> None:
    seen = {
        subprocess.run(
            [sys.executable, "-c", TOLD],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1
    assert seen != {""}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


async def test_two_agents_ask_alike_and_tell_the_same_to_everybody(
    tasks: TaskTransactions,
) -> None:
    bodies: list[str] = []
    for _ in range(2):
        agent = build_agent(tasks)
        assert isinstance(agent.instructions, str)
        async with StandIn() as endpoint:
            model = build_gemini_model(
                api_key="test-key", base_url=endpoint.base_url, model="gemini-3.5-flash-lite"
            )
            settings, tracing = ModelSettings(include_usage=True), ModelTracing.DISABLED
            tools = agent.offered
            await model.get_response(
                agent.instructions, "Hello", settings, tools, None, [], tracing
            )
            await model.close()
            bodies.append(json.dumps(endpoint.requests[0].body, ensure_ascii=False))
    first, second = bodies
    assert first == second
    assert len(json.loads(first)["tools"]) == 7
    assert "Now it is" not in first
