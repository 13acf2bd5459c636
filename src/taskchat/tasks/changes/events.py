"""What a person's open pages are told about their tasks."""

import json
from collections.abc import Sequence

from taskchat.tasks.storage.activity import Change
from taskchat.tasks.views import TaskOut

MOST_SINGLE_EVENTS = 20
PROJECTS_CHANGED = json.dumps({"type": "projects.changed"})


def of(changes: Sequence[Change]) -> list[str]:
    """One event per task, or a single one that says to look again when there are many."""
    if len(changes) > MOST_SINGLE_EVENTS:
        return [json.dumps({"type": "tasks.changed"})]
    return [_event(change) for change in changes]


def _event(change: Change) -> str:
    """A task that comes back from the trash is created once more, for those who look at the list."""
    before, after = change.before, change.after
    if after.deleted_at:
        return json.dumps({"type": "task.deleted", "id": after.id, "number": after.number})
    kind = "task.created" if before is None or before.deleted_at else "task.updated"
    task = TaskOut.of(after).model_dump(mode="json")
    return json.dumps({"type": kind, "task": task}, ensure_ascii=False)
