"""One person's idempotency keys."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.statements import is_sqlite
from taskchat.db.tables import IdempotencyKeyRow
from taskchat.domain.task import UserId

UNANSWERED = 0  # in the place of a status
ABANDONED = timedelta(minutes=1)  # after which nobody is at work on a request any more


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: str
    change_set: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """Without an answer somebody is at work on it."""

    fingerprint: str
    answer: Answer | None


class IdempotencyKeys:
    def __init__(self, session: AsyncSession, owner: UserId) -> None:
        self._session = session
        self._owner = owner

    async def take(self, key: str, fingerprint: str, now: datetime) -> Known | None:
        """None when the key is new or abandoned, and now ours; a transaction that has it is waited for."""
        row = {
            "owner_id": self._owner,
            "key": key,
            "fingerprint": fingerprint,
            "status": UNANSWERED,
            "body": "",
            "created_at": now,
        }
        insert: Any = sqlite.insert if is_sqlite(self._session) else postgresql.insert
        new = insert(IdempotencyKeyRow).values(row)
        taken = new.on_conflict_do_update(
            index_elements=["owner_id", "key"],
            set_={"fingerprint": fingerprint, "created_at": now},
            where=(IdempotencyKeyRow.status == UNANSWERED)
            & (IdempotencyKeyRow.created_at < now - ABANDONED),
        )
        if await self._session.scalar(taken.returning(IdempotencyKeyRow.key)):
            return None
        known = await self._session.scalar(select(IdempotencyKeyRow).where(*self._at(key)))
        if known is None:
            raise RuntimeError("the key is neither free nor taken")
        is_answered = known.status != UNANSWERED
        answer = Answer(known.status, known.body, known.change_set_id) if is_answered else None
        return Known(known.fingerprint, answer)

    async def keep(self, key: str, answer: Answer) -> None:
        kept = update(IdempotencyKeyRow).where(*self._at(key))
        values = {
            "status": answer.status,
            "body": answer.body,
            "change_set_id": answer.change_set,
        }
        await self._session.execute(kept.values(values))

    async def free(self, key: str) -> None:
        unanswered = IdempotencyKeyRow.status == UNANSWERED
        await self._session.execute(delete(IdempotencyKeyRow).where(*self._at(key), unanswered))

    def _at(self, key: str) -> tuple[Any, ...]:
        return IdempotencyKeyRow.owner_id == self._owner, IdempotencyKeyRow.key == key
