"""Tells people every day what is due."""

import json
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.accounts.digests import local_date, moment, next_at
from taskchat.db.tables import AccountRow, TaskRow
from taskchat.domain.due import Due
from taskchat.domain.task import Status
from taskchat.schedules import notifications, people
from taskchat.schedules.post import letters
from taskchat.schedules.post.post import Post
from taskchat.streams.log import EventLog

BATCH = 100


class Digests:
    """One per person and day of their own; a day that is over gets none any more."""

    name = "digest"

    def __init__(self, log: EventLog, post: Post) -> None:
        self._log = log
        self._post = post

    async def due(self, session: AsyncSession, now: datetime) -> Sequence[str]:
        waiting = (
            select(AccountRow.id)
            .where(AccountRow.digest_at <= now)
            .order_by(AccountRow.digest_at)
            .limit(BATCH)
        )
        return (await session.scalars(waiting)).all()

    async def next_due(self, session: AsyncSession) -> datetime | None:
        return await session.scalar(select(func.min(AccountRow.digest_at)))

    async def fire(self, session: AsyncSession, subject: str, now: datetime) -> int:
        account = await people.claim(session, subject)
        if account is None or account.digest_at is None or account.digest_at > now:
            return 0
        if _is_for_today(account, account.digest_at, now):
            await self._tell(session, account, local_date(now, account.timezone), now)
        account.digest_at = next_at(account.digest_time, account.timezone, now)
        await session.flush()
        return 1

    async def _tell(
        self, session: AsyncSession, account: AccountRow, today: date, now: datetime
    ) -> None:
        key = f"digest:{account.id}:{today.isoformat()}"
        if await notifications.known(session, [key]):
            return
        day = Due(today, None, account.timezone)
        due_today = await _count(session, account.id, day.start(), day.instant())
        overdue = await _count(session, account.id, None, day.start())
        data = {"date": today.isoformat(), "due_today": due_today, "overdue": overdue}
        await notifications.note(session, account.id, self.name, {key: data}, now)
        if due_today or overdue:
            news = letters.of_digest(key, today, due_today, overdue)
            await self._post.send(session, account, [(news, now)], now)
        await self._log.write(session, account.id, [json.dumps({"type": "digest.ready"} | data)])


def _is_for_today(account: AccountRow, digest_at: datetime, now: datetime) -> bool:
    """Whether today's is among those that have come since `digest_at`."""
    if account.digest_time is None:
        return False
    todays = moment(local_date(now, account.timezone), account.digest_time, account.timezone)
    return digest_at <= todays <= now


async def _count(
    session: AsyncSession, owner_id: str, first: datetime | None, last: datetime
) -> int:
    """Open tasks that are due from `first` on up to and including `last`; without a `first`, before `last`."""
    within = (
        (TaskRow.due_at < last,)
        if first is None
        else (TaskRow.due_at >= first, TaskRow.due_at <= last)
    )
    counted = select(func.count()).where(
        TaskRow.owner_id == owner_id,
        TaskRow.status != Status.DONE.value,
        TaskRow.deleted_at.is_(None),
        *within,
    )
    return await session.scalar(counted) or 0
