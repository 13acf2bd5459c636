"""Conversations in the making, for tests of how a model reads them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    ThreadItem,
    UserMessageItem,
    UserMessageTextContent,
    Workflow,
    WorkflowItem,
)

from taskchat.chat import notes, wire
from taskchat.chat.context.history import Conversation, Moment
from taskchat.chat.tool_cards import CardStatus, ToolCard
from taskchat.domain.task import Task
from taskchat.tasks.views import TaskOut
from taskchat.usage.tokens import estimate
from tests.people import NOW
from tests.tasks.finding import make_task

type Item = Mapping[str, Any]

ZONE = "Europe/Berlin"


class Told:
    """A conversation in the making, a minute between messages."""

    def __init__(self, items: Sequence[ThreadItem] = ()) -> None:
        self.items = [*items]
        self.now = NOW

    def _place(self, kind: str) -> dict[str, Any]:
        return {"id": f"{kind}_{len(self.items)}", "thread_id": "thr", "created_at": self.now}

    def said(self, text: str, quotation: str = "") -> "Told":
        self.now += timedelta(minutes=1)
        content = UserMessageTextContent(text=text)
        self.items.append(
            UserMessageItem.model_validate(
                {
                    **self._place("msg"),
                    "content": [content],
                    "quoted_text": quotation or None,
                    "inference_options": {},
                }
            )
        )
        return self

    def used(self, *cards: ToolCard) -> "Told":
        workflow = Workflow(type="custom", tasks=[each.task() for each in cards], expanded=False)
        self.items.append(WorkflowItem(**self._place("wf"), workflow=workflow))
        return self

    def answered(self, text: str) -> "Told":
        content = [AssistantMessageContent(text=text, annotations=[])]
        self.items.append(AssistantMessageItem(**self._place("msg"), content=content))
        return self

    def noted(self, text: str) -> "Told":
        self.items.append(notes.card(text, item_id="note", thread_id="thr", now=self.now))
        return self

    def rows(self) -> list[dict[str, Any]]:
        return [wire.dump_item(item) for item in self.items]

    def read(
        self,
        now: datetime | None = None,
        zone: str = ZONE,
        signatures: Mapping[str, tuple[str, str]] | None = None,
        **more: Any,
    ) -> list[Item]:
        moment = Moment(now or self.now, zone)
        read = Conversation(self.rows(), **more).to_input(moment, signatures or {})
        return cast("list[Item]", read)


def created(number: int, title: str, call_id: str = "", **fields: object) -> ToolCard:
    task = TaskOut.of(make_task(number, title, **fields)).model_dump(mode="json")
    return done(call_id or f"call_{number}", "create_task", {"title": title}, task)


def done(call_id: str, name: str, arguments: dict[str, Any], result: dict[str, Any]) -> ToolCard:
    receipt: dict[str, Any] = {"change_set": "run_1", "count": 1, "changes": []}
    return ToolCard(call_id, name, arguments, CardStatus.OK, result, 3, receipt)


def listed(call_id: str, count: int) -> ToolCard:
    """What a list of tasks gave, which changes nothing."""
    tasks = [make_task(number, f"Task {number} of many") for number in range(1, count + 1)]
    items = [TaskOut.of(task).model_dump(mode="json") for task in tasks]
    result = {"items": items, "total": count, "next_cursor": None}
    return ToolCard(call_id, "list_tasks", {}, CardStatus.OK, result, 3)


def page_of(tasks: Sequence[Task], **more: object) -> dict[str, Any]:
    items = [TaskOut.of(task).model_dump(mode="json") for task in tasks]
    return {"items": items, "total": len(items), "next_cursor": None, **more}


def size_of(items: Sequence[Item]) -> int:
    """Tokens, by estimate."""
    return estimate(sum(len(str(value)) for item in items for value in item.values()))


def line(item: Item) -> str:
    match item:
        case {"role": role, "content": content}:
            return f"{role}: {content}"
        case {"type": "function_call", "call_id": call_id, "name": name}:
            return f"{name} {call_id}"
        case {"type": "function_call_output", "call_id": call_id}:
            return f"result {call_id}"
        case _:
            raise AssertionError(item)
