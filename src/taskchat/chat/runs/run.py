"""A run as its callers see it."""

import hashlib
from dataclasses import dataclass
from typing import Literal

from taskchat.domain.task import UserId

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


@dataclass(frozen=True, slots=True)
class RequestKey:
    """A request's idempotency key, and what tells another request with that key from the same one."""

    key: str
    fingerprint: str

    @classmethod
    def of(cls, key: str, body: bytes) -> "RequestKey":
        return cls(key, hashlib.sha256(body).hexdigest())
