"""What a call changed, as it is shown beside it whatever anybody says about it."""

from collections.abc import Sequence
from typing import Any, Literal, Self

from pydantic import BaseModel

from taskchat.domain.history import visible
from taskchat.tasks.storage.activity import Change, ProjectChange, changed_fields

MOST_LISTED = 5


class ReceiptChange(BaseModel):
    """One task or project; `version` is the one it has since, `number` is 0 for a project. `fields` maps a field to what it was and what it became."""

    entity: Literal["task", "project"]
    id: str
    number: int
    title: str
    action: str
    version: int
    fields: dict[str, tuple[Any, Any]]

    @classmethod
    def of(cls, action: str, change: Change | ProjectChange) -> Self:
        after = change.after
        is_task = isinstance(change, Change)
        return cls(
            entity="task" if is_task else "project",
            id=after.id,
            number=change.after.number if is_task else 0,
            title=change.after.title if is_task else change.after.name,
            action=action,
            version=after.version,
            fields=dict(visible(changed_fields(change))),
        )


class Receipt(BaseModel):
    """`count` is of all that changed, of which the first few are listed; `change_set` undoes it."""

    change_set: str
    count: int
    changes: list[ReceiptChange]


class ReceiptBook:
    """Notes what one transaction writes."""

    def __init__(self) -> None:
        self.count = 0
        self._listed: list[tuple[str, Change | ProjectChange]] = []

    def note(self, action: str, changes: Sequence[Change | ProjectChange]) -> None:
        self.count += len(changes)
        room = MOST_LISTED - len(self._listed)
        self._listed += [(action, change) for change in changes[:room]]

    def receipt(self, change_set: str) -> Receipt | None:
        """None when nothing was written."""
        if not self.count:
            return None
        changes = [ReceiptChange.of(action, change) for action, change in self._listed]
        return Receipt(change_set=change_set, count=self.count, changes=changes)
