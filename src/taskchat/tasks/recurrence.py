"""Rules by which a task repeats: the part of RFC 5545 that people use, and nothing that takes long to compute."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Literal

from dateutil import rrule

from taskchat.domain.due import EARLIEST, LATEST, Due, find_zone
from taskchat.domain.errors import Invalid
from taskchat.domain.text import clean_line

MAX_LENGTH = 200
MAX_INTERVAL = 999
MAX_COUNT = 1000
MAX_WEEKS_OF_MONTH, MAX_WEEKS_OF_YEAR = 5, 53
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

FREQUENCIES: dict[str, Literal[0, 1, 2, 3]] = {
    "DAILY": rrule.DAILY,
    "WEEKLY": rrule.WEEKLY,
    "MONTHLY": rrule.MONTHLY,
    "YEARLY": rrule.YEARLY,
}
WEEKDAYS = {
    "MO": rrule.MO,
    "TU": rrule.TU,
    "WE": rrule.WE,
    "TH": rrule.TH,
    "FR": rrule.FR,
    "SA": rrule.SA,
    "SU": rrule.SU,
}
NAMES = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "WKST"})
DAY = re.compile(r"([+-]?[1-9]\d?)?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
NUMBER = re.compile(r"[+-]?\d{1,4}", re.ASCII)
UNTIL = re.compile(r"\d{8}(T\d{6}Z?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Rule:
    """`days` are pairs of an ordinal, 0 for every one, and a weekday."""

    frequency: str
    interval: int
    count: int | None
    until: str | None
    days: tuple[tuple[int, str], ...]
    month_days: tuple[int, ...]
    months: tuple[int, ...]
    week_start: str


def read(text: str) -> str:
    """The rule in its plain form, `FREQ=WEEKLY;BYDAY=MO`; raises Invalid for what is not supported."""
    plain = clean_line(text).upper().removeprefix("RRULE:").strip("; ")
    if len(plain) > MAX_LENGTH:
        raise _refused(f"A rule has at most {MAX_LENGTH} characters.")
    _check(_parse(plain))
    return plain


def following(text: str, anchor: Due, after: Due) -> Iterator[Due]:
    """When a task that was first due at `anchor` is due again, later than `after`. The rule is one that `read` gave."""
    rule = _parse(text)
    moments = rrule.rrule(
        FREQUENCIES[rule.frequency],
        dtstart=_wall(anchor),
        interval=rule.interval,
        count=rule.count,
        until=_end(rule.until, anchor.zone) if rule.until else None,
        byweekday=[WEEKDAYS[day](nth) if nth else WEEKDAYS[day] for nth, day in rule.days] or None,
        bymonthday=rule.month_days or None,
        bymonth=rule.months or None,
        wkst=WEEKDAYS[rule.week_start],
    )
    for moment in moments.xafter(_wall(after)):
        if moment.date() > LATEST:
            return
        at = None if anchor.at is None else moment.time()
        yield Due(moment.date(), at, anchor.zone)


def _wall(due: Due) -> datetime:
    return datetime.combine(due.day, due.at or time())


def _end(until: str, zone: str) -> datetime:
    """The last moment that counts, by the clock of `zone`."""
    form = {8: "%Y%m%d", 15: "%Y%m%dT%H%M%S", 16: "%Y%m%dT%H%M%SZ"}[len(until)]
    moment = datetime.strptime(until, form)  # noqa: DTZ007 - a time by a person's clock has no zone
    if len(until) == 8:
        return datetime.combine(moment, time.max)
    if len(until) == 16:
        return moment.replace(tzinfo=UTC).astimezone(find_zone(zone)).replace(tzinfo=None)
    return moment


def _parse(text: str) -> _Rule:
    parts = _parts(text)
    if (frequency := parts["FREQ"]) not in FREQUENCIES:
        raise _refused("A task can repeat daily, weekly, monthly or yearly.")
    if (week_start := parts.get("WKST", "MO")) not in WEEKDAYS:
        raise _refused("WKST must be a weekday such as MO.")
    count, until = parts.get("COUNT"), parts.get("UNTIL")
    if until and not _is_until(until):
        raise _refused("UNTIL must be written as 20261231 or 20261231T170000Z.")
    return _Rule(
        frequency=frequency,
        interval=_within("INTERVAL", parts.get("INTERVAL", "1"), 1, MAX_INTERVAL),
        count=_within("COUNT", count, 1, MAX_COUNT) if count else None,
        until=until,
        days=tuple(_day(word) for word in _listed(parts, "BYDAY")),
        month_days=tuple(
            _within("BYMONTHDAY", word, -31, 31) for word in _listed(parts, "BYMONTHDAY")
        ),
        months=tuple(_within("BYMONTH", word, 1, 12) for word in _listed(parts, "BYMONTH")),
        week_start=week_start,
    )


def _parts(text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split(";")]
    parts = {name: value for name, _, value in pairs}
    if unknown := sorted(parts.keys() - NAMES):
        raise _refused(f"A rule is made of {', '.join(sorted(NAMES))}, not {unknown[0][:20]!r}.")
    if len(parts) < len(pairs) or not all(parts.values()) or "FREQ" not in parts:
        raise _refused("Write a rule such as FREQ=WEEKLY;BYDAY=MO, each part once.")
    return parts


def _check(rule: _Rule) -> None:
    """What cannot come to pass would be looked for until the end of time, so it is refused here."""
    if rule.count and rule.until:
        raise _refused("A rule has COUNT or UNTIL, not both.")
    if rule.months and rule.frequency != "YEARLY":
        raise _refused("BYMONTH goes with FREQ=YEARLY.")
    if rule.month_days and rule.frequency in {"DAILY", "WEEKLY"}:
        raise _refused("BYMONTHDAY goes with FREQ=MONTHLY or FREQ=YEARLY.")
    if rule.days and rule.frequency == "DAILY" and rule.interval % 7 == 0:
        raise _refused("Every seventh day is always the same weekday; use FREQ=WEEKLY.")
    _check_ordinals(rule)
    _check_dates(rule)


def _check_ordinals(rule: _Rule) -> None:
    ordinals = [abs(nth) for nth, _ in rule.days if nth]
    if not ordinals:
        return
    if rule.frequency in {"DAILY", "WEEKLY"} or rule.month_days:
        raise _refused("A numbered weekday such as 2MO goes with FREQ=MONTHLY or FREQ=YEARLY only.")
    of_year = rule.frequency == "YEARLY" and not rule.months
    most = MAX_WEEKS_OF_YEAR if of_year else MAX_WEEKS_OF_MONTH
    if max(ordinals) > most:
        raise _refused(f"There is no weekday number {max(ordinals)}; the last is {most}.")


def _check_dates(rule: _Rule) -> None:
    lengths = [LONGEST_MONTHS[month - 1] for month in rule.months] or LONGEST_MONTHS
    if rule.month_days and min(map(abs, rule.month_days)) > max(lengths):
        raise _refused("There is no such day in that month.")


def _listed(parts: Mapping[str, str], name: str) -> list[str]:
    return parts[name].split(",") if name in parts else []


def _day(word: str) -> tuple[int, str]:
    if match := DAY.fullmatch(word):
        return int(match[1] or 0), match[2]
    raise _refused("BYDAY must be weekdays such as MO,WE or 2TU or -1FR.")


def _within(name: str, word: str, least: int, most: int) -> int:
    number = int(word) if NUMBER.fullmatch(word) else 0
    if number == 0 or not least <= number <= most:
        raise _refused(f"{name} must be a number from {least} to {most} and not 0.")
    return number


def _is_until(text: str) -> bool:
    try:
        return bool(UNTIL.fullmatch(text)) and EARLIEST <= _end(text, "UTC").date() <= LATEST
    except ValueError:
        return False


def _refused(message: str) -> Invalid:
    return Invalid(message, code="recurrence_invalid")
