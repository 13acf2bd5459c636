"""The record of every write, in the same transaction as the write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.tables import ActivityRow
from taskchat.domain import cursor as cursors
from taskchat.domain.actor import Actor
from taskchat.domain.task import Task, UserId, differences
from taskchat.tasks.commands import ActivityOut, ActivityPage, ActivityTask, ActorOut


@dataclass(frozen=True, slots=True)
class Change:
    """A task before and after; None where it did not exist yet or does not exist any more."""

    before: Task | None
    after: Task | None

    @property
    def task(self) -> Task:
        task = self.after or self.before
        if task is None:
            raise ValueError("a change has a task on at least one side")
        return task


class ActivityRecord:
    """What one owner's tasks went through."""

    def __init__(self, session: AsyncSession, owner: UserId) -> None:
        self._session = session
        self._owner = owner

    async def add(
        self, changes: Sequence[Change], *, action: str, actor: Actor, change_set: str, at: datetime
    ) -> None:
        shared: dict[str, Any] = {
            "owner_id": self._owner,
            "change_set_id": change_set,
            "at": at,
            "actor_kind": actor.kind.value,
            "actor_name": actor.name,
            "thread_id": actor.thread_id,
            "action": action,
        }
        rows = [
            shared
            | {
                "task_id": change.task.id,
                "task_number": change.task.number,
                "task_title": change.task.title,
                "changes": differences(change.before, change.after),
            }
            for change in changes
        ]
        await self._session.execute(insert(ActivityRow), rows)

    async def page(self, cursor: str | None, limit: int) -> ActivityPage:
        """Newest first."""
        query = select(ActivityRow).where(ActivityRow.owner_id == self._owner)
        if cursor:
            (last,) = cursors.decode(cursor, int)
            query = query.where(ActivityRow.id < last)
        newest = query.order_by(ActivityRow.id.desc()).limit(limit + 1)
        rows = list(await self._session.scalars(newest))
        more = len(rows) > limit
        return ActivityPage(
            items=[_activity(row) for row in rows[:limit]],
            next_cursor=cursors.encode(rows[limit - 1].id) if more else None,
        )


def _activity(row: ActivityRow) -> ActivityOut:
    return ActivityOut(
        id=row.id,
        at=row.at,
        actor=ActorOut(kind=row.actor_kind, name=row.actor_name, thread_id=row.thread_id),
        change_set_id=row.change_set_id,
        action=row.action,
        task=ActivityTask(id=row.task_id, number=row.task_number, title=row.task_title),
        changes=row.changes,
    )
