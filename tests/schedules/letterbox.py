"""What lies in the outbox."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from taskchat.db.engine import Database
from taskchat.db.tables import OutboxRow
from taskchat.schedules.post import outbox
from taskchat.schedules.post.outbox import Draft, Kind, Letter
from tests.people import NOW

type State = tuple[int, str | None]


async def put(
    database: Database,
    owner_id: str,
    kind: Kind,
    target: str,
    payload: dict[str, Any],
    *,
    expires_at: datetime = NOW + timedelta(days=1),
) -> None:
    async with database.transaction() as session:
        await outbox.put(session, [Draft(owner_id, kind, target, payload, expires_at)], NOW)


async def states(database: Database) -> list[State]:
    """How often each letter was tried, and what became of it."""
    async with database.reading() as session:
        rows = await session.execute(select(OutboxRow.attempts, OutboxRow.outcome))
        return [(attempts, outcome) for attempts, outcome in rows]


async def contents(database: Database) -> list[tuple[str, str, dict[str, Any]]]:
    """Kind, target and payload of each letter."""
    query = select(OutboxRow.kind, OutboxRow.target, OutboxRow.payload)
    async with database.reading() as session:
        rows = await session.execute(query.order_by(OutboxRow.kind, OutboxRow.target))
        return [(kind, target, payload) for kind, target, payload in rows]


def letter(target: str, payload: dict[str, Any]) -> Letter:
    return Letter("out_1", target, payload, 1, NOW + timedelta(days=1))
