"""What later comes of one owner's tasks: reminders, and the next task of a series."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import batched

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.engine import after_commit
from taskchat.db.tables import OccurrenceRow, ReminderRow, SeriesRow
from taskchat.domain.due import Due, read_iso
from taskchat.domain.errors import Invalid
from taskchat.domain.ids import new_id
from taskchat.domain.task import Task, UserId, is_past, reminder_moment, reminds_at
from taskchat.tasks.activity import Change
from taskchat.tasks.recurrence import following

MAX_PARAMETERS = 500


class Schedule:
    """Kept in the transaction of the change that it follows from."""

    def __init__(
        self, session: AsyncSession, owner: UserId, now: datetime, nudge: Callable[[], None]
    ) -> None:
        """`nudge` is called after a commit that may have brought something forward."""
        self._session = session
        self._owner = owner
        self._now = now
        self._nudge = nudge

    async def keep(self, changes: Sequence[Change]) -> None:
        """Moves reminders and series along with their tasks; raises Invalid for a rule that gives no second date."""
        await self.remind(changes)
        for change in changes:
            if change.after is not None:
                await self._follow_rule(change.before, change.after)

    async def remind(self, changes: Sequence[Change]) -> None:
        """Each task has one reminder or none: one that was due before now needs none any more."""
        moved = [
            change for change in changes if _reminder(change.before) != _reminder(change.after)
        ]
        stale = [change.task.id for change in moved if change.before and change.after]
        for some in batched(stale, MAX_PARAMETERS, strict=False):
            await self._session.execute(delete(ReminderRow).where(ReminderRow.task_id.in_(some)))
        rows = [
            {"task_id": task.id, "owner_id": self._owner, "fires_at": fires_at}
            for task in (change.after for change in moved)
            if task and (fires_at := reminds_at(task)) and not is_past(task, self._now)
        ]
        if rows:
            await self._session.execute(insert(ReminderRow), rows)
            after_commit(self._session, self._nudge)

    async def _follow_rule(self, before: Task | None, task: Task) -> None:
        if task.recurrence != (before.recurrence if before else None):
            if before:  # whatever its rule was: somebody else may have set one in the meantime
                await self._session.execute(delete(SeriesRow).where(SeriesRow.task_id == task.id))
            if task.recurrence and task.due:
                await self._begin_series(task, task.recurrence, task.due)
        elif task.recurrence and before and before.remind_before != task.remind_before:
            await self._move_series(task)

    async def _begin_series(self, task: Task, rule: str, due: Due) -> None:
        coming = next(following(rule, due, due), None)
        if coming is None:
            message = "This rule gives no date after the one that the task is due."
            raise Invalid(message, code="recurrence_never")
        series = SeriesRow(
            id=new_id("ser"),
            owner_id=self._owner,
            task_id=task.id,
            rule=rule,
            timezone=due.zone,
            anchor=wall_text(due),
            next_due=wall_text(coming),
            next_at=made_at(coming, task.remind_before),
        )
        self._session.add(series)
        await self._session.flush()
        occurrence = {"series_id": series.id, "due": series.anchor, "task_id": task.id}
        await self._session.execute(insert(OccurrenceRow).values(occurrence))
        after_commit(self._session, self._nudge)

    async def _move_series(self, task: Task) -> None:
        newest = select(SeriesRow).where(SeriesRow.task_id == task.id)
        series = await self._session.scalar(newest.with_for_update())
        if series and series.next_due:
            series.next_at = made_at(
                from_wall(series.next_due, series.timezone), task.remind_before
            )
            await self._session.flush()
            after_commit(self._session, self._nudge)


def made_at(due: Due, remind_before: int | None) -> datetime:
    """UTC: when the task of a series is made that is due then, in time for its reminder."""
    if remind_before is None:
        return due.start()
    return min(due.start(), reminder_moment(due, remind_before))


def wall_text(due: Due) -> str:
    """A day or a moment as the clock shows it, without its zone."""
    return due.day.isoformat() + (f"T{due.at.isoformat()}" if due.at is not None else "")


def from_wall(text: str, zone: str) -> Due:
    """The inverse of `wall_text`; raises ValueError for anything else."""
    if due := read_iso(text, zone):
        return due
    raise ValueError(f"not a day or a moment: {text}")


def _reminder(task: Task | None) -> datetime | None:
    return reminds_at(task) if task else None
