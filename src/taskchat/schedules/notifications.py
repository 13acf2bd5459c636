"""What people are told without having asked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.tables import NotificationRow


async def known(session: AsyncSession, keys: list[str]) -> set[str]:
    """Those of the occasions that their person was told of already."""
    told = select(NotificationRow.key).where(NotificationRow.key.in_(keys))
    return set(await session.scalars(told))


async def note(
    session: AsyncSession,
    owner_id: str,
    kind: str,
    told: Mapping[str, dict[str, Any]],
    now: datetime,
) -> None:
    """Keeps what is told, by its key; a key that is known already breaks the transaction."""
    rows = [
        {"key": key, "owner_id": owner_id, "kind": kind, "data": data, "created_at": now}
        for key, data in told.items()
    ]
    if rows:
        await session.execute(insert(NotificationRow), rows)
