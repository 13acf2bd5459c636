"""Histories as Gemini accepts them: each rule here is a 400 when it is broken."""

import json
from collections.abc import Iterator, Mapping

from taskchat.chat.gemini.payloads import JsonObject, as_list, as_object, as_text, parse_json
from taskchat.domain.text import is_storable

UNSIGNED = "skip_thought_signature_validator"
NO_OUTPUT = "(no output)"
EMPTY_MESSAGE = "(empty message)"
CONTINUE = "Continue."
EARLIER = "(Earlier messages are not shown.)"


def acceptable_history(messages: list[JsonObject]) -> list[JsonObject]:
    """The same conversation: every call answered once, no empty parts, a person's turn last."""
    messages = list(_folded(messages))
    history = list(_with_answers(_joined(messages), _answers(messages)))
    spoken = next((at for at, message in enumerate(history) if _role(message) != "system"), None)
    if spoken is not None and _role(history[spoken]) == "assistant":
        history.insert(spoken, {"role": "user", "content": EARLIER})
    if spoken is None or _role(history[-1]) not in ("user", "tool"):
        history.append({"role": "user", "content": CONTINUE})
    return history


def signed(messages: list[JsonObject], signatures: Mapping[str, str]) -> list[JsonObject]:
    """With the signatures, by call id, that go back to the model.

    Of the calls of a step the first must be signed; Gemini accepts a stand-in for a lost one.
    """
    return [
        {
            **message,
            "tool_calls": [
                _sign(call, signatures.get(as_text(call.get("id"))) or ("" if at else UNSIGNED))
                for at, call in calls
            ],
        }
        if (calls := list(enumerate(_calls(message))))
        else message
        for message in messages
    ]


def told(messages: list[JsonObject]) -> list[JsonObject]:
    """With calls and what came of them in words, for models that know of no tools."""
    answers = _answers(messages)
    return [
        {"role": "assistant", "content": "\n".join(_lines(message, answers))}
        if _calls(message)
        else message
        for message in messages
        if _role(message) != "tool"
    ]


def _lines(message: JsonObject, answers: dict[str, object]) -> Iterator[str]:
    if text := as_text(message.get("content")):
        yield text
    for call in _calls(message):
        function = as_object(call.get("function"))
        output = answers.get(as_text(call.get("id"))) or NO_OUTPUT
        yield f"[{function.get('name')} {function.get('arguments')}: {output}]"


def _folded(messages: list[JsonObject]) -> Iterator[JsonObject]:
    """What the program says goes into the message of the person's that follows, in brackets before it.

    Whether Gemini takes two messages of one side in a row is not known.
    """
    before = ""
    for message in messages:
        if _role(message) == "developer":
            before += f"[{as_text(message.get('content'))}]\n"
        elif before and _role(message) == "user":
            yield {**message, "content": _preceded(before, message.get("content"))}
            before = ""
        else:
            yield message
    if before:
        yield {"role": "user", "content": before.rstrip()}


def _preceded(before: str, content: object) -> object:
    if parts := as_list(content):
        return [{"type": "text", "text": before}, *parts]
    return before + (as_text(content) or EMPTY_MESSAGE)


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
            readable = [_readable(call) for call in calls]
            yield {**message, "content": message.get("content") or None, "tool_calls": readable}
            yield from (_answer(call, answers) for call in calls)
        elif message.get("content"):
            yield message
        elif _role(message) == "user":
            yield {**message, "content": EMPTY_MESSAGE}


def _answer(call: JsonObject, answers: dict[str, object]) -> JsonObject:
    call_id = as_text(call.get("id"))
    return {"role": "tool", "tool_call_id": call_id, "content": answers.get(call_id) or NO_OUTPUT}


def _readable(call: JsonObject) -> JsonObject:
    """Arguments that the model left unfinished cannot be sent back to it."""
    function = as_object(call.get("function"))
    arguments = as_text(function.get("arguments"))
    return {**call, "function": {**function, "arguments": _object_text(arguments)}}


def _sign(call: JsonObject, signature: str) -> JsonObject:
    if not signature:
        return call
    return {**call, "extra_content": {"google": {"thought_signature": signature}}}


def _object_text(arguments: str) -> str:
    """Written as in every other request that has them, whoever wrote them first."""
    try:
        given = parse_json(arguments)
        written = json.dumps(given, ensure_ascii=False, separators=(",", ":"))
    except (ValueError, RecursionError):
        return "{}"
    if not isinstance(given, dict):
        return "{}"
    return written if is_storable(written) else arguments


def _role(message: JsonObject) -> str:
    return as_text(message.get("role"))


def _calls(message: JsonObject) -> list[JsonObject]:
    return [as_object(call) for call in as_list(message.get("tool_calls"))]
