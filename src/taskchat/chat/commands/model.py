"""The model that answers when no other is set up: it reads plain commands on this machine."""

import json
import re
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import override

from agents.items import TResponseStreamEvent

from taskchat.chat.commands.answers import (
    WHICH_ONE,
    answer_not_reached,
    answer_results,
    answer_talk,
    answer_unclear,
    show_task,
)
from taskchat.chat.commands.history import Json, Turn, as_list, as_objects, read_turn
from taskchat.chat.model_views import MORE
from taskchat.chat.response_events import ResponseEvents, ToolCall
from taskchat.chat.streamed_model import ModelRequest, StreamedModel
from taskchat.domain.ids import new_id
from taskchat.language.messages import read_commands
from taskchat.language.readings import Command, Talk, Unclear
from taskchat.language.references import Ref
from taskchat.usage.tokens import TokenCount

MODEL_NAME = "commands"
WORD = re.compile(r"\s*\S+\s*")
WORDS_PER_DELTA = 4
LISTED = 50  # tasks told at most, however few of them a page has
LISTED_FOR_TAGS = 100  # tasks looked at to find the tags a task has; the most that one list holds
MOST_PAGES = 6


@dataclass(frozen=True, slots=True)
class Step:
    """Something to say, or calls to make before anything can be said."""

    text: str = ""
    calls: Sequence[ToolCall] = ()


class CommandModel(StreamedModel):
    """`clock` tells the time in the person's zone: words such as "this week" are read against it."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[TResponseStreamEvent]:
        step = decide_step(read_turn(request.history), self._clock())
        events = ResponseEvents(model=MODEL_NAME)
        for delta in split_text(step.text):
            for event in events.say(delta):
                yield event
        for event in events.complete(step.calls, TokenCount()):
            yield event


def decide_step(turn: Turn, now: datetime) -> Step:
    """The next step of the turn: tool calls, or the answer once there is nothing left to call."""
    reading = read_commands(turn.text, now)
    if isinstance(reading, Talk):
        return Step(answer_talk(reading))
    if isinstance(reading, Unclear):
        return Step(answer_unclear(reading))
    commands = [_resolve(command, turn.mentioned) for command in reading]
    if any(command is None for command in commands):
        return Step(WHICH_ONE)
    known = [command for command in commands if command]
    if not turn.results:
        return Step(calls=_first_calls(known))
    if calls := _further_pages(known, turn) or _tag_calls(known, turn):
        return Step(calls=calls)
    return Step(_answer(known, turn))


def split_text(text: str) -> list[str]:
    """Groups of words that join to the very same text."""
    words = WORD.findall(text)
    starts = range(0, len(words), WORDS_PER_DELTA)
    return ["".join(words[start : start + WORDS_PER_DELTA]) for start in starts]


def make_call(tool: str, arguments: Mapping[str, object]) -> ToolCall:
    return ToolCall(new_id("call"), tool, json.dumps(arguments, ensure_ascii=False))


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


def _first_calls(commands: Sequence[Command]) -> list[ToolCall]:
    """Tags can only be set as a whole, so adding one begins with a look at those there are."""
    calls: list[ToolCall] = [
        make_call(command.tool, command.call_arguments())
        for command in commands
        if command.tags is None
    ]
    if any(command.tags for command in commands):
        calls.append(make_call("list_tasks", {"limit": LISTED_FOR_TAGS}))
    return calls


def _further_pages(commands: Sequence[Command], turn: Turn) -> list[ToolCall]:
    """A page has only as many tasks as other models can be shown at once."""
    for_tags = {"limit": LISTED_FOR_TAGS}
    is_found = all(_is_found(command, turn) for command in commands if command.tags)
    calls: list[ToolCall] = []
    for result in turn.results:
        if is_found and result.arguments == for_tags:
            continue
        cursor, shown = result.text("next_cursor"), len(as_objects(result.result.get("items")))
        limit = result.arguments.get("limit", LISTED)
        missing = limit - shown if isinstance(limit, int) else 0
        is_going_on = result.pages <= shown  # each page has brought something
        if cursor and missing > 0 and is_going_on and result.pages < MOST_PAGES:
            rest = {**result.arguments, "limit": missing, "cursor": cursor}
            calls.append(make_call("list_tasks", rest))
    return calls


def _tag_calls(commands: Sequence[Command], turn: Turn) -> list[ToolCall]:
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
    if tags[-1:] == [MORE]:
        return None
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


def _is_found(command: Command, turn: Turn) -> bool:
    """So that no further page can change which task is meant."""
    is_numbered = command.ref is not None and command.ref.numbered
    return is_numbered and _find_task(command, turn) is not None


def _answer(commands: Sequence[Command], turn: Turn) -> str:
    changes = [command for command in commands if command.tags]
    shown = [r for r in turn.results if not (changes and r.tool == "list_tasks")]
    answers = [answer_results(shown)] if shown else []
    looked_through = _unfinished_look(turn)
    for command in changes:
        if task := _find_task(command, turn):
            if _merged(command, turn) is None:
                name = show_task(task)
                answers.append(f"{name} has too many tags for me, so they are as they were.")
        elif looked_through and command.ref and command.ref.numbered:
            answers.append(answer_not_reached(command.ref.text, looked_through))
        elif WHICH_ONE not in answers:
            answers.append(WHICH_ONE)
    return "\n\n".join(answers)


def _unfinished_look(turn: Turn) -> int:
    """How many tasks were looked through for their tags, where there are more of them; else 0."""
    for result in turn.results:
        if result.arguments == {"limit": LISTED_FOR_TAGS} and result.text("next_cursor"):
            return len(as_objects(result.result.get("items")))
    return 0
