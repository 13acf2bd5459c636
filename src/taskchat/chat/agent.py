"""The one agent: instructions, tools and whichever model answers."""

from collections.abc import Callable
from datetime import datetime
from importlib.resources import files

from agents import Agent, Model, ModelSettings, RunConfig, RunContextWrapper, set_tracing_disabled

from taskchat.chat.tools import function_tools
from taskchat.chat.turn import Turn
from taskchat.domain.due import find_zone
from taskchat.tasks.service import TaskTransactions

MAX_STEPS = 12

# The SDK sends traces to OpenAI unless it is told not to; nothing of ours may go there.
set_tracing_disabled(True)
RUN_CONFIG = RunConfig(tracing_disabled=True, trace_include_sensitive_data=False)


def build_agent(
    model: Model, tasks: TaskTransactions, clock: Callable[[], datetime]
) -> Agent[Turn]:
    prose = (files("taskchat.chat") / "instructions.md").read_text("utf-8")

    def instructions(context: RunContextWrapper[Turn], agent: Agent[Turn]) -> str:
        zone = context.context.owner.timezone
        now = clock().astimezone(find_zone(zone))
        return f"{prose}\nNow it is {now:%A %Y-%m-%d %H:%M} in {zone}."

    return Agent[Turn](
        name="TaskChat",
        instructions=instructions,
        model=model,
        model_settings=ModelSettings(include_usage=True),
        tools=[*function_tools(tasks)],
    )
