"""How often something comes round, apart from when it begins and ends."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

WEEKDAY_NAMES: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WORKDAYS: Final = tuple((0, weekday) for weekday in range(5))
LONGEST_WAIT: Final = 8 * 366 + 7  # days; from one 29 February to the next, around 2100


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`days` pair an ordinal, 0 for every one, with a weekday counted from Monday as 0.

    Ordinals and negative `month_days` count within a month; `position` picks one of a month's `days`.
    """

    frequency: str
    interval: int = 1
    days: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    position: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether it says how often only, so that any day can be the first."""
        return not (self.days or self.month_days or self.months)

    def text(self) -> str:
        """The rule in the words of RFC 5545."""
        days = (f"{nth or ''}{WEEKDAY_NAMES[weekday]}" for nth, weekday in self.days)
        parts = {
            "FREQ": self.frequency,
            "INTERVAL": str(self.interval) if self.interval > 1 else "",
            "BYMONTH": ",".join(map(str, self.months)),
            "BYMONTHDAY": ",".join(map(str, self.month_days)),
            "BYDAY": ",".join(days),
            "BYSETPOS": str(self.position) if self.position else "",
        }
        return ";".join(f"{name}={value}" for name, value in parts.items() if value)

    def first(self, day: date) -> date | None:
        """The first day that fits, `day` itself or later; None when there is none."""
        try:
            ahead = (day + timedelta(days=step) for step in range(LONGEST_WAIT))
            return next((candidate for candidate in ahead if self._fits(candidate)), None)
        except OverflowError:  # past the end of the calendar
            return None

    def _fits(self, day: date) -> bool:
        if self.months and day.month not in self.months:
            return False
        last = calendar.monthrange(day.year, day.month)[1]
        if self.month_days and not {day.day, day.day - last - 1} & set(self.month_days):
            return False
        if self.days and not self._falls_on(day, last):
            return False
        return not self.position or self._picks(day, last)

    def _falls_on(self, day: date, last: int) -> bool:
        counts = {0, (day.day - 1) // 7 + 1, -((last - day.day) // 7 + 1)}
        return any(day.weekday() == weekday and nth in counts for nth, weekday in self.days)

    def _picks(self, day: date, last: int) -> bool:
        month = [day.replace(day=number) for number in range(1, last + 1)]
        fitting = [each for each in month if self._falls_on(each, last)]
        index = self.position - 1 if self.position > 0 else self.position
        return -len(fitting) <= index < len(fitting) and fitting[index] == day
