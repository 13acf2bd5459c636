"""The model that answers when no other is set up: it reads plain commands on this machine."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import datetime

from agents.agent_output import AgentOutputSchemaBase
from agents.handoffs import Handoff
from agents.items import ModelResponse, TResponseInputItem, TResponseStreamEvent
from agents.model_settings import ModelSettings
from agents.models.interface import Model, ModelTracing
from agents.tool import Tool
from agents.usage import Usage
from openai.types.responses.response_prompt_param import ResponsePromptParam

from taskchat.chat.command_answers import (
    WHICH_ONE,
    answer_results,
    answer_talk,
    answer_unclear,
)
from taskchat.chat.command_events import OutputItem, make_call, make_message, stream_events
from taskchat.chat.command_history import Json, Turn, as_list, as_objects, read_turn
from taskchat.language.messages import read_commands
from taskchat.language.readings import Command, Talk, Unclear
from taskchat.language.references import Ref

LISTED_FOR_TAGS = 100  # tasks looked at to find the tags a task has; the most that one list holds


class CommandModel(Model):
    """`clock` tells the time in the person's zone: words such as "this week" are read against it."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

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
        previous_response_id: str | None,
        conversation_id: str | None,
        prompt: ResponsePromptParam | None,
    ) -> ModelResponse:
        output = decide_output(read_turn(input), self._clock())
        return ModelResponse(output=[*output], usage=Usage(), response_id=None)

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
        previous_response_id: str | None,
        conversation_id: str | None,
        prompt: ResponsePromptParam | None,
    ) -> AsyncIterator[TResponseStreamEvent]:
        for event in stream_events(decide_output(read_turn(input), self._clock())):
            yield event


def decide_output(turn: Turn, now: datetime) -> Sequence[OutputItem]:
    """The next step of the turn: tool calls, or the answer once there is nothing left to call."""
    reading = read_commands(turn.text, now)
    if isinstance(reading, Talk):
        return [make_message(answer_talk(reading))]
    if isinstance(reading, Unclear):
        return [make_message(answer_unclear(reading))]
    commands = [_resolve(command, turn.mentioned) for command in reading]
    if any(command is None for command in commands):
        return [make_message(WHICH_ONE)]
    known = [command for command in commands if command]
    if not turn.results:
        return _first_calls(known)
    return _tag_calls(known, turn) or [make_message(_answer(known, turn))]


def _resolve(command: Command, mentioned: tuple[str, ...]) -> Command | None:
    """The command with `it` or `the second one` as a number; None when the last answer does not settle it."""
    if command.ref is None or command.ref.text:
        return command
    position = command.ref.position
    if position:
        number = mentioned[position - 1] if position <= len(mentioned) else None
    else:
        number = mentioned[0] if len(mentioned) == 1 else None
    return replace(command, ref=Ref(f"#{number}")) if number else None


def _first_calls(commands: Sequence[Command]) -> list[OutputItem]:
    """Tags can only be set as a whole, so adding one begins with a look at those there are."""
    calls: list[OutputItem] = [
        make_call(command.tool, command.call_arguments())
        for command in commands
        if command.tags is None
    ]
    if any(command.tags for command in commands):
        calls.append(make_call("list_tasks", {"limit": LISTED_FOR_TAGS}))
    return calls


def _tag_calls(commands: Sequence[Command], turn: Turn) -> list[OutputItem]:
    """The tag changes, once the tasks have been listed; empty when done or not possible."""
    if any(result.tool == "update_task" and "tags" in result.arguments for result in turn.results):
        return []
    changes = [command for command in commands if command.tags]
    merged = [_merged(command, turn) for command in changes]
    return [make_call("update_task", arguments) for arguments in merged if arguments]


def _merged(command: Command, turn: Turn) -> dict[str, object] | None:
    task = _find_task(command, turn)
    if task is None or command.tags is None:
        return None
    tags = [str(tag) for tag in as_list(task.get("tags"))]
    present = {tag.casefold() for tag in tags}
    removed = {tag.casefold() for tag in command.tags.remove}
    tags += [tag for tag in command.tags.add if tag.casefold() not in present]
    kept = [tag for tag in tags if tag.casefold() not in removed]
    return {"task": f"#{task.get('number')}", "tags": kept}


def _find_task(command: Command, turn: Turn) -> Json | None:
    name = command.ref.text.casefold() if command.ref else ""
    listed = [
        item
        for result in turn.results
        if result.tool == "list_tasks"
        for item in as_objects(result.result.get("items"))
    ]
    found = [
        item
        for item in listed
        if name in {f"#{item.get('number')}", str(item.get("title", "")).casefold()}
    ]
    return found[0] if len(found) == 1 else None


def _answer(commands: Sequence[Command], turn: Turn) -> str:
    changes = [command for command in commands if command.tags]
    shown = [r for r in turn.results if not (changes and r.tool == "list_tasks")]
    missing = [command for command in changes if _find_task(command, turn) is None]
    answers = [answer_results(shown)] if shown else []
    return "\n\n".join([*answers, WHICH_ONE] if missing else answers)
