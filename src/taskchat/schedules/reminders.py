"""Tells people in time that a task is due."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.tables import AccountRow, ReminderRow
from taskchat.domain.task import Task, TaskId, UserId
from taskchat.schedules import notifications, people
from taskchat.schedules.post import letters
from taskchat.schedules.post.letters import News
from taskchat.schedules.post.post import Post
from taskchat.streams.log import EventLog
from taskchat.tasks.storage.repository import TaskRepository
from taskchat.tasks.views import TaskOut

BATCH = 100
LATE = timedelta(minutes=1)

WAITING = ReminderRow.fired_at.is_(None)


class Reminders:
    """One that was missed is fired late, once, and says so. One whose task is done or gone tells nothing."""

    name = "reminder"

    def __init__(self, log: EventLog, post: Post) -> None:
        self._log = log
        self._post = post

    async def due(self, session: AsyncSession, now: datetime) -> Sequence[str]:
        waiting = (
            select(ReminderRow.owner_id)
            .where(WAITING, ReminderRow.fires_at <= now)
            .group_by(ReminderRow.owner_id)
            .order_by(func.min(ReminderRow.fires_at))
            .limit(BATCH)
        )
        return (await session.scalars(waiting)).all()

    async def next_due(self, session: AsyncSession) -> datetime | None:
        return await session.scalar(select(func.min(ReminderRow.fires_at)).where(WAITING))

    async def fire(self, session: AsyncSession, subject: str, now: datetime) -> int:
        account = await people.claim(session, subject)
        if account is None:
            return 0
        rows = {_key(row): row for row in await self._claimed(session, subject, now)}
        # One that fired before its task moved away and back has been told already.
        known = await notifications.known(session, list(rows))
        tasks = await _open_tasks(session, subject, list(rows.values()))
        told = {
            key: (tasks[row.task_id], row.fires_at)
            for key, row in rows.items()
            if key not in known and row.task_id in tasks
        }
        for row in rows.values():
            row.fired_at = now
        await self._tell(session, account, told, now)
        return len(rows)

    async def _tell(
        self,
        session: AsyncSession,
        account: AccountRow,
        told: dict[str, tuple[Task, datetime]],
        now: datetime,
    ) -> None:
        """Everything that follows from it, in the transaction that marks the reminders as fired."""
        noted: dict[str, dict[str, Any]] = {}
        news: list[tuple[News, datetime]] = []
        for key, (task, due_at) in told.items():
            late = now - due_at > LATE
            noted[key] = {"task": TaskOut.of(task).model_dump(mode="json"), "late": late}
            news.append((letters.of_reminder(key, task, account.timezone, late=late), due_at))
        await notifications.note(session, account.id, self.name, noted, now)
        await self._post.send(session, account, news, now)
        await self._log.write(session, account.id, [_event(data) for data in noted.values()])

    async def _claimed(
        self, session: AsyncSession, owner_id: str, now: datetime
    ) -> Sequence[ReminderRow]:
        due = (
            select(ReminderRow)
            .where(WAITING, ReminderRow.owner_id == owner_id, ReminderRow.fires_at <= now)
            .order_by(ReminderRow.fires_at)
            .limit(BATCH)
        )
        return (await session.scalars(due.with_for_update(skip_locked=True))).all()


async def _open_tasks(
    session: AsyncSession, owner_id: str, rows: Sequence[ReminderRow]
) -> dict[str, Task]:
    owned = TaskRepository(session, UserId(owner_id))
    tasks = await owned.some([TaskId(row.task_id) for row in rows])
    return {task.id: task for task in tasks if task.is_open}


def _key(row: ReminderRow) -> str:
    return f"reminder:{row.task_id}:{row.fires_at.isoformat()}"


def _event(data: dict[str, Any]) -> str:
    return json.dumps({"type": "reminder.due"} | data, ensure_ascii=False)
