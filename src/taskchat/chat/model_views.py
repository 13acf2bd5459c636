"""What tools gave, as a model reads it: small, of bounded size, with the words of others set apart.

The page is shown everything; a model pays for each word again in every later step.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from taskchat.chat.token_bounds import clip, most_tokens
from taskchat.domain.due import find_zone
from taskchat.domain.errors import DomainError
from taskchat.tasks.commands import ListTasks
from taskchat.tasks.service import Tasks
from taskchat.tasks.views import TaskPage

# All of these are in tokens.
MOST_OF_A_LIST = 1_200
MOST_AROUND_A_LIST = 90  # the total and a cursor
MOST_OF_A_TITLE = 170  # 255 letters
MOST_OF_A_DESCRIPTION = 40
MOST_OF_A_WHOLE_DESCRIPTION = 300
MOST_OF_TAGS = 300
MOST_OF_A_NAME = 100

LONG_CURSOR = 80  # characters
UNTRUSTED = "untrusted_text"
MORE = "…"

type Json = Mapping[str, Any]


def read_by_model(result: Json | None, status: str) -> str:
    """The JSON object that the model gets for a call; `status` is that of its card."""
    return write({"status": status} if result is None else _view(result))


def read_briefly(result: Json | None, status: str) -> str:
    """The same in few words, for calls of long ago."""
    match result:
        case {"items": list(), "total": total} if all(map(_is_task, result["items"])):
            numbers = [item["number"] for item in cast("list[Json]", result["items"])]
            exact = _whether_exact(result)
            return write({"shortened": True, "total": total, **exact, "numbers": numbers})
        case dict() if _is_task(result):
            return write({"shortened": True, **_task(result, 0)})
        case _:
            return read_by_model(result, status)


def write(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


async def list_page(tasks: Tasks, command: ListTasks) -> TaskPage:
    """As many of the tasks as a model can be shown at once; `next_cursor` goes on after the last of them."""
    page = await tasks.list(command)
    while (fitting := _fitting(page)) < len(page.items):
        page = await tasks.list(command.model_copy(update={"limit": fitting}))
    return page


def cursors(result: Json | None) -> dict[str, str]:
    """What a model was shown instead of a long cursor, and the cursor."""
    cursor = (result or {}).get("next_cursor")
    return {_handle(cursor): cursor} if isinstance(cursor, str) and _is_long(cursor) else {}


def texts(task: Json) -> dict[str, Any]:
    """A task's words, also when they are set apart."""
    apart = task.get(UNTRUSTED)
    return {**task, **cast("Json", apart)} if isinstance(apart, Mapping) else {**task}


def _view(result: Json) -> dict[str, Any]:
    match result:
        case {"items": list(), "total": _} if all(map(_is_task, result["items"])):
            return _page(result, result["items"])
        case {"task": _} if _is_task(result["task"]):
            return {**result, "task": _single(result["task"])}
        case _ if _is_task(result):
            return _single(result)
        case {"error": {"candidates": list()} as error}:
            return {"error": _unclear(cast("Json", error))}
        case _:
            return _bounded(result)


def _single(task: Json) -> dict[str, Any]:
    shown = _task(task, MOST_OF_A_WHOLE_DESCRIPTION)
    if "version" in task:
        shown["version"] = task["version"]
    if following := task.get("next_task"):
        shown["next_task"] = _task(following, MOST_OF_A_DESCRIPTION)
    return shown


def _page(result: Json, items: Sequence[Json]) -> dict[str, Any]:
    description = MOST_OF_A_WHOLE_DESCRIPTION if len(items) == 1 else MOST_OF_A_DESCRIPTION
    rows = [_task(item, description) for item in items]
    fitting = _count_fitting(rows)
    page: dict[str, Any] = {"items": rows[:fitting], "total": result["total"]}
    page |= _whether_exact(result)
    if (cursor := result.get("next_cursor")) and fitting == len(rows):
        page["next_cursor"] = _handle(cursor) if _is_long(cursor) else cursor
    return page


