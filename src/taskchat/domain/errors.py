"""What can go wrong by the rules. Each transport decides how to say it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import override


class DomainError(Exception):
    """A request the rules refuse: `str(error)` is a sentence for a person, `code` a stable word for programs."""

    code = "refused"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        if code:
            self.code = code

    @property
    def details(self) -> Mapping[str, object]:
        """What a program is told besides; values fit for JSON."""
        return {}


class NotFound(DomainError):
    code = "not_found"


class Invalid(DomainError):
    code = "invalid"


class Unreadable(DomainError):
    """Not a value that is out of place, but nothing that this program ever gave."""

    code = "unreadable"


class Conflict(DomainError):
    code = "conflict"


class Forbidden(DomainError):
    code = "forbidden"


class Unauthenticated(DomainError):
    code = "unauthenticated"


class TooLarge(DomainError):
    code = "too_large"


class TooMany(DomainError):
    code = "too_many"


class DailyLimit(TooMany):
    """What is allowed in a day is used up: `resets_at` is an ISO instant, which is `seconds` away.

    `offers` names what can be had all the same.
    """

    def __init__(
        self, message: str, *, code: str, resets_at: str, seconds: int, offers: Sequence[str]
    ) -> None:
        super().__init__(message, code=code)
        self.resets_at = resets_at
        self.seconds = seconds
        self.offers = tuple(offers)

    @property
    @override
    def details(self) -> Mapping[str, object]:
        offers = {"offers": list(self.offers)} if self.offers else {}
        return {"resets_at": self.resets_at, **offers}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A task that a reference might have meant."""

    number: int
    title: str
    untrusted: bool = False

    def as_json(self) -> dict[str, object]:
        named: dict[str, object] = {"number": self.number, "title": self.title}
        return {**named, "untrusted": True} if self.untrusted else named


class UnclearReference(NotFound):
    """A task reference that names no task, or more than one; nothing is done until it names exactly one."""

    def __init__(self, message: str, *, code: str, candidates: Sequence[Candidate]) -> None:
        super().__init__(message, code=code)
        self.candidates = tuple(candidates)

    @property
    @override
    def details(self) -> Mapping[str, object]:
        return {"candidates": [candidate.as_json() for candidate in self.candidates]}


class StaleVersion(Conflict):
    """A change to what has moved on since; `current` is the task as it is now, fit for JSON."""

    code = "stale_version"

    def __init__(self, current: Mapping[str, object]) -> None:
        super().__init__("The task was changed in the meantime.")
        self.current = current

    @property
    @override
    def details(self) -> Mapping[str, object]:
        return {"current": self.current}
