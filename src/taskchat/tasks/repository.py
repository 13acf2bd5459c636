"""One owner's tasks in SQL. There is no way to ask for anyone else's."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, time
from itertools import batched
from typing import Any

from sqlalchemy import Select, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.tables import AccountRow, TaskRow, TaskTagRow
from taskchat.domain.due import Due
from taskchat.domain.errors import Candidate
from taskchat.domain.query import Filter, Sort
from taskchat.domain.task import Priority, Status, Task, TaskId, UserId
from taskchat.domain.text import fold
from taskchat.tasks.ordering import after, order, position

RANKS = {Priority.HIGH: 1, Priority.MEDIUM: 2, Priority.LOW: 3}
PRIORITIES = {rank: priority for priority, rank in RANKS.items()}
MAX_CANDIDATES = 5
MAX_PARAMETERS = 500


class TaskRepository:
    def __init__(self, session: AsyncSession, owner: UserId) -> None:
        self._session = session
        self._owner = owner

    async def next_number(self) -> int:
        """Numbers are never given twice, even after their task is deleted."""
        take = (
            update(AccountRow)
            .where(AccountRow.id == self._owner)
            .values(last_task_number=AccountRow.last_task_number + 1)
            .returning(AccountRow.last_task_number)
        )
        return (await self._session.execute(take)).scalar_one()

    async def add(self, task: Task) -> None:
        values = {"id": task.id, "owner_id": self._owner, "number": task.number}
        created = {"created_at": task.created_at}
        await self._session.execute(insert(TaskRow).values(**values, **created, **_columns(task)))
        await self._add_tags(task)

    async def save(self, task: Task) -> None:
        mine = (TaskRow.owner_id == self._owner, TaskRow.id == task.id)
        await self._session.execute(update(TaskRow).where(*mine).values(**_columns(task)))
        await self._session.execute(delete(TaskTagRow).where(TaskTagRow.task_id == task.id))
        await self._add_tags(task)

    async def delete(self, ids: Sequence[str]) -> None:
        for some in batched(ids, MAX_PARAMETERS, strict=False):
            mine = (TaskRow.owner_id == self._owner, TaskRow.id.in_(some))
            await self._session.execute(delete(TaskRow).where(*mine))

    async def get(self, task_id: str) -> Task | None:
        return await self._one(self._owned().where(TaskRow.id == task_id))

    async def get_numbered(self, number: int) -> Task | None:
        return await self._one(self._owned().where(TaskRow.number == number))

    async def find_titled(self, title: str) -> list[Task]:
        """Every task with exactly this title, whatever its case."""
        titled = self._owned().where(TaskRow.title_key == fold(title))
        return await self._tasks(titled.order_by(TaskRow.number.desc()).limit(MAX_CANDIDATES))

    async def find_similar(self, title: str) -> list[Candidate]:
        """Tasks whose title shares a word with `title`, newest first, for a person to choose from."""
        words = [word for word in fold(title).split() if len(word) > 2][:8]
        if not words:
            return []
        shared = or_(*(_holds(TaskRow.title_key, word) for word in words))
        similar = (
            select(TaskRow.number, TaskRow.title)
            .where(TaskRow.owner_id == self._owner, shared)
            .order_by(TaskRow.number.desc())
            .limit(MAX_CANDIDATES)
        )
        rows = await self._session.execute(similar)
        return [Candidate(number, title) for number, title in rows]

    async def page(
        self, wanted: Filter, sort: Sort, cursor: str | None, limit: int
    ) -> tuple[list[Task], str | None]:
        """At most `limit` tasks, and the cursor of the next page if there is one."""
        query = self._matching(wanted).order_by(*order(sort)).limit(limit + 1)
        if cursor:
            query = query.where(after(sort, cursor))
        rows = list(await self._session.scalars(query))
        more = len(rows) > limit
        tasks = await self._with_tags(rows[:limit])
        return tasks, position(sort, rows[limit - 1]) if more else None

    async def all(self, wanted: Filter) -> list[Task]:
        return await self._tasks(self._matching(wanted).order_by(TaskRow.number))

    async def some(self, ids: Sequence[str]) -> list[Task]:
        """Those of them that exist, oldest first."""
        found: list[Task] = []
        for part in batched(ids, MAX_PARAMETERS, strict=False):
            query = self._owned().where(TaskRow.id.in_(part))
            found += await self._tasks(query)
        return sorted(found, key=lambda task: task.number)

    async def count(self, wanted: Filter) -> int:
        matching = self._matching(wanted).subquery()
        return await self._session.scalar(select(func.count()).select_from(matching)) or 0

    async def tags(self) -> list[tuple[str, int]]:
        """Each tag in use with the number of its tasks, most used first."""
        uses = func.count()
        counted = (
            select(func.min(TaskTagRow.tag), uses)
            .where(TaskTagRow.owner_id == self._owner)
            .group_by(TaskTagRow.tag_key)
            .order_by(uses.desc(), TaskTagRow.tag_key)
        )
        return [(tag, count) for tag, count in await self._session.execute(counted)]

    def _owned(self) -> Select[TaskRow]:
        return select(TaskRow).where(TaskRow.owner_id == self._owner)

    def _matching(self, wanted: Filter) -> Select[TaskRow]:
        query = self._owned()
        if wanted.status:
            query = query.where(TaskRow.status.in_([status.value for status in wanted.status]))
        if wanted.priority:
            query = query.where(TaskRow.priority_rank.in_([RANKS[p] for p in wanted.priority]))
        if wanted.tag is not None:
            query = query.where(_tagged(self._owner, wanted.tag))
        if wanted.text:
            words = [fold(word) for word in wanted.text.split()]
            query = query.where(*(_mentions(word) for word in words))
        if wanted.due_from:
            query = query.where(TaskRow.due_at >= wanted.due_from)
        if wanted.due_until:
            query = query.where(TaskRow.due_at <= wanted.due_until)
        return query

    async def _one(self, query: Select[TaskRow]) -> Task | None:
        tasks = await self._tasks(query)
        return tasks[0] if tasks else None

    async def _tasks(self, query: Select[TaskRow]) -> list[Task]:
        return await self._with_tags(list(await self._session.scalars(query)))

    async def _with_tags(self, rows: Iterable[TaskRow]) -> list[Task]:
        rows = list(rows)
        tags: dict[str, list[str]] = {row.id: [] for row in rows}
        owned = select(TaskTagRow.task_id, TaskTagRow.tag).where(TaskTagRow.owner_id == self._owner)
        if (
            len(tags) <= MAX_PARAMETERS
        ):  # beyond that the list of ids costs more than the rows it spares
            owned = owned.where(TaskTagRow.task_id.in_(tags))
        for task_id, tag in await self._session.execute(owned.order_by(TaskTagRow.position)):
            if task_id in tags:
                tags[task_id].append(tag)
        return [_task(row, tuple(tags[row.id])) for row in rows]

    async def _add_tags(self, task: Task) -> None:
        rows = [
            {
                "task_id": task.id,
                "position": place,
                "owner_id": self._owner,
                "tag": tag,
                "tag_key": fold(tag),
            }
            for place, tag in enumerate(task.tags)
        ]
        if rows:
            await self._session.execute(insert(TaskTagRow), rows)


def _holds(column: Any, word: str) -> Any:
    return column.contains(word, autoescape=True)


def _mentions(word: str) -> Any:
    return or_(_holds(TaskRow.title_key, word), _holds(TaskRow.description_key, word))


def _tagged(owner: UserId, tag: str) -> Any:
    return exists().where(
        TaskTagRow.owner_id == owner,
        TaskTagRow.tag_key == fold(tag.removeprefix("#")),
        TaskTagRow.task_id == TaskRow.id,
    )


def _columns(task: Task) -> dict[str, Any]:
    due = task.due
    return {
        "title": task.title,
        "title_key": fold(task.title),
        "description": task.description,
        "description_key": fold(task.description),
        "status": task.status.value,
        "priority_rank": RANKS[task.priority],
        "due_day": due.day.isoformat() if due else None,
        "due_time": due.at.isoformat() if due and due.at is not None else None,
        "timezone": task.timezone,
        "due_at": due.instant() if due else None,
        "updated_at": task.updated_at,
        "completed_at": task.completed_at,
        "remind_before": task.remind_before,
        "recurrence": task.recurrence,
        "version": task.version,
    }


def _task(row: TaskRow, tags: tuple[str, ...]) -> Task:
    return Task(
        id=TaskId(row.id),
        number=row.number,
        title=row.title,
        description=row.description,
        status=Status(row.status),
        priority=PRIORITIES[row.priority_rank],
        tags=tags,
        due=_due(row),
        timezone=row.timezone,
        created_at=row.created_at,
        updated_at=row.updated_at,
        completed_at=row.completed_at,
        remind_before=row.remind_before,
        recurrence=row.recurrence,
        version=row.version,
    )


def _due(row: TaskRow) -> Due | None:
    if row.due_day is None:
        return None
    at = time.fromisoformat(row.due_time) if row.due_time else None
    due = Due(date.fromisoformat(row.due_day), at, row.timezone)
    # The clock shows the hour alike both times; only the instant tells which one was meant.
    return due if due.instant() == row.due_at else replace(due, fold=1)
