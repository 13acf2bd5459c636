"""One owner's tasks in SQL. There is no way to ask for anyone else's."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from functools import lru_cache
from itertools import batched
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.statements import Sql, Steps, change, inserted
from taskchat.db.tables import AccountRow, Base, ProjectRow, TaskRow, TaskTagRow
from taskchat.domain import cursor as cursors
from taskchat.domain.due import Due
from taskchat.domain.recurrence import RecurrenceFrom
from taskchat.domain.series import Series
from taskchat.domain.task import Priority, ProjectRef, Status, Task, TaskId, UserId
from taskchat.domain.text import fold

RANKS = {Priority.HIGH: 1, Priority.MEDIUM: 2, Priority.LOW: 3}
PRIORITIES = {rank: priority for priority, rank in RANKS.items()}
STATES = {status.value: status for status in Status}  # calling the enumeration takes longer
STARTS = {start.value: start for start in RecurrenceFrom}
MAX_CANDIDATES = 5
MAX_PARAMETERS = 500

TAKE_NUMBERS = """
    UPDATE accounts SET last_task_number = last_task_number + ? WHERE id = ?
    RETURNING last_task_number
"""
MADE_WITH = ("id", "owner_id", "number", "created_at")  # and never changed after that
TAG_COLUMNS = ("task_id", "position", "owner_id", "tag", "tag_key")

TASKS = Base.metadata.tables["tasks"]
LIVE = TaskRow.deleted_at.is_(None)


class TaskRepository:
    """What is in the trash is found by id only where a method says so."""

    def __init__(self, session: AsyncSession, owner: UserId) -> None:
        self._session = session
        self._owner = owner

    async def take_turn(self) -> None:
        """Until the transaction ends nobody else changes this person's tasks."""
        mine = select(AccountRow.id).where(AccountRow.id == self._owner)
        await self._session.execute(mine.with_for_update(key_share=True))

    async def take_numbers(self, count: int = 1) -> int:
        """The first of `count` new numbers. None is given twice, even after its task is deleted."""
        return await change(self._session, self._take_numbers(count))

    async def next_number(self) -> int:
        """The number that the next task will get, without taking it."""
        last = select(AccountRow.last_task_number).where(AccountRow.id == self._owner)
        return (await self._session.scalar(last) or 0) + 1

    def add(self, tasks: Sequence[Task]) -> Steps[None]:
        rows = [
            (task.id, self._owner, task.number, task.created_at, *_stored(task)) for task in tasks
        ]
        yield from inserted("tasks", (*MADE_WITH, *_columns(tasks[0])), rows)
        yield from self._add_tags(tasks)

    async def save(self, tasks: Sequence[Task], *, retagged: Sequence[Task]) -> None:
        """All their fields; the tags of `retagged` too."""
        saved = (
            update(TASKS)
            .where(TaskRow.owner_id == self._owner, TaskRow.id == bindparam("saved_id"))
            .values({name: bindparam(name) for name in _columns(tasks[0])})
        )
        rows = [{"saved_id": task.id, **_columns(task)} for task in tasks]
        await self._session.execute(saved, rows)
        for some in batched([task.id for task in retagged], MAX_PARAMETERS, strict=False):
            await self._session.execute(delete(TaskTagRow).where(TaskTagRow.task_id.in_(some)))
        if retagged:
            await change(self._session, self._add_tags(retagged))

    async def get(self, task_id: str, *, in_trash: bool = False) -> Task | None:
        query = self._owned(in_trash=in_trash).where(TaskRow.id == task_id)
        return await self._one(query)

    async def get_numbered(self, number: int, *, in_trash: bool = False) -> Task | None:
        return await self._one(self._owned(in_trash=in_trash).where(TaskRow.number == number))

    async def find_titled(self, title: str) -> list[Task]:
        """Every task with exactly this title, whatever its case."""
        titled = self._owned().where(TaskRow.title_key == fold(title))
        return await self._tasks(titled.order_by(TaskRow.number.desc()).limit(MAX_CANDIDATES))

    async def some(self, ids: Sequence[str], *, in_trash: bool = False) -> list[Task]:
        """Those of them that exist, oldest first; with `in_trash`, those in the trash besides."""
        found: list[Task] = []
        for part in batched(ids, MAX_PARAMETERS, strict=False):
            query = select(TaskRow).where(TaskRow.owner_id == self._owner, TaskRow.id.in_(part))
            found += await self._tasks(query if in_trash else query.where(LIVE))
        return sorted(found, key=lambda task: task.number)

    async def children(self, ids: Sequence[str], *, in_trash: bool = False) -> list[Task]:
        """Their subtasks, of the first level, as a person orders them."""
        found: list[Task] = []
        for part in batched(ids, MAX_PARAMETERS, strict=False):
            query = self._owned(in_trash=in_trash).where(TaskRow.parent_id.in_(part))
            found += await self._tasks(query.order_by(TaskRow.position, TaskRow.number))
        return found

    async def occurrence(self, series_id: str, number: int) -> TaskId | None:
        """The task that is this occurrence of a series now."""
        same = self._owned().where(TaskRow.series_id == series_id, TaskRow.series_number == number)
        found = await self._session.scalar(same.with_only_columns(TaskRow.id))
        return TaskId(found) if found else None

    async def has_later_occurrence(self, series_id: str, number: int) -> bool:
        later = self._owned().where(TaskRow.series_id == series_id, TaskRow.series_number > number)
        return await self._session.scalar(later.with_only_columns(TaskRow.id).limit(1)) is not None

    async def positions_beside(self, task: Task) -> tuple[str, str | None]:
        """The places just before and just after its own; an empty one at the top, None at the end."""
        mine = select(TaskRow.position).where(TaskRow.owner_id == self._owner, LIVE)
        before = mine.where(TaskRow.position < task.position).order_by(TaskRow.position.desc())
        after = mine.where(TaskRow.position > task.position).order_by(TaskRow.position)
        previous = await self._session.scalar(before.limit(1))
        return previous or "", await self._session.scalar(after.limit(1))

    async def last_position(self) -> str:
        last = select(func.max(TaskRow.position)).where(TaskRow.owner_id == self._owner, LIVE)
        return await self._session.scalar(last) or ""

    async def trash(self, before: cursors.Key | None, limit: int) -> list[Task]:
        """Newest numbers first, below the number `before`."""
        query = self._owned(in_trash=True)
        if before is not None:
            query = query.where(TaskRow.number < before)
        return await self._tasks(query.order_by(TaskRow.number.desc()).limit(limit))

    def _owned(self, *, in_trash: bool = False) -> Select[TaskRow]:
        mine = select(TaskRow).where(TaskRow.owner_id == self._owner)
        return mine.where(TaskRow.deleted_at.is_not(None) if in_trash else LIVE)

    async def _one(self, query: Select[TaskRow]) -> Task | None:
        tasks = await self._tasks(query)
        return tasks[0] if tasks else None

    async def _tasks(self, query: Select[TaskRow]) -> list[Task]:
        rows = list(await self._session.scalars(query))
        tags = await self._tags([row.id for row in rows])
        projects = await self._projects({row.project_id for row in rows if row.project_id})
        return [
            to_task(row, tuple(tags.get(row.id, ())), projects.get(row.project_id or ""))
            for row in rows
        ]

    async def _tags(self, ids: Sequence[str]) -> dict[str, list[str]]:
        tags: dict[str, list[str]] = {}
        if ids:
            owned = select(TaskTagRow.task_id, TaskTagRow.tag).where(TaskTagRow.task_id.in_(ids))
            for task_id, tag in await self._session.execute(owned.order_by(TaskTagRow.position)):
                tags.setdefault(task_id, []).append(tag)
        return tags

    async def _projects(self, ids: Iterable[str]) -> dict[str, ProjectRef]:
        if not ids:
            return {}
        query = select(ProjectRow.id, ProjectRow.name).where(ProjectRow.id.in_(ids))
        return {row[0]: ProjectRef(row[0], row[1]) for row in await self._session.execute(query)}

    def _take_numbers(self, count: int) -> Steps[int]:
        ((last,),) = yield Sql(TAKE_NUMBERS, (count, self._owner))
        return last - count + 1

    def _add_tags(self, tasks: Iterable[Task]) -> Steps[object]:
        rows = [
            (task.id, place, self._owner, tag, fold(tag))
            for task in tasks
            for place, tag in enumerate(task.tags)
        ]
        return inserted("task_tags", TAG_COLUMNS, rows)


