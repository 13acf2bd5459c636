"""What the day patterns mean: slots in, a day or a moment out."""

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Final

from taskchat.domain.due import EARLIEST, LATEST
from taskchat.language.numbers import Span
from taskchat.language.numeric import Digits

FRIDAY, SATURDAY = 4, 5


@dataclass(frozen=True, slots=True)
class Slots:
    """What a day pattern caught, and what it is read against."""

    values: Mapping[str, object]
    now: datetime
    day_first: bool

    @property
    def today(self) -> date:
        return self.now.date()

    def number(self, name: str, default: int = 0) -> int:
        value = self.values.get(name, default)
        return value if isinstance(value, int) else default


type Meaning = Callable[[Slots], date | datetime | None]


def read_day(meaning: str, slots: Slots) -> date | datetime | None:
    """A day, or a moment for spans counted in hours; None when there is no such day."""
    try:
        value = MEANINGS[meaning](slots)
    except (OverflowError, ValueError):  # past either end of the calendar, or no such day
        return None
    if value is None:
        return None
    day = value.date() if isinstance(value, datetime) else value
    return value if EARLIEST <= day <= LATEST else None


def add_months(day: date, months: int) -> date:
    """The same day of another month, or its last day when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _week_start(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _next_weekday(today: date, weekday: int, *, counting_today: bool) -> date:
    ahead = (weekday - today.weekday()) % 7
    return today + timedelta(days=ahead or (0 if counting_today else 7))


def _shifted_day(slots: Slots) -> date:
    return slots.today + timedelta(days=slots.number("named") + slots.number("extra"))


def _offset(slots: Slots) -> date | datetime | None:
    span, sign = slots.values["span"], slots.number("sign", 1)
    if not isinstance(span, Span):
        return None
    base = slots.values.get("day", slots.today)
    if isinstance(base, datetime) or not isinstance(base, date):
        return None
    base += timedelta(days=slots.number("named"))
    day = add_months(base, sign * span.months) + timedelta(days=sign * span.days)
    if not span.seconds:
        return day
    if "day" in slots.values:
        return None
    shifted = datetime.combine(day, slots.now.time(), slots.now.tzinfo)
    later = shifted.astimezone(UTC) + timedelta(seconds=sign * span.seconds)
    return _whole_minute(later.astimezone(slots.now.tzinfo))


def _whole_minute(moment: datetime) -> datetime:
    """Rounded up: never earlier than what was asked for."""
    spare = timedelta(seconds=moment.second, microseconds=moment.microsecond)
    return moment + timedelta(minutes=1) - spare if spare else moment


def _weekday(slots: Slots) -> date:
    return _next_weekday(slots.today, slots.number("weekday"), counting_today=False)


def _this_weekday(slots: Slots) -> date:
    return _next_weekday(slots.today, slots.number("weekday"), counting_today=True)


def _last_weekday(slots: Slots) -> date:
    behind = (slots.today.weekday() - slots.number("weekday") - 1) % 7 + 1
    return slots.today - timedelta(days=behind)


def _weekday_of_week(slots: Slots) -> date:
    days = 7 * slots.number("which") + slots.number("weekday")
    return _week_start(slots.today) + timedelta(days=days)


def _week(slots: Slots) -> date:
    """`this week` is up with its Friday, or its Sunday once Friday is over; other weeks begin on Monday."""
    which = slots.number("which")
    if which == 0:
        return _week_end(slots)
    return _week_start(slots.today) + timedelta(days=7 * which)


def _week_end(slots: Slots) -> date:
    friday = _week_start(slots.today) + timedelta(days=7 * slots.number("which") + FRIDAY)
    return friday if friday >= slots.today or slots.number("which") else friday + timedelta(days=2)


def _weekend(slots: Slots) -> date:
    saturday = _week_start(slots.today) + timedelta(days=7 * slots.number("which") + SATURDAY)
    return max(saturday, slots.today) if slots.number("which") == 0 else saturday


def _month(slots: Slots) -> date:
    which = slots.number("which")
    if which == 0:
        return _month_end(slots.today)
    return add_months(slots.today.replace(day=1), which)


def _month_end_of(slots: Slots) -> date:
    if "month" in slots.values:
        return _month_end(_from_month(slots, slots.number("month")))
    return _month_end(add_months(slots.today.replace(day=1), slots.number("which")))


def _year(slots: Slots) -> date:
    which = slots.number("which")
    return date(slots.today.year + which, 1, 1) if which else date(slots.today.year, 12, 31)


def _year_end(slots: Slots) -> date:
    return date(slots.today.year + slots.number("which"), 12, 31)


def _from_month(slots: Slots, month: int) -> date:
    """The first day of the month, this year's unless it is over."""
    year = slots.number("year")
    if year:
        return date(year, month, 1)
    return date(slots.today.year + (month < slots.today.month), month, 1)


