"""Conversations of the earlier system as they are kept here."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, cast

from taskchat.chat.past import PastCall, PastConversation, PastMessage
from taskchat.transfers.legacy.rows import LegacyConversation, LegacyMessage

MAX_NAME = 100
MAX_CALLS = 50  # of one message

type Object = Mapping[str, Any]


def past_conversation(found: LegacyConversation, now: datetime) -> PastConversation:
    """Without times, a message was said when the one before it was, and the first when the conversation began."""
    told = (each.created_at for each in found.messages if each.created_at)
    at = began = found.created_at or next(told, now)
    messages: list[PastMessage] = []
    for message in found.messages:
        at = message.created_at or at
        messages.append(_message(message, at))
    return PastConversation(f"{found.table}/{found.id}", found.title, began, messages)


def _message(found: LegacyMessage, at: datetime) -> PastMessage:
    calls = tuple(_calls(found.tool_calls)) if found.role == "assistant" else ()
    return PastMessage(f"message/{found.id}", found.role, found.content, at, calls)


def _calls(value: object) -> Iterator[PastCall]:
    """Those that have a name; how the earlier system wrote them down changed over time."""
    listed = cast("list[object]", value)[:MAX_CALLS] if isinstance(value, list) else []
    for each in listed:
        call = _object(each)
        function = _object(call.get("function"))
        name = _first({**call, **function}, "name", "tool", "tool_name")
        if isinstance(name, str) and 0 < len(name) <= MAX_NAME:
            given = _first({**call, **function}, "arguments", "args", "parameters", "input")
            result = _first(call, "result", "output")
            yield PastCall(name, _object(given), None if result is None else _result(result))


def _first(values: Object, *names: str) -> object:
    return next((values[name] for name in names if values.get(name) is not None), None)


def _result(value: object) -> Object:
    return _object(value) or {"result": value}


def _object(value: object) -> Object:
    """Also where it was kept as the text of its JSON; empty for anything else."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return cast("Object", value) if isinstance(value, dict) else {}
