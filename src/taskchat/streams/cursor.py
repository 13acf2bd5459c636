"""Places in a log."""

from typing import NamedTuple, override

from taskchat.domain.errors import Unreadable

MAX_DIGITS = 18
LAST_DELTA = 10**MAX_DIGITS - 1
"""After all deltas that a fact can have."""


class Cursor(NamedTuple):
    """After the fact of that number, and that many deltas after it; 0 is before the first fact."""

    fact: int
    delta: int = 0

    @override
    def __str__(self) -> str:
        return f"{self.fact}-{self.delta}" if self.delta else str(self.fact)

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Raises Unreadable for what no log ever gave."""
        fact, dash, delta = text.partition("-")
        if not _is_number(fact) or (dash and not _is_number(delta)):
            raise Unreadable("The cursor is not one that a stream gave.", code="cursor_invalid")
        return cls(int(fact), int(delta or 0))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS
