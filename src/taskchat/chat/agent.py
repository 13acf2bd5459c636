"""The one agent: instructions, tools and whichever model answers."""

from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, override

from agents import Agent, Model, ModelSettings, RunConfig, RunContextWrapper, Tool
from agents.tracing import set_trace_provider
from agents.tracing.provider import DefaultTraceProvider

from taskchat.chat.tools import function_tools
from taskchat.chat.turn import Turn
from taskchat.tasks.transactions import TaskTransactions

MAX_STEPS = 12

# The SDK sends traces to OpenAI unless it is told not to; nothing of ours may go there.
# Its own provider would come with a client for that, which takes long to build and is never used.
TRACING = DefaultTraceProvider()
TRACING.set_disabled(True)
set_trace_provider(TRACING)


def run_config(model: Model) -> RunConfig:
    return RunConfig(
        model=model,
        tracing_disabled=True,
        trace_include_sensitive_data=False,
        tool_not_found_behavior="return_error_to_model",
    )


@dataclass
class TaskAgent(Agent[Turn]):
    """An agent whose tools are always the same.

    The SDK writes an agent's list of tools out several times in every run, to tell agents apart. Of
    those that `get_all_tools` gives it knows no more than it is told.
    """

    offered: list[Tool] = field(default_factory=list[Tool])

    @override
    async def get_all_tools(self, run_context: RunContextWrapper[Any]) -> list[Tool]:
        return self.offered


def build_agent(tasks: TaskTransactions) -> TaskAgent:
    """Without a model: which one answers is said when it runs.

    What it is told here is the same for everybody at every time, so that endpoints can keep it.
    """
    return TaskAgent(
        name="TaskChat",
        instructions=(files("taskchat.chat") / "instructions.md").read_text("utf-8").strip(),
        model_settings=ModelSettings(include_usage=True),
        offered=[*function_tools(tasks)],
    )
