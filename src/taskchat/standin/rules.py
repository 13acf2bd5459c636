"""A model made of rules, for tests that need one that understands and for trying by hand."""

import json
import re
from collections.abc import Iterator
from typing import Any, cast
from uuid import uuid4

from taskchat.standin.asked import Asked, arguments_of
from taskchat.standin.wire import DONE, Json, Reply, call, calls, chunk, stream, text

SLOW_WORDS = 40
SLOW_SECONDS = 0.05

_AND_ANOTHER = re.compile(r"\s+and\s+(?=(?:create|add|an?(?:other)?\s+task)\b)", re.IGNORECASE)
_CREATE = re.compile(
    r"(?:please\s+)?(?:create|add)?\s*(?:an?(?:other)?\s+)?(?:task\s+)?(?:called\s+|to\s+)?"
    r"(?P<title>.+?)(?:\s+due\s+(?P<due>.+?))?[.!]?$",
    re.IGNORECASE,
)
_TASK = re.compile(r"(?:the\s+)?(?:task\s+)?(?P<task>.+?)(?:\s+as\s+done)?[.!]?$", re.IGNORECASE)
_RENAME = re.compile(
    r"rename\s+(?:task\s+)?(?P<task>.+?)\s+to\s+(?P<title>.+?)[.!]?$", re.IGNORECASE
)
_DEFAULT = (
    "I can help you keep track of what you have to do. ",
    "Tell me what to add, change or finish, ",
    "and I will take care of it.",
)


def answer(asked: Asked, *, pace: float = 0.0) -> Reply:
    """Calls tools for what the person wants, then says what came out of it."""
    if "[[slow]]" in asked.last_user:
        return _say([f"word{number} " for number in range(1, SLOW_WORDS + 1)], SLOW_SECONDS)
    if asked.step and "[[slow end]]" in asked.last_user:
        return _say([f"word{number} " for number in range(1, SLOW_WORDS + 1)], SLOW_SECONDS)
    if asked.step:
        return _say(list(_outcome(asked)), pace)
    wanted = [want for want in _wants(asked.words) if want[0] in asked.tool_names]
    if not wanted:
        return _say(list(_DEFAULT), pace)
    entries = [
        call(_call_id(), name, json.dumps(arguments), signature="" if at else _signature())
        for at, (name, arguments) in enumerate(wanted)
    ]
    events = [text("I will "), text("do that. "), *(calls(entry) for entry in entries)]
    return stream(*events, _finish(), DONE, pace=pace)


def _wants(words: str) -> list[tuple[str, Json]]:
    lowered = words.lower()
    for begins, tool in (
        (("delete all", "remove all", "clear all"), "delete_all_tasks"),
        (("complete all", "finish all", "mark all"), "complete_all_tasks"),
        (("list", "show", "what "), "list_tasks"),
    ):
        if lowered.startswith(begins):
            return [(tool, {})]
    if lowered.startswith(("create", "add", "please create", "please add")):
        return [("create_task", _new_task(part)) for part in _AND_ANOTHER.split(words)]
    if found := _RENAME.match(words):
        return [("update_task", {"task": _bare(found["task"]), "title": _bare(found["title"])})]
    verb, _, rest = words.partition(" ")
    tool = {"delete": "delete_task", "remove": "delete_task"}.get(verb.lower())
    if verb.lower() in ("complete", "finish", "mark"):
        tool = "complete_task"
    found = _TASK.match(rest)
    return [(tool, {"task": _bare(found["task"])})] if tool and found else []


def _new_task(words: str) -> Json:
    found = _CREATE.match(words)
    if found is None:
        return {"title": words}
    task: Json = {"title": _bare(found["title"])}
    return {**task, "due": found["due"]} if found["due"] else task


def _outcome(asked: Asked) -> Iterator[str]:
    results = {
        message["tool_call_id"]: _result(message["content"])
        for message in asked.turn
        if message["role"] == "tool"
    }
    for tool_call in asked.asked_calls[-1]:
        yield from _sentence(tool_call, results[tool_call["id"]])


def _sentence(tool_call: dict[str, Any], result: dict[str, Any]) -> Iterator[str]:
    arguments = arguments_of(tool_call)
    if "error" in result:
        yield "That did not work: "
        told = cast(dict[str, Any], result["error"])
        yield f"{told.get('detail') or told.get('message', 'unknown error')} "
    elif result.get("status") == "waiting_for_confirmation":
        yield f"{result.get('question', 'Are you sure?')} "
        yield "Please confirm."
    elif tool_call["function"]["name"] == "create_task":
        yield from ("Done: ", "I created ", f"**{arguments.get('title')}**. ")
    elif tool_call["function"]["name"] == "list_tasks":
        yield f"You have {result.get('total', 0)} tasks. "
    else:
        yield from ("Done: ", f"{tool_call['function']['name']}. ")


def _result(content: object) -> dict[str, Any]:
    """What is no JSON is what went wrong, or that there is nothing to say."""
    try:
        result = json.loads(str(content))
    except ValueError:
        return {} if str(content).startswith("(") else {"error": {"message": str(content)}}
    return cast(dict[str, Any], result) if isinstance(result, dict) else {}


def _say(pieces: list[str], pace: float) -> Reply:
    *before, last = pieces
    return stream(
        *(text(piece) for piece in before), text(last.rstrip()), _finish(), DONE, pace=pace
    )


def _finish() -> bytes:
    usage: Json = {"completion_tokens": 20, "prompt_tokens": 400, "total_tokens": 430}
    return chunk(delta={"role": "assistant"}, finish_reason="stop", usage=usage)


def _call_id() -> str:
    return uuid4().hex[:8]


def _signature() -> str:
    return f"sig-{uuid4().hex}"


def _bare(words: str) -> str:
    return words.strip().strip("\"'“”")
