"""The part of a recurrence that says how often: `every other monday`, `monthly on the 15th`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from taskchat.language.english.dates import ENGLISH_DATES
from taskchat.language.numbers import match_day_of_month, match_number, match_ordinal
from taskchat.language.patterns import Scan
from taskchat.language.rhythms import WORKDAYS, Rhythm

WORDS: Final = ENGLISH_DATES.words
OPENERS: Final = frozenset({"every", "each", "ev"})
JOINTS: Final = frozenset({",", "and", "&", "/"})
RANGES: Final = frozenset({"-", "\u2013", "to", "through", "thru"})
WEEKEND: Final = ((0, 5),)
LAST: Final = -1
MOST_ORDINAL: Final = 5
LONGEST_MONTHS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

DAY = Rhythm("DAILY")
WEEK = Rhythm("WEEKLY")
MONTH = Rhythm("MONTHLY")
YEAR = Rhythm("YEARLY")
QUARTER = Rhythm("MONTHLY", 3)
FORTNIGHT = Rhythm("WEEKLY", 2)
EACH_WORKDAY = Rhythm("WEEKLY", days=WORKDAYS)
EACH_WEEKEND = Rhythm("WEEKLY", days=WEEKEND)

UNITS: Final[Mapping[str, Rhythm]] = MappingProxyType(
    {
        "day": DAY,
        "week": WEEK,
        "fortnight": FORTNIGHT,
        "month": MONTH,
        "quarter": QUARTER,
        "year": YEAR,
        "weekday": EACH_WORKDAY,
        "workday": EACH_WORKDAY,
        "weekend": EACH_WEEKEND,
    }
)
ADVERBS: Final[Mapping[str, Rhythm]] = MappingProxyType(
    {
        "daily": DAY,
        "everyday": DAY,
        "weekly": WEEK,
        "fortnightly": FORTNIGHT,
        "monthly": MONTH,
        "quarterly": QUARTER,
        "yearly": YEAR,
        "annually": YEAR,
    }
)


@dataclass(frozen=True, slots=True)
class Repetition:
    """`end` is the index of the token after it."""

    rhythm: Rhythm
    from_completion: bool
    end: int


type Found = tuple[Rhythm, int]
type Form = Callable[[Scan, int], Found | None]


def read_repetition(scan: Scan) -> Repetition | None:
    """What the text begins with; None when that is no repetition."""
    opener = scan.word(0)
    marked = scan.word(1) == "!" and scan.tokens[1].glued
    start = 2 if marked else 1
    found = None
    if opener in ADVERBS:
        found = _narrowed(scan, ADVERBS[opener], start)
    elif opener in OPENERS:
        forms: tuple[Form, ...] = (_units, _parts, _weekdays, _nth, _day_of_year, _days_of_month)
        found = next((hit for form in forms if (hit := form(scan, start))), None)
    return found and Repetition(found[0], marked, found[1])


def _interval(scan: Scan, index: int) -> Iterator[tuple[int, int]]:
    """How many units lie between two times, where the text says so, or else one."""
    if scan.word(index) == "other":
        yield 2, index + 1
    yield from match_number(WORDS, scan, index)
    yield from match_ordinal(WORDS, scan, index)
    yield 1, index


def _units(scan: Scan, index: int) -> Found | None:
    """`3 days`, `other week`, `month on the 15th`, `business day`."""
    for interval, after in _interval(scan, index):
        if scan.word(after) == "business" and _singular(scan.word(after + 1)) == "day":
            unit, end = EACH_WORKDAY, after + 2
        else:
            unit, end = UNITS.get(_singular(scan.word(after))), after + 1
        if unit is None or (unit.days and after > index) or scan.word(end) == "of":
            continue
        if interval == 0:
            return None
        return _narrowed(scan, replace(unit, interval=unit.interval * interval), end)
    return None


def _singular(word: str) -> str:
    return word.removesuffix("s")


def _parts(scan: Scan, index: int) -> Found | None:
    """`morning`: the word stays, for it says when on the day as well."""
    return (DAY, index) if scan.word(index) in WORDS.parts else None


def _narrowed(scan: Scan, rhythm: Rhythm, index: int) -> Found:
    """`week on monday`, `month on the 1st and 15th`, `year on 3 march`; the bare unit when nothing of it follows."""
    narrowings: Mapping[str, tuple[Form, ...]] = {
        "WEEKLY": (_weekdays,),
        "MONTHLY": (_nth, _days_of_month),
        "YEARLY": (_nth, _day_of_year),
    }
    if scan.word(index) == "on" and not rhythm.days:
        for form in narrowings.get(rhythm.frequency, ()):
            found = form(scan, _past(scan, index + 1, "the"))
            if found and found[0].frequency == rhythm.frequency:
                return replace(found[0], interval=rhythm.interval), found[1]
    return rhythm, index


def _weekdays(scan: Scan, index: int) -> Found | None:
    """`monday, wednesday and friday`, `other tuesday`, `mon - fri`."""
    interval, index = (2, index + 1) if scan.word(index) == "other" else (1, index)
    days: list[int] = []
    while (weekday := _weekday(scan.word(index))) is not None:
        until = _weekday(scan.word(index + 2)) if scan.word(index + 1) in RANGES else None
        if until is None:
            days.append(weekday)
        else:
            days.extend((weekday + step) % 7 for step in range((until - weekday) % 7 + 1))
        end = index + 1 if until is None else index + 3
        index = _past_joint(scan, end)
        if _weekday(scan.word(index)) is None:
            index = end
    if not days:
        return None
    chosen = tuple((0, weekday) for weekday in sorted(set(days)))
    return Rhythm("WEEKLY", interval, days=chosen), index


def _weekday(word: str) -> int | None:
    return WORDS.weekdays.get(word, WORDS.weekdays.get(word.removesuffix("s")))


def _nth(scan: Scan, index: int) -> Found | None:
    """`first monday of the month`, `2nd and 4th tuesday`, `last day`, `first workday`, `3rd friday of jan`."""
    ordinals, index = _ordinals(scan, index)
    word = _singular(scan.word(index))
    if not ordinals or max(ordinals) > MOST_ORDINAL:
        return None
    weekday = _weekday(word)
    if weekday is not None:
        rhythm = Rhythm("MONTHLY", days=tuple((nth, weekday) for nth in ordinals))
    elif word in {"weekday", "workday"} and len(ordinals) == 1:
        rhythm = Rhythm("MONTHLY", days=WORKDAYS, position=ordinals[0])
    elif word == "day" and ordinals == [LAST]:
        rhythm = Rhythm("MONTHLY", month_days=(LAST,))
    else:
        return None
    return _of_months(scan, rhythm, index + 1)


def _ordinals(scan: Scan, index: int) -> tuple[list[int], int]:
    ordinals: list[int] = []
    while True:
        at = _past(scan, _past_joint(scan, index) if ordinals else index, "the")
        if scan.word(at) == "last":
            found = (LAST, at + 1)
        else:
            found = next(match_ordinal(WORDS, scan, at), None)
        if found is None or found[0] == 0:
            return ordinals, index
        ordinals.append(found[0])
        index = found[1]


def _of_months(scan: Scan, rhythm: Rhythm, index: int) -> Found:
    """With `of the month`, which changes nothing, or `of january and july`, which does."""
    if scan.word(index) not in {"of", "in"}:
        return rhythm, index
    at = index + 1
    months: list[int] = []
    while (month := WORDS.months.get(scan.word(at))) is not None:
        months.append(month)
        end, at = at + 1, _past_joint(scan, at + 1)
        index = end
    if months:
        return replace(rhythm, frequency="YEARLY", months=tuple(sorted(set(months)))), index
    while scan.word(at) in {"the", "each", "every"}:
        at += 1
    return (rhythm, at + 1) if scan.word(at) == "month" else (rhythm, index)


def _day_of_year(scan: Scan, index: int) -> Found | None:
    """`jan 27`, `27 january`, `3rd of march`."""
    month = WORDS.months.get(scan.word(index))
    if month is not None:
        at = _past(scan, _past(scan, index + 1, "."), "the")
        found = next(match_day_of_month(WORDS, scan, at), None)
        day, end = found or (0, 0)
    else:
        found = next(match_day_of_month(WORDS, scan, _past(scan, index, "the")), None)
        day, end = found or (0, 0)
        end = _past(scan, end, "of")
        month = WORDS.months.get(scan.word(end))
        end += 1
    if found is None or month is None or day > LONGEST_MONTHS[month - 1]:
        return None
    return Rhythm("YEARLY", month_days=(day,), months=(month,)), end


def _days_of_month(scan: Scan, index: int) -> Found | None:
    """`15th`, `27`, `1st and 15th`, `15th of each month`. The word `second` alone is none."""
    days: list[int] = []
    end = index
    while True:
        at = _past_joint(scan, end) if days else end
        found = next(match_day_of_month(WORDS, scan, _past(scan, at, "the")), None)
        if found is None:
            break
        days.append(found[0])
        end = found[1]
    if not days or (len(days) == 1 and scan.word(end - 1) == "second"):
        return None
    rhythm = Rhythm("MONTHLY", month_days=tuple(sorted(set(days))))
    return _of_months(scan, rhythm, _past(scan, end, "day"))


def _past(scan: Scan, index: int, word: str) -> int:
    return index + 1 if scan.word(index) == word else index


def _past_joint(scan: Scan, index: int) -> int:
    while scan.word(index) in JOINTS:
        index += 1
    return index
