"""What a command's fields mean on the owner's clock, and for the task as it is."""

from datetime import datetime

from taskchat.domain.due import Due, find_zone
from taskchat.domain.query import Filter
from taskchat.domain.task import Revision, Task, require_due
from taskchat.tasks import due as dues
from taskchat.tasks.commands import CLEARS, ListTasks, TaskChanges, clears


class Fields:
    """`timezone` is the owner's own, which counts where a command names none."""

    def __init__(self, timezone: str, now: datetime) -> None:
        self._timezone = timezone
        self._now = now

    def due(self, words: str | None, zone: str) -> Due | None:
        if not words or clears(words):
            return None
        return dues.read(words, zone=zone, now=self._now)

    def zone(self, name: str | None) -> str:
        return find_zone(name or self._timezone).key

    def filter(self, command: ListTasks) -> Filter:
        after, before = command.due_after, command.due_before
        zone = self._timezone
        return Filter(
            status=command.status,
            priority=command.priority,
            tag=command.tag,
            text=command.q,
            due_from=dues.read(after, zone=zone, now=self._now).start() if after else None,
            due_until=dues.read(before, zone=zone, now=self._now).instant() if before else None,
        )

    def revision(self, task: Task, changes: TaskChanges) -> Revision:
        asked = changes.model_fields_set
        zone = self.zone(changes.timezone or task.timezone)
        due = task.due
        if "due" in asked:
            due = None if changes.due is None else self.due(changes.due, zone)
        elif due and changes.timezone:
            due = Due(due.day, due.at, zone)
        remind_before, recurrence = self._timing(task, due, changes)
        return Revision(
            title=changes.title or task.title,
            description=task.description if changes.description is None else changes.description,
            status=changes.status or task.status,
            priority=changes.priority or task.priority,
            tags=task.tags if changes.tags is None else changes.tags,
            due=due,
            remind_before=remind_before,
            recurrence=recurrence,
            timezone=zone,
        )

    def _timing(
        self, task: Task, due: Due | None, changes: TaskChanges
    ) -> tuple[int | None, str | None]:
        """Reminder and rule as they will be. Without a due date both go, unless they are asked for."""
        asked = changes.model_fields_set
        remind_before = task.remind_before if due else None
        recurrence = task.recurrence if due else None
        if "remind_before" in asked:
            remind_before = None if changes.remind_before == CLEARS else changes.remind_before
        if "recurrence" in asked:
            recurrence = changes.recurrence or None
        require_due(due, remind_before=remind_before, recurrence=recurrence)
        return remind_before, recurrence
