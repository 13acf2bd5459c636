"""Reminders that a person puts off."""

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, Field
from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.engine import after_commit
from taskchat.db.tables import ReminderRow
from taskchat.domain.errors import Conflict, Invalid, NotFound
from taskchat.domain.task import Task, reminder_moment
from taskchat.tasks.changes import due
from taskchat.tasks.commands import Command, Words
from taskchat.tasks.owner import Owner
from taskchat.tasks.storage.repository import TaskRepository

MOST_MINUTES = 7 * 24 * 60


class Snooze(Command):
    """Either minutes from now, or a moment: ISO, or words such as `tomorrow 9am`. A day means its morning."""

    minutes: Annotated[int, Field(ge=1, le=MOST_MINUTES)] | None = None
    until: Words | None = None


class Snoozed(BaseModel):
    """`fires_at` is UTC."""

    task_id: str
    number: int
    fires_at: datetime


class Snoozes:
    """Within a transaction that somebody else commits. `nudge` wakes whoever fires reminders."""

    def __init__(
        self,
        session: AsyncSession,
        owner: Owner,
        now: datetime,
        *,
        publish: Callable[[Sequence[str]], Awaitable[object]],
        nudge: Callable[[], None],
    ) -> None:
        self._session = session
        self._owner = owner
        self._now = now
        self._publish = publish
        self._nudge = nudge

    async def snooze(self, task_id: str, command: Snooze) -> Snoozed:
        """Moves the reminder, not the task; a task without one gets one. `task_id` may be its number.

        Raises Invalid for a moment that has passed, Conflict for a task that is done.
        """
        fires_at = self._moment(command)
        tasks = TaskRepository(self._session, self._owner.id)
        await tasks.take_turn()
        by_number = task_id.isdecimal()
        task = await (tasks.get_numbered(int(task_id)) if by_number else tasks.get(task_id))
        if task is None:
            raise NotFound("There is no such task.", code="task_not_found")
        if not task.is_open:
            raise Conflict("A task that is done reminds nobody.", code="snooze_done")
        await self._move(task, fires_at)
        snoozed = Snoozed(task_id=task.id, number=task.number, fires_at=fires_at)
        event = {"type": "reminder.snoozed"} | snoozed.model_dump(mode="json")
        await self._publish([json.dumps(event)])
        return snoozed

    def _moment(self, command: Snooze) -> datetime:
        if (command.minutes is None) == (command.until is None):
            raise Invalid("Say either how many minutes, or until when.", code="snooze_unclear")
        if command.minutes is not None:
            return self._now + timedelta(minutes=command.minutes)
        until = due.read(command.until or "", zone=self._owner.timezone, now=self._now)
        fires_at = reminder_moment(until, 0)
        if fires_at <= self._now:
            raise Invalid("A reminder can only be put off to the future.", code="snooze_past")
        return fires_at

    async def _move(self, task: Task, fires_at: datetime) -> None:
        await self._session.execute(delete(ReminderRow).where(ReminderRow.task_id == task.id))
        row = {"task_id": task.id, "owner_id": self._owner.id, "fires_at": fires_at}
        await self._session.execute(insert(ReminderRow).values(row))
        after_commit(self._session, self._nudge)
