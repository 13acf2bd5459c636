"""What is to leave the house, in SQL: written with what it tells of, claimed by one process at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.tables import OutboxRow
from taskchat.domain.ids import new_id

LEASE = timedelta(minutes=2)

WAITING = OutboxRow.ended_at.is_(None)


class Kind(StrEnum):
    MAIL = "mail"
    PUSH = "push"


class Outcome(StrEnum):
    SENT = "sent"
    REFUSED = "refused"
    GIVEN_UP = "given_up"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be sent; `target` is an address, or the id of a push subscription."""

    owner_id: str
    kind: Kind
    target: str
    payload: dict[str, Any]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """A claimed draft. Its `id` stays the same however often it is sent; `attempt` counts from 1."""

    id: str
    target: str
    payload: dict[str, Any]
    attempt: int
    expires_at: datetime


async def put(session: AsyncSession, drafts: Sequence[Draft], now: datetime) -> None:
    rows = [
        {
            "id": new_id("out"),
            "owner_id": draft.owner_id,
            "kind": draft.kind.value,
            "target": draft.target,
            "payload": draft.payload,
            "next_at": now,
            "expires_at": draft.expires_at,
        }
        for draft in drafts
    ]
    if rows:
        await session.execute(insert(OutboxRow), rows)


async def claim(session: AsyncSession, kind: Kind, now: datetime, most: int) -> list[Letter]:
    """Those that wait the longest; nobody else gets them before the lease is over. What has expired ends here."""
    due = (
        select(OutboxRow)
        .where(WAITING, OutboxRow.kind == kind.value, OutboxRow.next_at <= now)
        .order_by(OutboxRow.next_at)
        .limit(most)
    )
    rows = (await session.scalars(due.with_for_update(skip_locked=True))).all()
    for row in rows:
        if row.expires_at <= now:
            row.ended_at, row.outcome = now, Outcome.EXPIRED.value
        else:
            row.attempts, row.next_at = row.attempts + 1, now + LEASE
    await session.flush()
    return [_letter(row) for row in rows if row.ended_at is None]


async def end(session: AsyncSession, letter: Letter, outcome: Outcome, now: datetime) -> None:
    await _settle(session, letter, ended_at=now, outcome=outcome.value)


async def postpone(session: AsyncSession, letter: Letter, until: datetime) -> None:
    await _settle(session, letter, next_at=until)


async def next_due(session: AsyncSession, kind: Kind) -> datetime | None:
    waiting = select(func.min(OutboxRow.next_at)).where(WAITING, OutboxRow.kind == kind.value)
    return await session.scalar(waiting)


async def _settle(session: AsyncSession, letter: Letter, **values: object) -> None:
    """Does nothing when the lease was over and somebody else has claimed the letter since."""
    mine = (OutboxRow.id == letter.id, OutboxRow.attempts == letter.attempt, WAITING)
    await session.execute(update(OutboxRow).where(*mine).values(**values))


def _letter(row: OutboxRow) -> Letter:
    return Letter(row.id, row.target, row.payload, row.attempts, row.expires_at)
