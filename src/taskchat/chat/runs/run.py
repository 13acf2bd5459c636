"""A run as its callers see it."""

import hashlib
from dataclasses import dataclass
from typing import Literal

from taskchat.chat.attempt import DEFAULT, Answering
from taskchat.db.tables import RunRow
from taskchat.domain.task import UserId
from taskchat.streams.cursor import LAST_DELTA, Cursor

type Kind = Literal["message", "retry", "action"]
type Status = Literal["completed", "stopped", "failed", "interrupted"]


@dataclass(frozen=True, slots=True)
class Run:
    """`start` is the cursor of the thread's stream before the run's first event; a queued run has not begun."""

    id: str
    thread_id: str
    owner_id: UserId
    start: int
    is_queued: bool = False
    answering: Answering = DEFAULT

    @classmethod
    def of(cls, row: RunRow) -> "Run":
        return cls(
            row.id,
            row.thread_id,
            UserId(row.owner_id),
            row.start,
            answering=Answering(row.model, row.instead_of),
        )

    @property
    def place(self) -> Cursor:
        """Where to follow it from. What waits was told in the middle of another answer, whose deltas are not its own."""
        return Cursor(self.start, LAST_DELTA if self.is_queued else 0)


@dataclass(frozen=True, slots=True)
class RequestKey:
    """A request's idempotency key, and what tells another request with that key from the same one."""

    key: str
    fingerprint: str

    @classmethod
    def of(cls, key: str, body: bytes) -> "RequestKey":
        return cls(key, hashlib.sha256(body).hexdigest())
