"""Which dates a rule gives, by the Gregorian calendar alone: no times, no zones, no ends."""

from calendar import isleap, monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from taskchat.domain.due import LATEST

PATIENCE = 600
"""How many periods and days are looked at from one date to the next.

Forty years of months are the longest that a plain rule needs: from one Monday, 29 February, to the next around 2100.
"""

WEEK, YEAR = frozenset(range(7)), frozenset(range(1, 13))


class Frequency(StrEnum):
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


@dataclass(frozen=True, slots=True)
class Rule:
    """The parts of a rule, each empty where the rule is silent.

    `days` are pairs of an ordinal, 0 for every one, and a weekday, 0 for Monday. `until` is as the rule writes it.
    """

    frequency: Frequency
    interval: int
    count: int | None
    until: str | None
    days: frozenset[tuple[int, int]]
    month_days: frozenset[int]
    months: frozenset[int]
    positions: frozenset[int]
    week_start: int

    def names_days(self) -> bool:
        """Whether the rule says itself which days it means, so that they do not come from the first date."""
        return bool(self.days or self.month_days)

    def weekdays(self) -> set[int]:
        """Those of `days`, whatever their ordinals."""
        return {weekday for _, weekday in self.days}


def dates(rule: Rule, anchor: date, after: date) -> Iterator[date]:
    """What comes later than `after`, and than `anchor`, when the first date is `anchor`; COUNT and UNTIL are not heeded.

    A rule that names no day of the month takes that of `anchor`, and the last day of a month that is too short for
    it: the month after 31 January gives its last day and the next one the 31st again. RFC 5545 would leave such
    months out, as is done here for a day that the rule does name (BYMONTHDAY=31).
    Where PATIENCE periods and days hold none, there are taken to be no more, so that any rule has an end.
    """
    after = max(anchor, after)
    looks = 0
    for period in _periods(rule, anchor, after):
        looks += 1 + len(period)
        for day in _chosen(rule, period) if rule.positions else period:
            if day > LATEST:
                return
            if day > after:
                looks = 0
                yield day
        if looks > PATIENCE:
            return


def _periods(rule: Rule, anchor: date, after: date) -> Iterator[Sequence[date]]:
    """The days that fit of each period, from that of `after` on; what BYSETPOS chooses from."""
    match rule.frequency:
        case Frequency.DAILY:
            return _single_days(rule, anchor, after)
        case Frequency.WEEKLY:
            return _weeks(rule, anchor, after)
        case Frequency.MONTHLY:
            return _months(rule, anchor, after)
        case Frequency.YEARLY:
            return _years(rule, anchor, after)


def _single_days(rule: Rule, anchor: date, after: date) -> Iterator[Sequence[date]]:
    weekdays, months = rule.weekdays() or WEEK, rule.months or YEAR
    first, last = anchor.toordinal(), LATEST.toordinal()
    for ordinal in _steps(first, after.toordinal(), last, rule.interval):
        day = date.fromordinal(ordinal)
        yield (day,) if day.weekday() in weekdays and day.month in months else ()


def _weeks(rule: Rule, anchor: date, after: date) -> Iterator[Sequence[date]]:
    weekdays, months = rule.weekdays() or {anchor.weekday()}, rule.months or YEAR
    places = sorted((weekday - rule.week_start) % 7 for weekday in weekdays)
    first = anchor.toordinal() - (anchor.weekday() - rule.week_start) % 7
    for ordinal in _steps(first, after.toordinal(), LATEST.toordinal(), 7 * rule.interval):
        days = [date.fromordinal(ordinal + place) for place in places]
        yield [day for day in days if day.month in months]


def _months(rule: Rule, anchor: date, after: date) -> Iterator[Sequence[date]]:
    months = rule.months or YEAR
    for number in _steps(_month(anchor), _month(after), _month(LATEST), rule.interval):
        year, month = number // 12, number % 12 + 1
        yield _days_of_month(rule, anchor, year, month) if month in months else ()


def _years(rule: Rule, anchor: date, after: date) -> Iterator[Sequence[date]]:
    months = sorted(rule.months or (YEAR if rule.month_days else {anchor.month}))
    whole = rule.days and not rule.months and not rule.month_days
    for year in _steps(anchor.year, after.year, LATEST.year, rule.interval):
        if whole:
            yield _dates(date(year, 1, 1), _weekdays(rule, date(year, 1, 1), 365 + isleap(year)))
        else:
            yield [day for month in months for day in _days_of_month(rule, anchor, year, month)]


def _steps(first: int, after: int, last: int, step: int) -> range:
    """Every `step` numbers from `first`, beginning with the newest that is not past `after`."""
    return range(first + (after - first) // step * step, last + 1, step)


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _days_of_month(rule: Rule, anchor: date, year: int, month: int) -> Sequence[date]:
    first, length = date(year, month, 1), monthrange(year, month)[1]
    if not rule.names_days():
        return [first.replace(day=min(anchor.day, length))]
    if not rule.month_days:
        return _dates(first, _weekdays(rule, first, length))
    weekdays = rule.weekdays() or WEEK
    places = sorted({day if day > 0 else length + 1 + day for day in rule.month_days})
    days = [date(year, month, place) for place in places if 1 <= place <= length]
    return [day for day in days if day.weekday() in weekdays]


def _weekdays(rule: Rule, first: date, length: int) -> set[int]:
    """The places of the weekdays that the rule names in a month or year, 1 for its `first` day."""
    found = set[int]()
    for nth, weekday in rule.days:
        every = range(1 + (weekday - first.weekday()) % 7, length + 1, 7)
        found.update(every if nth == 0 else _picked(every, nth))
    return found


def _picked(days: Sequence[int], nth: int) -> Sequence[int]:
    """The one that is `nth`, from the end when negative, if there are as many."""
    place = nth - 1 if nth > 0 else len(days) + nth
    return days[place : place + 1] if place >= 0 else ()


def _dates(first: date, places: set[int]) -> Sequence[date]:
    before = first.toordinal() - 1
    return [date.fromordinal(before + place) for place in sorted(places)]


def _chosen(rule: Rule, period: Sequence[date]) -> Sequence[date]:
    picked = [_picked(range(len(period)), nth) for nth in rule.positions]
    return [period[place] for place in sorted({place for some in picked for place in some})]
