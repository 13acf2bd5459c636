"""What a command is about to write."""

from taskchat.domain.task import Task, TaskId
from taskchat.tasks.storage.activity import Change


class Draft:
    """Tasks as they will be, each once however often it changes on the way."""

    def __init__(self) -> None:
        self._changes: dict[TaskId, Change] = {}

    def put(self, before: Task | None, after: Task) -> None:
        known = self._changes.get(after.id)
        self._changes[after.id] = Change(known.before if known else before, after)

    def current(self, task: Task) -> Task:
        """As it will be."""
        known = self._changes.get(task.id)
        return known.after if known else task

    @property
    def changes(self) -> list[Change]:
        return list(self._changes.values())
