"""Who is calling, once they have shown it."""

from dataclasses import dataclass
from typing import Self

from taskchat.db.tables import AccountRow
from taskchat.domain.actor import Actor, ActorKind
from taskchat.domain.task import UserId


@dataclass(frozen=True, slots=True)
class Principal:
    """`session_id` is None for a program that came with an API token."""

    account_id: UserId
    email: str
    timezone: str
    actor: Actor
    session_id: str | None

    @classmethod
    def of(cls, row: AccountRow, session_id: str | None) -> Self:
        return cls.person(row.id, row.email, row.timezone, session_id)

    @classmethod
    def person(cls, account_id: str, email: str, timezone: str, session_id: str | None) -> Self:
        return cls(UserId(account_id), email, timezone, Actor(ActorKind.PERSON, email), session_id)
