"""Completing tasks and opening them again, with all that follows."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from taskchat.domain.due import Due
from taskchat.domain.errors import Conflict, Invalid
from taskchat.domain.ids import new_id
from taskchat.domain.occurrence import next_date, repeated, skipped
from taskchat.domain.task import Status, Task, TaskId, touch
from taskchat.tasks.changes.draft import Draft
from taskchat.tasks.changes.tree import Tree
from taskchat.tasks.storage.repository import TaskRepository


class Completion:
    def __init__(self, repository: TaskRepository, tree: Tree, now: datetime) -> None:
        self._repository = repository
        self._tree = tree
        self._now = now

    async def complete(self, draft: Draft, tasks: Sequence[Task]) -> None:
        """Each of them that repeats makes its next occurrence, once, unless it ends with the task above it."""
        for task in await self._tree.complete(draft, tasks):
            await self._repeat(draft, task)

    async def open(self, draft: Draft, task: Task) -> None:
        after = replace(draft.current(task), status=Status.TODO)
        draft.put(task, touch(task, after, self._now))
        await self._tree.open_above(draft, draft.current(task))

    async def skip(self, task: Task) -> Task:
        """The task as its next occurrence; raises Invalid when there is none, Conflict when it is there already."""
        if not task.is_open:
            raise Invalid("A task that is done cannot be skipped.", code="already_done")
        coming = next_date(task, self._now)
        if coming is None:
            message = "There is no later date to skip to."
            raise Invalid(message, code="recurrence_over")
        if await self._has_next(task):
            raise Conflict("The next occurrence is there already.", code="occurrence_exists")
        return touch(task, skipped(task, *coming), self._now)

    async def require_free(self, tasks: Iterable[Task]) -> None:
        """Raises Conflict when another task has become one of these occurrences in the meantime."""
        for task in tasks:
            series = task.series
            if series and await self._repository.occurrence(series.id, series.number):
                message = f"“{task.title}” is there already for that date."
                raise Conflict(message, code="occurrence_exists")

    async def _has_next(self, task: Task) -> bool:
        series = task.series
        return series is not None and await self._repository.has_later_occurrence(
            series.id, series.number
        )

    async def _repeat(self, draft: Draft, task: Task) -> None:
        task = draft.current(task)
        coming = next_date(task, self._now)
        if coming is None or await self._has_next(task):
            return
        due, series = coming
        below = _latest([draft.current(child) for child in await self._tree.below([task])])
        number = await self._repository.take_numbers(1 + len(below))
        task_id = TaskId(new_id("tsk"))
        following = repeated(task, due, series, task_id=task_id, number=number, now=self._now)
        draft.put(None, following)
        self._copy_below(draft, task, following, below)

    def _copy_below(self, draft: Draft, task: Task, following: Task, below: Sequence[Task]) -> None:
        """Its subtasks, open again and due as long before or after it as they were."""
        ids = {task.id: following.id}
        days = _days_between(task, following)
        for number, child in enumerate(below, following.number + 1):
            if child.parent_id is None or child.parent_id not in ids:
                continue  # it leaves at this moment, or what it is below was not the latest
            ids[child.id] = TaskId(new_id("tsk"))
            copy = replace(
                child,
                id=ids[child.id],
                number=number,
                parent_id=ids[child.parent_id],
                due=child.due and _later(child.due, days),
                status=Status.TODO,
                recurrence=None,
                series=None,
                kept={},
                created_at=self._now,
                updated_at=self._now,
                completed_at=None,
                version=1,
            )
            draft.put(None, copy)


def _latest(tasks: Sequence[Task]) -> list[Task]:
    """Of those that repeat by themselves, the last occurrence alone."""
    places = sorted((task.series.id, task.series.number) for task in tasks if task.series)
    last = dict(places)  # the highest number comes last
    return [t for t in tasks if t.series is None or t.series.number == last[t.series.id]]


def _days_between(task: Task, following: Task) -> timedelta:
    if task.due is None or following.due is None:
        return timedelta()
    return following.due.day - task.due.day


def _later(due: Due, days: timedelta) -> Due:
    return replace(due, day=due.day + days).settled()
