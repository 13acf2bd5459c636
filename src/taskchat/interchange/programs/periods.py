"""How often a task of Taskwarrior repeats, as a rule."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from taskchat.interchange.moments import read_duration

NAMED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "daily": "FREQ=DAILY",
        "weekdays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "weekly": "FREQ=WEEKLY",
        "biweekly": "FREQ=WEEKLY;INTERVAL=2",
        "fortnight": "FREQ=WEEKLY;INTERVAL=2",
        "monthly": "FREQ=MONTHLY",
        "bimonthly": "FREQ=MONTHLY;INTERVAL=2",
        "quarterly": "FREQ=MONTHLY;INTERVAL=3",
        "semiannual": "FREQ=MONTHLY;INTERVAL=6",
        "annual": "FREQ=YEARLY",
        "yearly": "FREQ=YEARLY",
        "biannual": "FREQ=YEARLY;INTERVAL=2",
        "biyearly": "FREQ=YEARLY;INTERVAL=2",
    }
)
UNITS: Final[Mapping[str, tuple[str, int]]] = MappingProxyType(
    {
        **dict.fromkeys(("d", "day", "days"), ("DAILY", 1)),
        **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), ("WEEKLY", 1)),
        **dict.fromkeys(("m", "mo", "mos", "mth", "mths", "month", "months"), ("MONTHLY", 1)),
        **dict.fromkeys(("q", "qtr", "quarter", "quarters"), ("MONTHLY", 3)),
        **dict.fromkeys(("y", "yr", "yrs", "year", "years"), ("YEARLY", 1)),
    }
)
COUNTED: Final = re.compile(r"(\d{1,3})? ?([a-z]{1,8})", re.ASCII)
DAY_SECONDS: Final = 86_400


def read_period(text: str) -> str | None:
    """`weekly`, `3d`, `P1M`; None for what no rule says exactly, such as `36h`."""
    words = text.strip().casefold()
    if words in NAMED:
        return NAMED[words]
    match = COUNTED.fullmatch(words)
    if match and match[2] in UNITS:
        frequency, factor = UNITS[match[2]]
        return _rule(frequency, factor * int(match[1] or 1))
    return _of_duration(words.upper())


def _of_duration(text: str) -> str | None:
    duration = read_duration(text)
    if duration is None or duration.seconds % DAY_SECONDS:
        return None
    days = duration.days + duration.seconds // DAY_SECONDS
    if duration.months:
        return None if days else _of_larger("MONTHLY", duration.months, "YEARLY", 12)
    return _of_larger("DAILY", days, "WEEKLY", 7)


def _of_larger(frequency: str, count: int, larger: str, size: int) -> str | None:
    return _rule(frequency, count) if count % size else _rule(larger, count // size)


def _rule(frequency: str, interval: int) -> str | None:
    if interval == 0:
        return None
    return f"FREQ={frequency};INTERVAL={interval}" if interval > 1 else f"FREQ={frequency}"
