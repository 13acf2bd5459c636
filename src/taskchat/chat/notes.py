"""Cards that only say something, and stay in the conversation."""

from datetime import datetime

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
