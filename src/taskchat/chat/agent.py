"""The one agent: instructions, tools and whichever model answers."""

from collections.abc import Callable
from datetime import datetime
from importlib.resources import files

from agents import Agent, Model, ModelSettings, RunConfig, RunContextWrapper
from agents.tracing import set_trace_provider
from agents.tracing.provider import DefaultTraceProvider

from taskchat.chat.tools import function_tools
from taskchat.chat.turn import Turn
from taskchat.domain.due import find_zone
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


def build_agent(tasks: TaskTransactions, clock: Callable[[], datetime]) -> Agent[Turn]:
    """Without a model: which one answers is said when it runs."""
    prose = (files("taskchat.chat") / "instructions.md").read_text("utf-8")

    def instructions(context: RunContextWrapper[Turn], agent: Agent[Turn]) -> str:
        zone = context.context.owner.timezone
        now = clock().astimezone(find_zone(zone))
        return f"{prose}\nNow it is {now:%A %Y-%m-%d %H:%M} in {zone}."

    return Agent[Turn](
        name="TaskChat",
        instructions=instructions,
        model_settings=ModelSettings(include_usage=True),
        tools=[*function_tools(tasks)],
    )
