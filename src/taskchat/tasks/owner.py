"""Whose tasks are changed, and by whom."""

from dataclasses import dataclass

from taskchat.domain.actor import Actor
from taskchat.domain.task import UserId


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose tasks, on whose behalf they change, and which change set the changes belong to."""

    id: UserId
    timezone: str
    actor: Actor
    change_set: str | None = None
