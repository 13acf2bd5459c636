"""What an earlier attempt at a run has shown, read back from the log."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from chatkit.types import (
    AssistantMessageItem,
    ThreadItem,
    Workflow,
    WorkflowItem,
)

from taskchat.chat import wire
from taskchat.chat.tool_cards import ToolCard, read_card
from taskchat.streams.tail import Entry


@dataclass(slots=True)
class Shown:
    """`unfinished` are items that were begun and not ended, in order; `finished` the ids of those that were."""

    unfinished: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    finished: set[str] = field(default_factory=set[str])
    calls: set[str] = field(default_factory=set[str])
    has_error: bool = False

    @classmethod
    def read(cls, entries: Iterable[Entry]) -> "Shown":
        shown = cls()
        for entry in entries:
            shown._take(json.loads(entry.payload))
        return shown

    @property
    def unfinished_size(self) -> int:
        """How many bytes were said and not finished."""
        items = (wire.read_item(data) for data in self.unfinished.values())
        said = (item for item in items if isinstance(item, AssistantMessageItem))
        return sum(len(part.text.encode()) for item in said for part in item.content)

    def _take(self, event: dict[str, Any]) -> None:
        match event:
            case {"type": "thread.item.added", "item": item}:
                self.unfinished[item["id"]] = item
            case {"type": "thread.item.updated", "item_id": item_id, "update": update}:
                if item := self.unfinished.get(item_id):
                    _grow(item, update)
            case {"type": "thread.item.done", "item": item}:
                self.unfinished.pop(item["id"], None)
                self.finished.add(item["id"])
                self._remember_calls(item)
            case {"type": "thread.item.removed", "item_id": item_id}:
                self.unfinished.pop(item_id, None)
                self.finished.discard(item_id)
            case {"type": "error"}:
                self.has_error = True
            case _:
                pass

    def _remember_calls(self, item: dict[str, Any]) -> None:
        if item["type"] == "workflow":
            shown = WorkflowItem.model_validate(item)
            self.calls |= {card.call_id for card in _cards(shown)}

    def settle(self, tools: dict[str, ToolCard], extra: WorkflowItem) -> list[ThreadItem]:
        """The unfinished items as they are to be kept: text as it is, calls with what came of them.

        `tools` are the calls that were carried out, by id; those that nobody was shown yet go to `extra`.
        """
        items: list[ThreadItem] = []
        for data in self.unfinished.values():
            item = wire.read_item(data)
            match item:
                case AssistantMessageItem() if any(part.text for part in item.content):
                    items.append(item)
                case WorkflowItem():
                    cards = [tools.get(card.call_id, card) for card in _cards(item)]
                    self.calls |= {card.call_id for card in cards}
                    items.append(_with_cards(item, cards))
                case _:
                    pass
        unseen = [card for call_id, card in tools.items() if call_id not in self.calls]
        return [*items, _with_cards(extra, unseen)] if unseen else items


def empty_workflow(item_id: str, thread_id: str, created_at: Any) -> WorkflowItem:
    return WorkflowItem(
        id=item_id,
        thread_id=thread_id,
        created_at=created_at,
        workflow=Workflow(type="custom", tasks=[], expanded=False),
    )


def _cards(item: WorkflowItem) -> list[ToolCard]:
    return [card for task in item.workflow.tasks if (card := read_card(task))]


def _with_cards(item: WorkflowItem, cards: list[ToolCard]) -> WorkflowItem:
    tasks = [(card.stopped() if card.is_running else card).task() for card in cards]
    workflow = item.workflow.model_copy(update={"tasks": tasks})
    return item.model_copy(update={"workflow": workflow})


def _grow(item: dict[str, Any], update: dict[str, Any]) -> None:
    match update:
        case {"type": "assistant_message.content_part.added", "content": content}:
            item["content"].append(content)
        case {"type": "assistant_message.content_part.text_delta", "delta": delta}:
            if not item["content"]:
                item["content"].append({"type": "output_text", "text": "", "annotations": []})
            item["content"][-1]["text"] += delta
        case {"type": "workflow.task.added", "task": task}:
            item["workflow"]["tasks"].append(task)
        case {"type": "workflow.task.updated", "task_index": index, "task": task}:
            if index < len(item["workflow"]["tasks"]):
                item["workflow"]["tasks"][index] = task
        case _:
            pass