def _whether_exact(result: Json) -> dict[str, Any]:
    """Said only where there are more than the total."""
    return {"total_is_exact": False} if result.get("total_is_exact") is False else {}


def _fitting(page: TaskPage) -> int:
    data = page.model_dump(mode="json", exclude_none=True)
    return len(_page(data, data["items"])["items"])


def _count_fitting(rows: Sequence[Json]) -> int:
    """How many of them a model can be shown; a single one always."""
    left = MOST_OF_A_LIST - MOST_AROUND_A_LIST
    for count, row in enumerate(rows):
        left -= 1 + most_tokens(row)
        if left < 0:
            return max(count, 1)
    return len(rows)


def _task(task: Json, description: int) -> dict[str, Any]:
    """Without ids, and without what most tasks have in common; words of others under a key of their own."""
    words = {
        "title": clip(task["title"], MOST_OF_A_TITLE),
        "description": clip(_text(task, "description"), description) if description else "",
        "tags": _tags(task.get("tags") or ()),
        "project": clip(_text(task, "project"), MOST_OF_A_NAME),
    }
    said = {name: value for name, value in words.items() if value}
    facts = {
        "due": _short_due(_text(task, "due")),
        "weekday": task.get("due_weekday"),
        "priority": None if task.get("priority") == "medium" else task.get("priority"),
        "status": None if task.get("status") == "todo" else task.get("status"),
        "completed": _day(_text(task, "completed_at"), _text(task, "timezone")),
        "recurrence": clip(_text(task, "recurrence"), MOST_OF_A_NAME),
        "remind_before": task.get("remind_before"),
        "is_subtask": bool(task.get("parent_id")),
    }
    known = {name: value for name, value in facts.items() if value not in (None, "", False)}
    if task.get("untrusted"):
        return {"number": task["number"], UNTRUSTED: said, **known}
    return {"number": task["number"], **said, **known}


def _is_task(value: object) -> bool:
    match value:
        case {"number": int(), "title": str()}:
            return True
        case _:
            return False


def _text(task: Json, name: str) -> str:
    value = task.get(name)
    return value if isinstance(value, str) else ""


def _tags(tags: Sequence[str]) -> list[str]:
    """All of them, or as many as fit, the last of them an ellipsis."""
    shown: list[str] = []
    left = MOST_OF_TAGS
    for tag in tags:
        left -= 1 + most_tokens(tag)
        if left < 0:
            return [*shown, MORE]
        shown.append(tag)
    return shown


def _unclear(error: Json) -> dict[str, Any]:
    """The sentence may name a title, so it goes when a title is not to be trusted."""
    candidates: list[Json] = error["candidates"]
    shown = {**error, "candidates": [_task(candidate, 0) for candidate in candidates]}
    if any(candidate.get("untrusted") for candidate in candidates):
        shown["detail"] = "It is not clear which task is meant. Say which by its number."
    return shown


def _bounded(result: Json) -> dict[str, Any]:
    """What has no shape of ours, such as what came from elsewhere."""
    if most_tokens(result) <= MOST_OF_A_LIST:
        return dict(result)
    return {"shortened": clip(write(result), MOST_OF_A_LIST - MOST_AROUND_A_LIST)}


def _short_due(due: str) -> str:
    """`2026-11-21T17:00+01:00`: without seconds, of which there are none but in a moment that a program gave."""
    return f"{due[:16]}{due[19:]}" if due[16:19] == ":00" else due


def _day(moment: str, zone: str) -> str | None:
    """The day of a moment on a person's clock."""
    try:
        return datetime.fromisoformat(moment).astimezone(find_zone(zone)).date().isoformat()
    except (ValueError, DomainError):
        return None


def _is_long(cursor: str) -> bool:
    return len(cursor) > LONG_CURSOR


def _handle(cursor: str) -> str:
    return f"page-{hashlib.sha256(cursor.encode()).hexdigest()[:10]}"
