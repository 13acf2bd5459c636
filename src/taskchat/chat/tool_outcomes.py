"""What came of a tool call, as the journal keeps it and as it is taken up again."""

from dataclasses import dataclass
from typing import Any

from taskchat.chat.confirmations import PendingEffect
from taskchat.chat.tool_cards import ToolCard


@dataclass(frozen=True, slots=True)
class ToolOutcome:
    """`deleted` says that the call deleted a task; `waiting` is what the person has to confirm."""

    card: ToolCard
    deleted: bool = False
    waiting: PendingEffect | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "card": self.card.as_json(),
            "deleted": self.deleted,
            "waiting": self.waiting.as_json() if self.waiting else None,
        }

    @classmethod
    def read(cls, data: dict[str, Any]) -> "ToolOutcome":
        waiting = PendingEffect.read(data["waiting"]) if data["waiting"] else None
        return cls(ToolCard.read(data["card"]), data["deleted"], waiting)
