"""What a command's fields mean on the owner's clock, and for the task as it is."""

from dataclasses import dataclass, replace
from datetime import datetime

from taskchat.domain.due import Due, find_zone
from taskchat.domain.filters import parse, resolve
from taskchat.domain.filters.expression import Expression
from taskchat.domain.ids import new_id
from taskchat.domain.occurrence import follow_series
from taskchat.domain.task import ProjectRef, Status, Task, TaskId, require_due
from taskchat.tasks.changes import due as dues
from taskchat.tasks.commands import CLEARS, CreateTask, TaskChanges, clears


@dataclass(frozen=True, slots=True)
class Place:
    """Where a task belongs."""

    project: ProjectRef | None
    parent_id: TaskId | None


class Fields:
    """`timezone` is the owner's own, which counts where a command names none."""

    def __init__(self, timezone: str, now: datetime) -> None:
        self._timezone = timezone
        self._now = now

    def due(self, words: str | None, zone: str | None = None) -> Due | None:
        if not words or clears(words):
            return None
        return dues.read(words, zone=zone or self._timezone, now=self._now)

    def zone(self, name: str | None) -> str:
        return find_zone(name or self._timezone).key

    def expression(self, words: str | None) -> Expression | None:
        """A filter with its days fixed; raises Invalid for one that cannot be read."""
        if not words or not words.strip():
            return None
        return resolve(parse(words), now=self._now, zone=self._timezone)

    def task(self, command: CreateTask, place: Place, *, number: int, position: str) -> Task:
        zone = self.zone(command.timezone)
        due = self.due(command.due, zone)
        remind_before, recurrence = command.remind_before, command.recurrence or None
        require_due(due, remind_before=remind_before, recurrence=recurrence)
        is_done = command.status is Status.DONE
        task = Task(
            id=TaskId(new_id("tsk")),
            number=number,
            title=command.title,
            description=command.description,
            status=command.status,
            priority=command.priority,
            tags=command.tags,
            project=place.project,
            parent_id=place.parent_id,
            position=position,
            due=due,
            remind_before=remind_before,
            recurrence=recurrence,
            recurrence_from=command.recurrence_from,
            timezone=zone,
            created_at=self._now,
            updated_at=self._now,
            completed_at=self._now if is_done else None,
        )
        return task if is_done else follow_series(None, task, None, new_id("ser"))

    def edited(self, task: Task, changes: TaskChanges, place: Place) -> Task:
        """The task with what is asked for; `place` is where it will be."""
        zone = self.zone(changes.timezone or task.timezone)
        due = self._due(task, changes, zone)
        remind_before, recurrence = self._timing(task, due, changes)
        edited = replace(
            task,
            title=changes.title or task.title,
            description=task.description if changes.description is None else changes.description,
            status=changes.status or task.status,
            priority=changes.priority or task.priority,
            tags=task.tags if changes.tags is None else changes.tags,
            project=place.project,
            parent_id=place.parent_id,
            due=due,
            remind_before=remind_before,
            recurrence=recurrence,
            recurrence_from=changes.recurrence_from or task.recurrence_from,
            timezone=zone,
        )
        if edited.status is Status.DONE and task.status is Status.DONE:
            return edited  # what is over keeps its place in the series
        return follow_series(task, edited, changes.scope, new_id("ser"))

    def _due(self, task: Task, changes: TaskChanges, zone: str) -> Due | None:
        if "due" in changes.model_fields_set:
            return self.due(changes.due, zone)
        if task.due and changes.timezone:
            return replace(task.due, zone=zone, fold=0).settled()
        return task.due

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
