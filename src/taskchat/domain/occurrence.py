"""A task that repeats: what an edit of it means for the next one, and how the next one comes about."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from taskchat.domain.due import Due
from taskchat.domain.series import Series, begin, following
from taskchat.domain.task import Priority, Status, Task, TaskId

KEPT_FIELDS = ("title", "description", "priority", "tags", "remind_before")


class Scope(StrEnum):
    """Which occurrences of a task that repeats an edit is for.

    Without one, a new due date is for this occurrence only, and everything else for the following ones too.
    """

    THIS = "this"
    FOLLOWING = "following"


def follow_series(before: Task | None, after: Task, scope: Scope | None, series_id: str) -> Task:
    """`after` with its place in a series; `series_id` is for a series that begins here.

    Raises Invalid for a rule that gives no second date.
    """
    if after.recurrence is None or after.due is None:
        return replace(after, series=None, kept={})
    begins = before is None or before.recurrence != after.recurrence
    moved = before is not None and before.due != after.due
    if begins or (moved and scope is Scope.FOLLOWING):
        after = replace(after, series=begin(series_id, after.recurrence, after.due))
    if before is None or after.series is None:
        return after
    return replace(after, kept=_kept(before, after, scope))


def next_date(task: Task, now: datetime) -> tuple[Due, Series] | None:
    """When it is due next after being done or skipped `now`; None for one that does not repeat any more."""
    if task.series is None or task.recurrence is None or task.due is None:
        return None
    return following(task.recurrence, task.recurrence_from, task.series, due=task.due, now=now)


def skipped(task: Task, due: Due, series: Series) -> Task:
    """The same task as its next occurrence."""
    return replace(_as_before(task), due=due.settled(), series=series)


def repeated(
    task: Task, due: Due, series: Series, *, task_id: TaskId, number: int, now: datetime
) -> Task:
    """The next occurrence, as a task of its own in the same place."""
    return replace(
        skipped(task, due, series),
        id=task_id,
        number=number,
        status=Status.TODO,
        created_at=now,
        updated_at=now,
        completed_at=None,
        version=1,
    )


def _as_before(task: Task) -> Task:
    """Without what was edited for this occurrence only."""
    values: dict[str, Any] = dict(task.kept)
    if "priority" in values:
        values["priority"] = Priority(values["priority"])
    if "tags" in values:
        values["tags"] = tuple(values["tags"])
    return replace(task, **values, kept={})


def _kept(before: Task, after: Task, scope: Scope | None) -> dict[str, object]:
    kept = dict(after.kept)
    for name in KEPT_FIELDS:
        old: object = getattr(before, name)
        if old == getattr(after, name):
            continue
        if scope is Scope.THIS:
            kept.setdefault(name, list(before.tags) if name == "tags" else old)
        else:
            kept.pop(name, None)
    return kept
