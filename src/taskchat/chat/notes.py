"""Cards that only say something, and stay in the conversation."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chatkit.types import WidgetItem
from chatkit.widgets import DynamicWidgetRoot


def card(text: str, *, item_id: str, thread_id: str, now: datetime) -> WidgetItem:
    widget = {"type": "Card", "children": [{"type": "Text", "value": text, "size": "sm"}]}
    return WidgetItem(
        id=item_id,
        thread_id=thread_id,
        created_at=now,
        widget=DynamicWidgetRoot.model_validate(widget),
        copy_text=text,
    )


def is_note(item: Mapping[str, Any]) -> bool:
    """Whether what is stored of a widget says that it is such a card: others have a title."""
    match item:
        case {"widget": {"children": [{"type": "Text"}]}}:
            return True
        case _:
            return False
