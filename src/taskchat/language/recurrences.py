"""Recurrences in a person's own words: `every! 3 days at 9am starting monday for 3 weeks`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final

from taskchat.language.dates import When, read_due
from taskchat.language.days import add_months
from taskchat.language.numbers import match_number, match_span
from taskchat.language.patterns import Scan
from taskchat.language.repetitions import WORDS, Repetition, read_repetition
from taskchat.language.rhythms import Rhythm
from taskchat.language.tokens import LONGEST_CLAUSE

TIME, START, END, LENGTH = "time", "start", "end", "length"
DAYS: Final[Mapping[str, int]] = MappingProxyType({"DAILY": 1, "WEEKLY": 7})
TAILS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("starting", "starts", "start", "from", "beginning"), START),
        **dict.fromkeys(("until", "till", "ending", "ends", "end", "through"), END),
        "for": LENGTH,
    }
)
# Words that make a time of day the time of one certain day.
DATED: Final = frozenset({*WORDS.weekdays, *WORDS.months, *WORDS.named_days, *WORDS.units})


@dataclass(frozen=True, slots=True)
class Recurrence:
    """`rule` is RFC 5545 and not checked for sense; `first` is when it is due first, by the clock of `now`."""

    rule: str
    from_completion: bool
    first: When


@dataclass(frozen=True, slots=True)
class _Bounds:
    time: time | None
    start: date | None
    end: date | None


def read_recurrence(text: str, now: datetime) -> Recurrence | None:
    """What the text means when all of it is a recurrence; None otherwise. `every!` counts from completion."""
    if len(text) > LONGEST_CLAUSE:
        return None
    scan = Scan.of(text.strip().rstrip(".,;"))
    repetition = read_repetition(scan)
    tails = repetition and _tails(scan, repetition.end)
    if repetition is None or tails is None:
        return None
    bounds = _bounds(tails, now)
    if bounds is None or (first := _first(repetition, bounds, now)) is None:
        return None
    limit = _limit(bounds, tails.get(LENGTH), first)
    if limit is None:
        return None
    rule = repetition.rhythm.text() + limit
    return Recurrence(rule, repetition.from_completion, When(first, bounds.time))


def _tails(scan: Scan, index: int) -> Mapping[str, str] | None:
    """What follows the repetition, by what it says; None when it says something twice."""
    tails: dict[str, str] = {}
    name, begin = TIME, index
    for at in range(index, len(scan.tokens) + 1):
        follows = TAILS.get(scan.word(at))
        if follows is None and at < len(scan.tokens):
            continue
        said = scan.text[scan.tokens[begin].start : scan.tokens[at - 1].end] if begin < at else ""
        if name in tails or (name != TIME and not said):
            return None
        tails[name] = said.strip(" ,")
        name, begin = follows or "", at + 1
    if LENGTH not in tails and tails[TIME].endswith("times"):
        tails[LENGTH] = tails.pop(TIME)
    return {name: said for name, said in tails.items() if said}


def _bounds(tails: Mapping[str, str], now: datetime) -> _Bounds | None:
    """None when a tail is no date or time."""
    at = _read(f"tomorrow {tails[TIME]}", now) if TIME in tails else None
    start = _read(tails[START], now) if START in tails else None
    since = datetime.combine(start.day, time(), now.tzinfo) if start else now
    end = _read(tails[END], since) if END in tails else None
    read = {TIME: at, START: start, END: end}
    if any(read[name] is None for name in tails.keys() & read.keys()):
        return None
    if (at and (at.at is None or _is_dated(tails[TIME]))) or (end and end.at):
        return None
    clock = at.at if at else start.at if start else None
    return _Bounds(clock, start.day if start else None, end.day if end else None)


def _read(text: str, now: datetime) -> When | None:
    try:
        return read_due(text, now)
    except OverflowError:
        return None


def _is_dated(text: str) -> bool:
    return any(token.word in DATED for token in Scan.of(text).tokens)


def _first(repetition: Repetition, bounds: _Bounds, now: datetime) -> date | None:
    """A time of today that is gone leaves the next day that fits; who only said how often begins today."""
    rhythm, today = repetition.rhythm, now.date()
    first = rhythm.first(_since(rhythm, bounds.start, today))
    gone = bounds.time is not None and bounds.time <= now.time()
    if first == today and gone and not (rhythm.is_plain and rhythm.frequency != "DAILY"):
        first = rhythm.first(today + timedelta(days=1))
    return first


def _since(rhythm: Rhythm, start: date | None, today: date) -> date:
    """The start, or where it is gone and any day can be the first, the next day in step with it."""
    if start is None or start >= today or not rhythm.is_plain:
        return max(start or today, today)
    if rhythm.frequency in DAYS:
        step = DAYS[rhythm.frequency] * rhythm.interval
        return today + timedelta(days=(start - today).days % step)
    step = rhythm.interval * (12 if rhythm.frequency == "YEARLY" else 1)
    months = (today.year - start.year) * 12 + today.month - start.month
    day = add_months(start, months - months % step)
    return day if day >= today else add_months(start, months - months % step + step)


def _limit(bounds: _Bounds, length: str | None, first: date) -> str | None:
    """The part of the rule that ends it, empty when nothing does; None when it would end before it begins."""
    if length is None:
        end = bounds.end
    elif bounds.end or (counted := _length(length, first)) is None:
        return None
    elif isinstance(counted, int):
        return f";COUNT={counted}"
    else:
        end = counted
    if end is None:
        return ""
    return f";UNTIL={end:%Y%m%d}" if end >= first else None


def _length(text: str, first: date) -> int | date | None:
    """`10 times`, or the last day of `3 weeks`."""
    scan = Scan.of(text)
    count, after = next(match_number(WORDS, scan, 0), (0, 0))
    if count and scan.word(after) in {"time", "times"} and after + 1 == len(scan.tokens):
        return count
    span, end = next(match_span(WORDS, scan, 0), (None, 0))
    if span is None or span.seconds or end < len(scan.tokens):
        return None
    try:
        return add_months(first, span.months) + timedelta(days=span.days - 1)
    except (OverflowError, ValueError):  # past the end of the calendar
        return None
