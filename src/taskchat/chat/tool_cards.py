"""A tool call as the page shows it: name, arguments, result and time."""

import json
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from chatkit.types import CustomTask

FENCE = "```"
ICONS = {
    "create_task": "plus",
    "list_tasks": "search",
    "update_task": "notebook-pencil",
    "delete_task": "lucide:trash-2",
    "complete_task": "check-circle",
    "complete_all_tasks": "check-circle-filled",
    "delete_all_tasks": "lucide:trash-2",
}


class CardStatus(StrEnum):
    RUNNING = "running"
    OK = "ok"
    FAILED = "failed"
    WAITING = "waiting"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class ToolCard:
    """`arguments` and `result` are JSON objects; `milliseconds` is the time the tool took.

    `receipt` says what the call changed, as in tasks/receipts.py; None when it changed nothing.
    """

    call_id: str
    name: str
    arguments: dict[str, Any]
    status: CardStatus = CardStatus.RUNNING
    result: dict[str, Any] | None = None
    milliseconds: int | None = None
    receipt: dict[str, Any] | None = None

    @property
    def change_set(self) -> str | None:
        """What undoes it."""
        return self.receipt["change_set"] if self.receipt else None

    @property
    def is_running(self) -> bool:
        return self.status is CardStatus.RUNNING

    def finished(
        self,
        status: CardStatus,
        result: dict[str, Any],
        milliseconds: int,
        receipt: dict[str, Any] | None = None,
    ) -> "ToolCard":
        return replace(
            self, status=status, result=result, milliseconds=milliseconds, receipt=receipt
        )

    def stopped(self) -> "ToolCard":
        return replace(self, status=CardStatus.STOPPED)

    def as_json(self) -> dict[str, Any]:
        return {
            "call_id": self.call_id,
            "name": self.name,
            "arguments": self.arguments,
            "status": self.status.value,
            "result": self.result,
            "ms": self.milliseconds,
            "change_set": self.change_set,
            "receipt": self.receipt,
        }

    @classmethod
    def read(cls, data: dict[str, Any]) -> "ToolCard":
        """From `as_json`; raises ValueError or KeyError for anything else."""
        return cls(
            call_id=data["call_id"],
            name=data["name"],
            arguments=data["arguments"],
            status=CardStatus(data["status"]),
            result=data["result"],
            milliseconds=data["ms"],
            receipt=data.get("receipt") or _older_receipt(data.get("change_set")),
        )

    def task(self) -> CustomTask:
        """As a workflow task. The protocol has no field for data, so it travels as fenced JSON in the content."""
        data = self.as_json()
        del data["name"]  # it is the title
        return CustomTask.model_validate(
            {
                "title": self.name,
                "icon": ICONS.get(self.name, "sparkle"),
                "status_indicator": "loading" if self.is_running else "complete",
                "content": f"{FENCE}json\n{json.dumps(data, ensure_ascii=False)}\n{FENCE}",
            }
        )


def _older_receipt(change_set: str | None) -> dict[str, Any] | None:
    """Cards of before say only what undoes them, or not even that."""
    return {"change_set": change_set, "count": 1, "changes": []} if change_set else None


def read_card(task: object) -> ToolCard | None:
    """The card that `task` was made from, or None when it was not made from one."""
    return read_content(task.title, task.content) if isinstance(task, CustomTask) else None


def read_content(title: str | None, content: str | None) -> ToolCard | None:
    """As `read_card`, from what is stored of the task."""
    if not title or not content:
        return None
    try:
        data = json.loads(content.removeprefix(f"{FENCE}json\n").removesuffix(f"\n{FENCE}"))
        return ToolCard.read({**data, "name": title})
    except (ValueError, KeyError, TypeError):
        return None
