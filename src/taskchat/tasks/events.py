"""What a person's open pages are told about their tasks."""

import json
from collections.abc import Sequence

from taskchat.tasks.activity import Change
from taskchat.tasks.commands import TaskOut

MOST_SINGLE_EVENTS = 20


def of(changes: Sequence[Change]) -> list[str]:
    """One event per task, or a single one that says to look again when there are many."""
    if len(changes) > MOST_SINGLE_EVENTS:
        return [json.dumps({"type": "tasks.changed"})]
    return [_event(change) for change in changes]


def _event(change: Change) -> str:
    if change.after is None:
        task = change.task
        return json.dumps({"type": "task.deleted", "id": task.id, "number": task.number})
    kind = "task.created" if change.before is None else "task.updated"
    task = TaskOut.of(change.after).model_dump(mode="json")
    return json.dumps({"type": kind, "task": task}, ensure_ascii=False)
