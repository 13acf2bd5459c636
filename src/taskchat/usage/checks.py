"""Checks of a model that a person asked for, among their calls."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.tables import ModelCallRow
from taskchat.domain.task import UserId

NO_THREAD = "checks"  # in the place of a conversation


async def last_check(session: AsyncSession, owner: UserId, since: datetime) -> datetime | None:
    """When the newest one began, if not before `since`."""
    call = ModelCallRow
    mine = (call.owner_id == owner, call.thread_id == NO_THREAD, call.began_at > since)
    return await session.scalar(select(func.max(call.began_at)).where(*mine))
