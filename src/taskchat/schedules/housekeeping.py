"""Deletes what nobody asks for any more, a little at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, delete, exists, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from taskchat.db.tables import (
    AcceptedRequestRow,
    Base,
    ConfirmationRow,
    IdempotencyKeyRow,
    JournalRow,
    ModelCallRow,
    NotificationRow,
    OutboxRow,
    RunRow,
    ScheduleRow,
    SessionRow,
    StreamRow,
    TaskRow,
    ToolCallRow,
)
from taskchat.streams.retention import trim
from taskchat.usage.ledger import settle_lost

EVERY = timedelta(minutes=10)
RUNS_KEPT = timedelta(hours=24)
REQUESTS_KEPT = timedelta(hours=24)
TRASH_KEPT = timedelta(days=30)
CONFIRMATIONS_KEPT = timedelta(days=7)
NOTIFICATIONS_KEPT = timedelta(days=30)
LETTERS_KEPT = timedelta(days=7)  # after they were sent or given up
USAGE_KEPT = timedelta(days=400)
RESERVED_FOR = timedelta(hours=1)  # no answer takes longer
PERSON_EVENTS_KEPT = 2000
MOST_ROWS = 500
MOST_EVENTS = 2000
MOST_STREAMS = 50

OPEN = ("queued", "running")


class Housekeeping:
    """Once over all processes. Nothing here waits for a lock: what is busy is left for the next time."""

    name = "gc"

    async def due(self, session: AsyncSession, now: datetime) -> Sequence[str]:
        return (await session.scalars(_due(now))).all()

    async def next_due(self, session: AsyncSession) -> datetime | None:
        mine = select(ScheduleRow.next_at).where(ScheduleRow.name == self.name)
        return await session.scalar(mine)

    async def fire(self, session: AsyncSession, subject: str, now: datetime) -> int:
        """One batch; stays due for as long as there is more."""
        claimed = select(ScheduleRow).where(ScheduleRow.name.in_(_due(now)))
        row = await session.scalar(claimed.with_for_update(skip_locked=True))
        if row is None or row.next_at > now:
            return 0
        left = [
            await self._trim(session, _ended_runs(now)),
            await self._trim(session, _people()),
            await self._forget_journals(session, now),
            *[
                await _forget_keyed(
                    session, (kind.owner_id, kind.key), kind.created_at < now - REQUESTS_KEPT
                )
                for kind in (AcceptedRequestRow, IdempotencyKeyRow)
            ],
            *await self._keep_usage(session, now),
            await _forget(session, TaskRow.id, TaskRow.deleted_at < now - TRASH_KEPT),
            await _forget(session, SessionRow.id, SessionRow.expires_at <= now),
            await _forget(
                session,
                ConfirmationRow.token,
                ConfirmationRow.created_at < now - CONFIRMATIONS_KEPT,
            ),
            await _forget(
                session, NotificationRow.key, NotificationRow.created_at < now - NOTIFICATIONS_KEPT
            ),
            await _forget(session, OutboxRow.id, OutboxRow.ended_at < now - LETTERS_KEPT),
        ]
        if not any(left):
            row.next_at = now + EVERY
            await session.flush()
        return 1

    async def _trim(
        self, session: AsyncSession, wanted: Select[str, int | None] | Select[str, int]
    ) -> bool:
        """Trims streams up to where `wanted` says; whether there may be more."""
        targets = {row[0]: row[1] or 0 for row in await session.execute(wanted.limit(MOST_STREAMS))}
        idle = select(StreamRow).where(StreamRow.id.in_(targets)).order_by(StreamRow.id)
        locked = idle.with_for_update(skip_locked=True, key_share=True)
        left = MOST_EVENTS
        for stream in (await session.scalars(locked)).all():
            step = max(min(targets[stream.id] - stream.trimmed, left), 0)
            await trim(session, stream.id, stream.trimmed + step)
            left -= step
        return left <= 0 or len(targets) == MOST_STREAMS

    async def _forget_journals(self, session: AsyncSession, now: datetime) -> bool:
        kept_for = exists().where(JournalRow.run_id == RunRow.id)
        ended = select(RunRow.id).where(RunRow.finished_at < now - RUNS_KEPT, kept_for)
        runs = await _some(session, ended)
        await session.execute(delete(JournalRow).where(JournalRow.run_id.in_(runs)))
        return len(runs) == MOST_ROWS

    async def _keep_usage(self, session: AsyncSession, now: datetime) -> list[bool]:
        await settle_lost(session, now - RESERVED_FOR, now)
        call, tool, old = ModelCallRow, ToolCallRow, now - USAGE_KEPT
        return [
            await _forget_keyed(
                session, (call.run_id, call.turn, call.attempt), call.began_at < old
            ),
            await _forget_keyed(session, (tool.run_id, tool.call_id), tool.at < old),
        ]


def _due(now: datetime) -> Select[str]:
    return select(ScheduleRow.name).where(
        ScheduleRow.name == Housekeeping.name, ScheduleRow.next_at <= now
    )


def _ended_runs(now: datetime) -> Select[str, int | None]:
    """Streams of conversations, and the end of the newest run that ended long enough ago."""
    other = aliased(RunRow)
    is_open = exists().where(other.thread_id == RunRow.thread_id, other.status.in_(OPEN))
    return (
        select(StreamRow.id, func.max(RunRow.end))
        .join(RunRow, RunRow.thread_id == StreamRow.id)
        .where(RunRow.finished_at < now - RUNS_KEPT, RunRow.end > StreamRow.trimmed, ~is_open)
        .group_by(StreamRow.id)
    )


def _people() -> Select[str, int]:
    """Streams of people, and the newest entry that is beyond what is kept."""
    beyond = StreamRow.head - PERSON_EVENTS_KEPT
    return select(StreamRow.id, beyond).where(
        StreamRow.id == StreamRow.owner_id, beyond > StreamRow.trimmed
    )


async def _forget(
    session: AsyncSession, key: InstrumentedAttribute[str], is_old: ColumnElement[bool]
) -> bool:
    """The rows of the table of `key` that are old; whether there may be more."""
    keys = await _some(session, select(key).where(is_old))
    table = cast("type[Base]", key.class_)
    await session.execute(delete(table).where(key.in_(keys)))
    return len(keys) == MOST_ROWS


async def _forget_keyed(
    session: AsyncSession,
    key: tuple[InstrumentedAttribute[Any], ...],
    is_old: ColumnElement[bool],
) -> bool:
    """For rows that only several columns tell apart."""
    locked = select(*key).where(is_old).limit(MOST_ROWS).with_for_update(skip_locked=True)
    rows = [tuple(row) for row in await session.execute(locked)]
    if rows:
        table = cast("type[Base]", key[0].class_)
        await session.execute(delete(table).where(tuple_(*key).in_(rows)))
    return len(rows) == MOST_ROWS


async def _some(session: AsyncSession, ids: Select[str]) -> Sequence[str]:
    locked = ids.limit(MOST_ROWS).with_for_update(skip_locked=True, key_share=True)
    return (await session.scalars(locked)).all()
