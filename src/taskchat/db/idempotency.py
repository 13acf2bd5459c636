"""One person's idempotency keys."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.tables import IdempotencyKeyRow
from taskchat.domain.task import UserId


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: str
    change_set: str | None


@dataclass(frozen=True, slots=True)
class Known:
    fingerprint: str
    answer: Answer


class IdempotencyKeys:
    def __init__(self, session: AsyncSession, owner: UserId) -> None:
        self._session = session
        self._owner = owner

    async def take(self, key: str, fingerprint: str, now: datetime) -> Known | None:
        """None when the key is new and now ours; whoever else has it is waited for."""
        row = {
            "owner_id": self._owner,
            "key": key,
            "fingerprint": fingerprint,
            "status": 0,
            "body": "",
            "created_at": now,
        }
        is_sqlite = self._session.get_bind().dialect.name == "sqlite"
        insert: Any = sqlite.insert if is_sqlite else postgresql.insert
        new = insert(IdempotencyKeyRow).values(row).on_conflict_do_nothing()
        if await self._session.scalar(new.returning(IdempotencyKeyRow.key)):
            return None
        known = await self._session.scalar(select(IdempotencyKeyRow).where(*self._at(key)))
        if known is None:
            raise RuntimeError("the key is neither free nor taken")
        answer = Answer(known.status, known.body, known.change_set_id)
        return Known(known.fingerprint, answer)

    async def keep(self, key: str, answer: Answer) -> None:
        kept = update(IdempotencyKeyRow).where(*self._at(key))
        values = {
            "status": answer.status,
            "body": answer.body,
            "change_set_id": answer.change_set,
        }
        await self._session.execute(kept.values(values))

    def _at(self, key: str) -> tuple[Any, ...]:
        return IdempotencyKeyRow.owner_id == self._owner, IdempotencyKeyRow.key == key