def _stored(task: Task) -> list[object]:
    values = _columns(task)
    values["series_kept"] = values["series_kept"] and json.dumps(values["series_kept"])
    return list(values.values())


def _columns(task: Task) -> dict[str, Any]:
    due, series = task.due, task.series
    return {
        "title": task.title,
        "title_key": fold(task.title),
        "description": task.description,
        "status": task.status.value,
        "project_id": task.project.id if task.project else None,
        "parent_id": task.parent_id,
        "position": task.position,
        "priority_rank": RANKS[task.priority],
        "due_day": due.day.isoformat() if due else None,
        "due_time": due.at.isoformat() if due and due.at is not None else None,
        "timezone": task.timezone,
        "due_at": due.instant() if due else None,
        "updated_at": task.updated_at,
        "completed_at": task.completed_at,
        "deleted_at": task.deleted_at,
        "remind_before": task.remind_before,
        "recurrence": task.recurrence,
        "recurrence_from": task.recurrence_from.value,
        "series_id": series.id if series else None,
        "series_anchor": series.anchor if series else None,
        "series_slot": series.slot if series else None,
        "series_number": series.number if series else None,
        "series_kept": dict(task.kept) or None,
        "is_untrusted": task.is_untrusted,
        "version": task.version,
    }


def to_task(row: TaskRow, tags: tuple[str, ...], project: ProjectRef | None) -> Task:
    return Task(
        id=TaskId(row.id),
        number=row.number,
        title=row.title,
        description=row.description,
        status=STATES[row.status],
        priority=PRIORITIES[row.priority_rank],
        tags=tags,
        due=_due(row.due_day, row.due_time, row.timezone, row.due_at)
        if row.due_day and row.due_at
        else None,
        timezone=row.timezone,
        created_at=row.created_at,
        updated_at=row.updated_at,
        completed_at=row.completed_at,
        remind_before=row.remind_before,
        recurrence=row.recurrence,
        recurrence_from=STARTS[row.recurrence_from],
        series=_series(row) if row.series_id else None,
        kept=row.series_kept or {},
        project=project,
        parent_id=TaskId(row.parent_id) if row.parent_id else None,
        position=row.position,
        deleted_at=row.deleted_at,
        is_untrusted=row.is_untrusted,
        version=row.version,
    )


@lru_cache(maxsize=10_000)  # lists are read again and again, and many tasks are due on one day
def _due(day: str, clock_time: str | None, zone: str, instant: datetime) -> Due:
    due = Due(date.fromisoformat(day), time.fromisoformat(clock_time) if clock_time else None, zone)
    # The clock shows the hour alike both times; only the instant tells which one was meant.
    return due if due.instant() == instant else replace(due, fold=1)


def _series(row: TaskRow) -> Series | None:
    match row.series_id, row.series_anchor, row.series_slot, row.series_number:
        case str(series_id), str(anchor), str(slot), int(number):
            return Series(series_id, anchor, slot, number)
        case _:
            return None
