"""A conversation as the model reads it."""

import json
from collections.abc import Sequence
from typing import Any

from agents import TResponseInputItem
from chatkit.types import (
    AssistantMessageItem,
    ThreadItem,
    UserMessageItem,
    WidgetItem,
    WorkflowItem,
)

from taskchat.chat.tool_cards import ToolCard, read_card


def to_input(items: Sequence[ThreadItem]) -> list[TResponseInputItem]:
    """Oldest first. Tool calls go back as calls with their results, never as words of the person."""
    read: list[Any] = []
    for item in items:
        match item:
            case UserMessageItem():
                read.append({"role": "user", "content": _text(item)})
            case AssistantMessageItem():
                read.append({"role": "assistant", "content": _text(item)})
            case WorkflowItem():
                read += _calls(item)
            case WidgetItem(copy_text=str(copy_text)):
                read.append({"role": "assistant", "content": f"[Card: {copy_text}]"})
            case _:
                pass
    return [part for part in read if part.get("content", "…") != ""]


def _text(item: UserMessageItem | AssistantMessageItem) -> str:
    return "\n".join(part.text for part in item.content)


def _calls(item: WorkflowItem) -> list[dict[str, Any]]:
    cards = [card for task in item.workflow.tasks if (card := read_card(task))]
    return [_call(card) for card in cards] + [_result(card) for card in cards]


def _call(card: ToolCard) -> dict[str, Any]:
    return {
        "type": "function_call",
        "call_id": card.call_id,
        "name": card.name,
        "arguments": json.dumps(card.arguments, ensure_ascii=False),
    }


def _result(card: ToolCard) -> dict[str, Any]:
    result = card.result if card.result is not None else {"status": card.status.value}
    output = json.dumps(result, ensure_ascii=False)
    return {"type": "function_call_output", "call_id": card.call_id, "output": output}
