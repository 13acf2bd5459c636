"""Dates in digits: `2026-11-21`, `12/24`, `12/24/2026`, `24.12.2026`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from taskchat.language.patterns import Scan
from taskchat.language.tokens import Kind

_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])")
_SLASHES = re.compile(
    r"([0-9]{1,2}) ?/ ?([0-9]{1,2})(?: ?/ ?([0-9]{4}|[0-9]{2}))?(?![0-9]|/|[-.][0-9])"
)
_DOTS = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4}|[0-9]{2})(?![0-9]|\.[0-9])")
_DASHES = re.compile(r"([0-9]{1,2})-([0-9]{1,2})-([0-9]{4})(?![0-9]|-)")
LATEST_SHORT_YEAR = 69  # two digits up to this one are 20xx, above it 19xx


@dataclass(frozen=True, slots=True)
class Digits:
    """A date in digits. The order of `first` and `second` is open unless `settled` gives day and month."""

    first: int
    second: int
    year: int | None
    settled: tuple[int, int] | None
    text: str

    def month_and_day(self, *, day_first: bool) -> tuple[int, int]:
        """The other order when only that one can be a date."""
        if self.settled:
            return self.settled
        month, day = (self.second, self.first) if day_first else (self.first, self.second)
        return (day, month) if month > 12 >= day else (month, day)


def match_digits(scan: Scan, index: int) -> Iterator[tuple[Digits, int]]:
    """At most one date: the longest form that fits here."""
    if index >= len(scan.tokens) or scan.tokens[index].kind is not Kind.NUMBER:
        return
    start = scan.tokens[index].start
    if found := _YEAR_FIRST.match(scan.text, start):
        year, month, day = int(found[1]), int(found[3]), int(found[4])
        digits = Digits(month, day, year, (month, day), found[0])
    elif found := _DOTS.match(scan.text, start):
        month, day = int(found[2]), int(found[1])
        digits = Digits(day, month, _year(found[3]), (month, day), found[0])
    elif found := _SLASHES.match(scan.text, start) or _DASHES.match(scan.text, start):
        digits = Digits(int(found[1]), int(found[2]), _year(found[3]), None, found[0])
    else:
        return
    after = index + 1
    while after < len(scan.tokens) and scan.tokens[after].start < found.end():
        after += 1
    yield digits, after


def _year(text: str | None) -> int | None:
    if text is None:
        return None
    year = int(text)
    if len(text) > 2:
        return year
    return year + (2000 if year <= LATEST_SHORT_YEAR else 1900)
