"""Histories as Gemini accepts them: each rule here is a 400 when it is broken."""

import json
from collections.abc import Iterator

from taskchat.chat.gemini.payloads import JsonObject, as_list, as_object, as_text

UNSIGNED = "skip_thought_signature_validator"
NO_OUTPUT = "(no output)"
EMPTY_MESSAGE = "(empty message)"
CONTINUE = "Continue."
EARLIER = "(Earlier messages are not shown.)"


def acceptable_history(messages: list[JsonObject]) -> list[JsonObject]:
    """The same conversation: every call answered once, no empty parts, a person's turn last."""
    history = list(_with_answers(_joined(messages), _answers(messages)))
    spoken = next((at for at, message in enumerate(history) if _role(message) != "system"), None)
    if spoken is not None and _role(history[spoken]) == "assistant":
        history.insert(spoken, {"role": "user", "content": EARLIER})
    if spoken is None or _role(history[-1]) not in ("user", "tool"):
        history.append({"role": "user", "content": CONTINUE})
    return history


def resigned(messages: list[JsonObject]) -> list[JsonObject]:
    """Without the signatures that Gemini refused, as if the steps had never been signed."""
    return [
        {**message, "tool_calls": [_sign(_bare(call), first=at == 0) for at, call in calls]}
        if (calls := list(enumerate(_calls(message))))
        else message
        for message in messages
    ]


def _answers(messages: list[JsonObject]) -> dict[str, object]:
    return {
        as_text(message.get("tool_call_id")): message.get("content")
        for message in messages
        if _role(message) == "tool"
    }


def _joined(messages: list[JsonObject]) -> list[JsonObject]:
    """Without tool messages; assistant messages with nothing between them become one.

    A call must follow a person's turn or a tool's, and parallel calls go back in one message.
    """
    joined: list[JsonObject] = []
    asked: set[str] = set()
    adjacent = False
    for message in messages:
        if _role(message) == "tool":
            adjacent = adjacent and message.get("tool_call_id") not in asked
            continue
        if adjacent and _role(message) == _role(joined[-1]) == "assistant":
            joined[-1] = _join(joined[-1], message)
        else:
            joined.append(message)
        adjacent = True
        asked.update(as_text(call.get("id")) for call in _calls(message))
    return joined


def _join(first: JsonObject, second: JsonObject) -> JsonObject:
    texts = [text for message in (first, second) if (text := as_text(message.get("content")))]
    calls = [*_calls(first), *_calls(second)]
    joined: JsonObject = {"role": "assistant", "content": "\n\n".join(texts) or None}
    return {**joined, "tool_calls": calls} if calls else joined


def _with_answers(messages: list[JsonObject], answers: dict[str, object]) -> Iterator[JsonObject]:
    for message in messages:
        calls = _calls(message)
        if calls:
            signed = [_sign(call, first=at == 0) for at, call in enumerate(calls)]
            yield {**message, "content": message.get("content") or None, "tool_calls": signed}
            yield from (_answer(call, answers) for call in calls)
        elif message.get("content"):
            yield {**message, "role": "system"} if _role(message) == "developer" else message
        elif _role(message) == "user":
            yield {**message, "content": EMPTY_MESSAGE}


def _answer(call: JsonObject, answers: dict[str, object]) -> JsonObject:
    call_id = as_text(call.get("id"))
    return {"role": "tool", "tool_call_id": call_id, "content": answers.get(call_id) or NO_OUTPUT}


def _sign(call: JsonObject, *, first: bool) -> JsonObject:
    """Of the calls of a step the first must be signed; Gemini accepts a stand-in for lost ones."""
    function = as_object(call.get("function"))
    arguments = as_text(function.get("arguments"))
    call = {**call, "function": {**function, "arguments": _object_text(arguments)}}
    if first and "extra_content" not in call:
        call["extra_content"] = {"google": {"thought_signature": UNSIGNED}}
    return call


def _bare(call: JsonObject) -> JsonObject:
    return {key: value for key, value in call.items() if key != "extra_content"}


def _object_text(arguments: str) -> str:
    """Arguments that the model left unfinished cannot be sent back to it."""
    try:
        return arguments if isinstance(json.loads(arguments), dict) else "{}"
    except ValueError:
        return "{}"


def _role(message: JsonObject) -> str:
    return as_text(message.get("role"))


def _calls(message: JsonObject) -> list[JsonObject]:
    return [as_object(call) for call in as_list(message.get("tool_calls"))]
