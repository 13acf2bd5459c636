"""Runs in SQL: who holds them, how far they are, and what waits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.chat.attempt import Answering
from taskchat.db.clock import SECONDS, database_seconds
from taskchat.db.statements import (
    Link,
    change,
    dialect_of,
    document,
    fetched,
    follow,
    inserted,
    mapped,
    read_document,
)
from taskchat.db.tables import AcceptedRequestRow, AccountRow, JournalRow, RunRow
from taskchat.domain.errors import Conflict
from taskchat.domain.task import UserId
from taskchat.streams.fences import Fence

OPEN = ("queued", "running")
CLAIMED_AT_ONCE = 20
UNSAID = {"crashes": 0, "stop_requested": False, "changes": 0}
UNLESS_THERE = "ON CONFLICT DO NOTHING RETURNING 1"
BUSY = "SELECT 1 FROM runs WHERE thread_id = ? AND status IN ('queued', 'running') LIMIT 1"
QUEUED = (
    "SELECT id, message, model, instead_of FROM runs WHERE thread_id = ? AND status = 'queued'"
    " ORDER BY start"
)
COUNT_SINCE = (
    "SELECT count(*) FROM runs WHERE owner_id = ? AND created_at >= ? AND status != 'withdrawn'"
    " AND kind IN ('message', 'retry')"
)
REQUEST_COLUMNS = (
    *("owner_id", "key", "fingerprint", "run_id", "thread_id", "start", "created_at"),
)
FINISH = (
    'UPDATE runs SET status = ?, "end" = ?, finished_at = ?, holder = NULL, changes = ?, error = ?'
    " WHERE id = ?"
)
MOST_ANSWERED = 500
COUNTED = ("message", "retry")


@dataclass(frozen=True, slots=True)
class Holding:
    """Who takes runs on, and for how many seconds at a time."""

    holder: str
    seconds: float


@dataclass(frozen=True, slots=True)
class QueuedRun:
    """`message` is the user message as it will join the conversation, as JSON."""

    id: str
    message: dict[str, Any]
    answering: Answering


class RunRepository:
    """What begins and ends a run needs no object mapper, the rest does."""

    def __init__(self, link: Link) -> None:
        self._link = link

    @property
    def _session(self) -> AsyncSession:
        return mapped(self._link)

    async def find(self, owner: UserId, run_id: str) -> RunRow | None:
        named = (RunRow.id == run_id, RunRow.owner_id == owner)
        return await self._session.scalar(select(RunRow).where(*named))

    async def add(self, *, holding: Holding | None = None, **values: Any) -> None:
        """With a holding, its first attempt begins. Raises Conflict for a second running answer in a conversation."""
        seconds = f"{SECONDS[dialect_of(self._link)]} + ?" if holding else "?"
        row = {
            **UNSAID,
            **values,
            "message": document(values["message"]) if values.get("message") else None,
            "holder": holding.holder if holding else None,
            "attempt": 1 if holding else 0,
            "lease_until": holding.seconds if holding else 0.0,
        }
        columns = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join(seconds if name == "lease_until" else "?" for name in row)
        text = f"INSERT INTO runs ({columns}) VALUES ({marks}) {UNLESS_THERE}"
        if not await change(self._link, fetched(text, *row.values())):
            message = "The assistant is still answering in this conversation."
            raise Conflict(message, code="run_active")

    # What runs and what waits

    async def running(self, thread_id: str) -> RunRow | None:
        active = (RunRow.thread_id == thread_id, RunRow.status == "running")
        return await self._session.scalar(select(RunRow).where(*active))

    async def running_of(self, owner: UserId) -> Sequence[RunRow]:
        active = (RunRow.owner_id == owner, RunRow.status == "running")
        return list(await self._session.scalars(select(RunRow).where(*active)))

    async def is_busy(self, thread_id: str) -> bool:
        return bool(await follow(self._link, fetched(BUSY, thread_id)))

    async def queued(self, thread_id: str) -> Sequence[QueuedRun]:
        """In the order in which they will begin."""
        rows = await follow(self._link, fetched(QUEUED, thread_id))
        return [
            QueuedRun(run_id, read_document(message), Answering(model, instead_of))
            for run_id, message, model, instead_of in rows
        ]

    async def ids_from(self, thread_id: str, item_id: str) -> Sequence[str]:
        """The runs of a conversation from the first one that a message began, newest first."""
        first = select(func.min(RunRow.start)).where(
            RunRow.thread_id == thread_id, RunRow.input_item_id == item_id
        )
        later = (RunRow.thread_id == thread_id, RunRow.start >= first.scalar_subquery())
        newest = (
            select(RunRow.id).where(*later).order_by(RunRow.start.desc(), RunRow.created_at.desc())
        )
        return list(await self._session.scalars(newest))

    async def withdraw(self, run_id: str, at: datetime) -> bool:
        """False when the run does not wait any more."""
        waiting = (RunRow.id == run_id, RunRow.status == "queued")
        gone = update(RunRow).where(*waiting).values(status="withdrawn", finished_at=at)
        return (await self._session.execute(gone.returning(RunRow.id))).first() is not None

    async def begin(self, run_id: str, start: int, holding: Holding) -> None:
        """Takes a queued run on."""
        begin = (
            "UPDATE runs SET status = 'running', start = ?, message = NULL, attempt = 1, holder = ?,"
            f" lease_until = {SECONDS[dialect_of(self._link)]} + ? WHERE id = ?"
        )
        values = (start, holding.holder, holding.seconds, run_id)
        await change(self._link, fetched(begin, *values))

    async def finish(
        self,
        run_id: str,
        status: str,
        end: int,
        at: datetime,
        *,
        changes: int,
        error: dict[str, Any] | None,
    ) -> None:
        values = (status, end, at, changes, error and document(error), run_id)
        await change(self._link, fetched(FINISH, *values))

    async def answered(self, thread_id: str) -> Sequence[RunRow]:
        """The runs that ended and told something, clicks not among them, oldest first."""
        ended = (
            RunRow.thread_id == thread_id,
            RunRow.kind.in_(COUNTED),
            RunRow.finished_at.is_not(None),
            RunRow.status != "withdrawn",
        )
        newest = select(RunRow).where(*ended).order_by(RunRow.start.desc()).limit(MOST_ANSWERED)
        return list(await self._session.scalars(newest))[::-1]

    async def request_stop(self, run_id: str) -> None:
        active = (RunRow.id == run_id, RunRow.status == "running")
        await self._session.execute(update(RunRow).where(*active).values(stop_requested=True))

    # Leases

    async def renew(self, holding: Holding, run_ids: Collection[str]) -> dict[str, bool]:
        """Those of the runs that are still the holder's, and whether they are to stop."""
        mine = (
            RunRow.id.in_(run_ids),
            RunRow.holder == holding.holder,
            RunRow.status == "running",
        )
        until = database_seconds() + holding.seconds
        renewed = update(RunRow).where(*mine).values(lease_until=until)
        rows = await self._session.execute(renewed.returning(RunRow.id, RunRow.stop_requested))
        return {row.id: row.stop_requested for row in rows}

    async def is_held(self, fence: Fence) -> bool:
        """Whether no other attempt has begun since."""
        mine = (RunRow.id == fence.run_id, RunRow.attempt == fence.attempt)
        return await self._session.scalar(select(RunRow.id).where(*mine)) is not None

    async def claim(
        self, holding: Holding, held: Collection[str], *, alone: bool
    ) -> Sequence[RunRow]:
        """Takes on runs whose lease is over, or every running one when no other process is alive; none of `held`.

        A run that its holder did not hand over has crashed with it.
        """
        query = select(RunRow.id).where(RunRow.status == "running")
        if not alone:
            query = query.where(RunRow.lease_until < database_seconds()).limit(CLAIMED_AT_ONCE)
        query = query.where(RunRow.id.not_in(held)).with_for_update(skip_locked=True)
        if not (ids := list(await self._session.scalars(query))):
            return []
        taken = (
            update(RunRow)
            .where(RunRow.id.in_(ids))
            .values(
                holder=holding.holder,
                lease_until=database_seconds() + holding.seconds,
                attempt=RunRow.attempt + 1,
                crashes=RunRow.crashes + case((RunRow.holder.is_(None), 0), else_=1),
            )
        )
        return list(await self._session.scalars(taken.returning(RunRow)))

    async def release(self, holding: Holding) -> None:
        """Hands over what is held: whoever comes first may take it on at once."""
        mine = (RunRow.holder == holding.holder, RunRow.status == "running")
        freed = update(RunRow).where(*mine).values(holder=None, lease_until=0.0)
        await self._session.execute(freed)

    async def drop(self, fence: Fence, seconds: float) -> None:
        """Gives up an attempt that failed in itself; the run may be taken on again after `seconds`."""
        mine = (RunRow.id == fence.run_id, RunRow.attempt == fence.attempt)
        until = database_seconds() + seconds
        dropped = update(RunRow).where(*mine, RunRow.status == "running")
        values = {"holder": None, "lease_until": until, "crashes": RunRow.crashes + 1}
        await self._session.execute(dropped.values(**values))

    # What a run has

    async def journal(self, run_id: str) -> dict[str, Any]:
        kept = select(JournalRow.key, JournalRow.data).where(JournalRow.run_id == run_id)
        return {row.key: row.data for row in await self._session.execute(kept)}

    async def person(self, owner: UserId) -> tuple[str, str]:
        """E-mail address and time zone."""
        query = select(AccountRow.email, AccountRow.timezone).where(AccountRow.id == owner)
        email, timezone = (await self._session.execute(query)).one()
        return email, timezone

    # Requests

    async def accepted(self, owner: UserId, key: str) -> AcceptedRequestRow | None:
        named = (AcceptedRequestRow.owner_id == owner, AcceptedRequestRow.key == key)
        return await self._session.scalar(select(AcceptedRequestRow).where(*named))

    async def remember(self, **values: Any) -> None:
        """Raises Conflict for a key that was used before."""
        row = tuple(values[name] for name in REQUEST_COLUMNS)
        new = inserted("accepted_requests", REQUEST_COLUMNS, [row], UNLESS_THERE)
        if not await change(self._link, new):
            raise Conflict("This request was made before.", code="request_repeated")

    async def count_since(self, owner: UserId, moment: datetime) -> int:
        """Messages sent and answers asked for again; not those withdrawn, nor clicks on cards."""
        ((count,),) = await follow(self._link, fetched(COUNT_SINCE, owner, moment))
        return count
