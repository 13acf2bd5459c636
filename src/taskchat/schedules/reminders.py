"""Tells people in time that a task is due."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.tables import ReminderRow
from taskchat.domain.task import TaskId, UserId
from taskchat.schedules import notifications, people
from taskchat.streams.log import EventLog
from taskchat.tasks.commands import TaskOut
from taskchat.tasks.repository import TaskRepository

BATCH = 100
LATE = timedelta(minutes=1)

WAITING = ReminderRow.fired_at.is_(None)


class Reminders:
    """One that was missed is fired late, once, and says so."""

    name = "reminder"

    def __init__(self, log: EventLog) -> None:
        self._log = log

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
        if await people.claim(session, subject) is None:
            return 0
        rows = {_key(row): row for row in await self._claimed(session, subject, now)}
        owned = TaskRepository(session, UserId(subject))
        tasks = {task.id: task for task in await owned.some([r.task_id for r in rows.values()])}
        # One that fired before its task moved away and back has been told already.
        known = await notifications.known(session, list(rows))
        told: dict[str, dict[str, Any]] = {}
        for key, row in rows.items():
            row.fired_at = now
            if key not in known:
                task = TaskOut.of(tasks[TaskId(row.task_id)]).model_dump(mode="json")
                told[key] = {"task": task, "late": now - row.fires_at > LATE}
        await notifications.note(session, subject, self.name, told, now)
        events = [_event(data) for data in told.values()]
        await self._log.write(session, subject, events)
        return len(rows)

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


def _key(row: ReminderRow) -> str:
    return f"reminder:{row.task_id}:{row.fires_at.isoformat()}"


def _event(data: dict[str, Any]) -> str:
    return json.dumps({"type": "reminder.due"} | data, ensure_ascii=False)