def _bare_month(slots: Slots) -> date:
    """The last day of a month that has begun, the first day of one to come."""
    first = _from_month(slots, slots.number("month"))
    return first if first > slots.today else _month_end(first)


def _month_of_year(slots: Slots) -> date:
    return _from_month(slots, slots.number("month"))


def _dated(slots: Slots, year: int, month: int, dom: int) -> date | None:
    """With no year: the first such date that is not over, within the eight years a leap day can take."""
    if year:
        return date(year, month, dom)
    for candidate in range(slots.today.year, slots.today.year + 9):
        if not 1 <= month <= 12 or not 1 <= dom <= calendar.monthrange(candidate, month)[1]:
            continue
        day = date(candidate, month, dom)
        if day >= slots.today:
            return day
    return None


def _date(slots: Slots) -> date | None:
    return _dated(
        slots,
        slots.number("year"),
        slots.number("month"),
        slots.number("dom") or slots.number("spelled"),
    )


def _numeric(slots: Slots) -> date | None:
    digits = slots.values["numeric"]
    if not isinstance(digits, Digits) or digits.year == 0:  # no calendar has a year 0
        return None
    month, dom = digits.month_and_day(day_first=slots.day_first)
    return _dated(slots, digits.year or 0, month, dom)


def _date_in_month(slots: Slots) -> date:
    first = add_months(slots.today.replace(day=1), slots.number("which"))
    return first.replace(day=slots.number("dom"))


def _date_soon(slots: Slots) -> date | None:
    return _soon(slots, slots.number("ordinal"), None)


def _weekday_date(slots: Slots) -> date | None:
    return _soon(slots, slots.number("dom"), slots.number("weekday"))


def _soon(slots: Slots, dom: int, weekday: int | None) -> date | None:
    first = slots.today.replace(day=1)
    for months in range(48):
        month = add_months(first, months)
        if not 1 <= dom <= calendar.monthrange(month.year, month.month)[1]:
            continue
        day = month.replace(day=dom)
        if day >= slots.today and weekday in {None, day.weekday()}:
            return day
    return None


def _nth_weekday(slots: Slots) -> date | None:
    if "month" in slots.values:
        first = _from_month(slots, slots.number("month"))
    else:
        first = add_months(slots.today.replace(day=1), slots.number("which"))
    count, weekday = slots.number("ordinal"), slots.number("weekday")
    if count < 0:
        last = _month_end(first)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (count - 1))
    return day if day.month == first.month else None


MEANINGS: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        "shifted_day": _shifted_day,
        "offset": _offset,
        "weekday": _weekday,
        "this_weekday": _this_weekday,
        "last_weekday": _last_weekday,
        "weekday_of_week": _weekday_of_week,
        "week": _week,
        "week_end": _week_end,
        "weekend": _weekend,
        "month": _month,
        "month_end": _month_end_of,
        "year": _year,
        "year_end": _year_end,
        "bare_month": _bare_month,
        "month_of_year": _month_of_year,
        "date": _date,
        "feast": _date,
        "numeric": _numeric,
        "date_in_month": _date_in_month,
        "date_soon": _date_soon,
        "weekday_date": _weekday_date,
        "nth_weekday": _nth_weekday,
    }
)
