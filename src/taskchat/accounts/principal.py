"""Who is calling, once they have shown it."""

from dataclasses import dataclass

from taskchat.domain.actor import Actor
from taskchat.domain.task import UserId


@dataclass(frozen=True, slots=True)
class Principal:
    """`session_id` is None for a program that came with an API token."""

    account_id: UserId
    email: str
    timezone: str
    actor: Actor
    session_id: str | None
