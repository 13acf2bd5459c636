"""What the model is shown of a conversation, cut down to what commands need."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from agents.items import TResponseInputItem

from taskchat.chat.model_views import texts

_MENTION = re.compile(r"\*\*#([0-9]{1,9})\b")

type Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ToolResult:
    """One finished call. `result` is empty when the tool did not answer with a JSON object.

    A list that came in `pages` is one result, with the items of all of them.
    """

    tool: str
    arguments: Json
    result: Json
    raw: str
    pages: int = 1

    def text(self, name: str) -> str:
        """The text under the name in the result; empty when there is none."""
        value = self.result.get(name)
        return value if isinstance(value, str) else ""


@dataclass(slots=True)
class Turn:
    """The last user message, the results since, and the task numbers the answer before it spoke of."""

    text: str = ""
    results: list[ToolResult] = field(default_factory=list)
    mentioned: tuple[str, ...] = ()


def read_turn(given: str | list[TResponseInputItem]) -> Turn:
    """The turn that is to be answered."""
    if isinstance(given, str):
        return Turn(given)
    items = [as_object(item) for item in given]
    last = max(
        (index for index, item in enumerate(items) if item.get("role") == "user"), default=-1
    )
    if last < 0:
        return Turn()
    results = joined_pages(_results(items[last + 1 :]))
    return Turn(_text(items[last]), results, _mentioned(items[:last]))


def joined_pages(results: Iterable[ToolResult]) -> list[ToolResult]:
    """Where one list goes on with what another one ended with, both are one."""
    joined: list[ToolResult] = []
    for result in results:
        begun = next((at for at, each in enumerate(joined) if _goes_on(each, result)), None)
        if begun is None:
            joined.append(result)
        else:
            joined[begun] = _joined(joined[begun], result)
    return joined


def _goes_on(result: ToolResult, other: ToolResult) -> bool:
    cursor = other.arguments.get("cursor")
    return cursor is not None and cursor == result.result.get("next_cursor")


def _joined(result: ToolResult, other: ToolResult) -> ToolResult:
    items = as_objects(result.result.get("items"))
    known = {item.get("number") for item in items}
    more = as_objects(other.result.get("items"))
    items += [item for item in more if item.get("number") not in known]
    return replace(
        result,
        result={
            "items": items,
            "total": result.result.get("total"),
            "total_is_exact": result.result.get("total_is_exact", True),
            "next_cursor": other.result.get("next_cursor"),
        },
        pages=result.pages + 1,
    )


def as_object(value: object) -> Json:
    """The value when it is a JSON object, else an empty one."""
    return cast("Json", value) if isinstance(value, Mapping) else {}


def as_list(value: object) -> list[object]:
    """The value when it is a list, else an empty one."""
    return cast("list[object]", value) if isinstance(value, list) else []


def as_objects(value: object) -> list[Json]:
    """The JSON objects in the value when it is a list."""
    return [as_object(held) for held in as_list(value)]


def _text(item: Json) -> str:
    content = item.get("content")
    if isinstance(content, str):
        return content
    parts = [part.get("text") for part in as_objects(content)]
    return "\n".join(part for part in parts if isinstance(part, str))


def _results(items: Iterable[Json]) -> list[ToolResult]:
    calls = dict[str, Json]()
    results: list[ToolResult] = []
    for item in items:
        call_id = str(item.get("call_id", ""))
        if item.get("type") == "function_call":
            calls[call_id] = item
        elif item.get("type") == "function_call_output" and call_id in calls:
            results.append(_result(calls[call_id], item.get("output")))
    return results


def _result(call: Json, output: object) -> ToolResult:
    raw = output if isinstance(output, str) else _text({"content": output})
    name = str(call.get("name", ""))
    return ToolResult(name, _read_json(str(call.get("arguments", ""))), _read_json(raw), raw)


def _read_json(text: str) -> Json:
    try:
        return as_object(json.loads(text, object_hook=texts))
    except ValueError:
        return {}


def _mentioned(items: list[Json]) -> tuple[str, ...]:
    """Numbers in the latest answer, each once, in its order. Cards are no answers."""
    for item in reversed(items):
        if item.get("role") == "assistant" and not (text := _text(item)).startswith("[Card: "):
            return tuple(dict.fromkeys(_MENTION.findall(text)))
    return ()
