"""Makes the next task of a series when its time comes."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import exists, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.tables import AccountRow, OccurrenceRow, SeriesRow, TaskRow
from taskchat.domain.actor import Actor, ActorKind
from taskchat.domain.due import Due
from taskchat.domain.task import Status, UserId
from taskchat.schedules import people
from taskchat.tasks.recurrence import following
from taskchat.tasks.schedule import from_wall, made_at, wall_text
from taskchat.tasks.service import Owner, Tasks

BATCH = 100


class Series:
    """A series has one open task at most: while there is one, the times that come are passed over."""

    name = "recurrence"

    def __init__(self, join: Callable[[AsyncSession, Owner], Tasks]) -> None:
        """`join` gives somebody's tasks within a transaction."""
        self._join = join

    async def due(self, session: AsyncSession, now: datetime) -> Sequence[str]:
        waiting = (
            select(SeriesRow.owner_id)
            .where(SeriesRow.next_at <= now)
            .group_by(SeriesRow.owner_id)
            .order_by(func.min(SeriesRow.next_at))
            .limit(BATCH)
        )
        return (await session.scalars(waiting)).all()

    async def next_due(self, session: AsyncSession) -> datetime | None:
        return await session.scalar(select(func.min(SeriesRow.next_at)))

    async def fire(self, session: AsyncSession, subject: str, now: datetime) -> int:
        account = await people.claim(session, subject)
        if account is None:
            return 0
        due = (
            select(SeriesRow)
            .where(SeriesRow.owner_id == subject, SeriesRow.next_at <= now)
            .order_by(SeriesRow.next_at)
            .limit(BATCH)
        )
        rows = (await session.scalars(due.with_for_update(skip_locked=True))).all()
        for row in rows:
            await self._go_on(session, account, row, now)
        return len(rows)

    async def _go_on(
        self, session: AsyncSession, account: AccountRow, row: SeriesRow, now: datetime
    ) -> None:
        newest = await session.get_one(TaskRow, row.task_id)
        reached, coming = _progress(row, newest.remind_before, now)
        if reached and not await _has_open_task(session, row.id):
            owner = Owner(
                UserId(account.id), account.timezone, Actor(ActorKind.SCHEDULE, self.name)
            )
            task = await self._join(session, owner).repeat(row.task_id, reached)
            place = {"series_id": row.id, "due": wall_text(reached), "task_id": task.id}
            await session.execute(insert(OccurrenceRow).values(place))
            row.task_id = task.id
        row.next_due = wall_text(coming) if coming else None
        row.next_at = made_at(coming, newest.remind_before) if coming else None
        await session.flush()


def _progress(
    row: SeriesRow, remind_before: int | None, now: datetime
) -> tuple[Due | None, Due | None]:
    """The newest time of the series that has come, and the first that has not."""
    reached: Due | None = None
    coming = from_wall(row.next_due, row.timezone) if row.next_due else None
    if coming is None:
        return None, None
    later = following(row.rule, from_wall(row.anchor, row.timezone), coming)
    while coming and made_at(coming, remind_before) <= now:
        reached, coming = coming, next(later, None)
    return reached, coming


async def _has_open_task(session: AsyncSession, series_id: str) -> bool:
    open_task = (
        exists()
        .where(OccurrenceRow.series_id == series_id, TaskRow.id == OccurrenceRow.task_id)
        .where(TaskRow.status != Status.DONE.value)
    )
    return bool(await session.scalar(select(open_task)))
