"""The record of every write, in the same transaction as the write."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.statements import Steps, inserted
from taskchat.db.tables import ActivityRow, UndoneRow
from taskchat.domain import cursor as cursors
from taskchat.domain.actor import Actor
from taskchat.domain.history import (
    Differences,
    compose,
    differences,
    project_state,
    task_state,
    visible,
)
from taskchat.domain.project import Project
from taskchat.domain.task import Task, UserId
from taskchat.tasks.views import ActivityOut, ActivityPage, ActivityTask, ActorOut

COLUMNS = (
    *("owner_id", "change_set_id", "at", "actor_kind", "actor_name", "thread_id", "action"),
    *("entity", "task_id", "task_number", "task_title", "changes"),
)

type Entity = Literal["task", "project"]


@dataclass(frozen=True, slots=True)
class Change:
    """A task before and after; nothing before where it did not exist. One that is deleted is in the trash after."""

    before: Task | None
    after: Task


@dataclass(frozen=True, slots=True)
class ProjectChange:
    before: Project | None
    after: Project


@dataclass(frozen=True, slots=True)
class Made:
    """What a change set came to for one task or project."""

    entity: Entity
    id: str
    title: str
    net: Differences


class ActivityRecord:
    """What one owner's tasks and projects went through."""

    def __init__(self, session: AsyncSession, owner: UserId) -> None:
        self._session = session
        self._owner = owner

    def add(
        self,
        changes: Sequence[Change | ProjectChange],
        *,
        action: str,
        actor: Actor,
        change_set: str,
        at: datetime,
    ) -> Steps[object]:
        shared = (self._owner, change_set, at, actor.kind.value, actor.name, actor.thread_id)
        rows = [(*shared, action, *_row(change)) for change in changes]
        return inserted("activity", COLUMNS, rows)

    async def page(self, cursor: str | None, limit: int, task_id: str | None) -> ActivityPage:
        """Newest first, of one task if it is given."""
        undone = UndoneRow.change_set_id
        query = (
            select(ActivityRow, undone)
            .outerjoin(
                UndoneRow,
                (UndoneRow.owner_id == self._owner) & (undone == ActivityRow.change_set_id),
            )
            .where(ActivityRow.owner_id == self._owner)
        )
        if task_id:
            query = query.where(ActivityRow.task_id == task_id)
        if cursor:
            (last,) = cursors.decode(cursor, int)
            query = query.where(ActivityRow.id < last)
        newest = query.order_by(ActivityRow.id.desc()).limit(limit + 1)
        rows = list(await self._session.execute(newest))
        more = len(rows) > limit
        return ActivityPage(
            items=[_activity(row[0], is_undone=bool(row[1])) for row in rows[:limit]],
            next_cursor=cursors.encode(rows[limit - 1][0].id) if more else None,
        )

    async def made(self, change_set: str) -> list[Made]:
        """In the order of the first write to each."""
        query = (
            select(ActivityRow)
            .where(ActivityRow.owner_id == self._owner, ActivityRow.change_set_id == change_set)
            .order_by(ActivityRow.id)
        )
        written: dict[tuple[str, str], list[ActivityRow]] = {}
        for row in await self._session.scalars(query):
            written.setdefault((row.entity, row.task_id), []).append(row)
        return [
            Made(
                "project" if entity == "project" else "task",
                entity_id,
                rows[-1].task_title,
                compose(_differences(row) for row in rows),
            )
            for (entity, entity_id), rows in written.items()
        ]

    async def undone_by(self, change_set: str) -> str | None:
        """The change set that undid it; None while it stands."""
        key = (UndoneRow.owner_id == self._owner, UndoneRow.change_set_id == change_set)
        return await self._session.scalar(select(UndoneRow.undone_by).where(*key))

    async def undid(self, change_set: str) -> str | None:
        """The change set that it undid and that is still undone."""
        key = (UndoneRow.owner_id == self._owner, UndoneRow.undone_by == change_set)
        return await self._session.scalar(select(UndoneRow.change_set_id).where(*key))

    async def note_undone(self, change_set: str, undone_by: str) -> None:
        row = {"owner_id": self._owner, "change_set_id": change_set, "undone_by": undone_by}
        await self._session.execute(insert(UndoneRow).values(row))

    async def note_redone(self, change_set: str) -> None:
        key = (UndoneRow.owner_id == self._owner, UndoneRow.change_set_id == change_set)
        await self._session.execute(delete(UndoneRow).where(*key))


def changed_fields(change: Change | ProjectChange) -> Differences:
    """As the record keeps them: with projects by name too, for reading."""
    if isinstance(change, ProjectChange):
        before = project_state(change.before) if change.before else None
        return differences(before, project_state(change.after))
    before, after = change.before, change.after
    changes = dict(differences(before and task_state(before), task_state(after)))
    if "project_id" in changes:
        old = before.project.name if before and before.project else None
        changes["project"] = (old, after.project.name if after.project else None)
    return changes


def _row(change: Change | ProjectChange) -> tuple[object, ...]:
    changes = json.dumps(changed_fields(change))
    if isinstance(change, ProjectChange):
        return "project", change.after.id, 0, change.after.name, changes
    return "task", change.after.id, change.after.number, change.after.title, changes


def _differences(row: ActivityRow) -> Differences:
    """As JSON kept them, without the names that are for reading only."""
    return {name: (old, new) for name, (old, new) in row.changes.items() if name != "project"}


def _activity(row: ActivityRow, *, is_undone: bool) -> ActivityOut:
    return ActivityOut(
        id=row.id,
        at=row.at,
        actor=ActorOut(kind=row.actor_kind, name=row.actor_name, thread_id=row.thread_id),
        change_set_id=row.change_set_id,
        is_undone=is_undone,
        action=row.action,
        task=ActivityTask(
            entity="project" if row.entity == "project" else "task",
            id=row.task_id,
            number=row.task_number,
            title=row.task_title,
        ),
        changes=dict(visible(row.changes)),
    )
