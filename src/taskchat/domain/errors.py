"""What can go wrong by the rules. Each transport decides how to say it."""

from collections.abc import Sequence
from dataclasses import dataclass


class DomainError(Exception):
    """A request the rules refuse: `str(error)` is a sentence for a person, `code` a stable word for programs."""

    code = "refused"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        if code:
            self.code = code


class NotFound(DomainError):
    code = "not_found"


class Invalid(DomainError):
    code = "invalid"


class Conflict(DomainError):
    code = "conflict"


class Forbidden(DomainError):
    code = "forbidden"


class Unauthenticated(DomainError):
    code = "unauthenticated"


class TooMany(DomainError):
    code = "too_many"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A task that a reference might have meant."""

    number: int
    title: str


class UnclearReference(NotFound):
    """A task reference that names no task, or more than one; nothing is done until it names exactly one."""

    def __init__(self, message: str, *, code: str, candidates: Sequence[Candidate]) -> None:
        super().__init__(message, code=code)
        self.candidates = tuple(candidates)
