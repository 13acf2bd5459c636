"""Rules by which a task repeats: the part of RFC 5545 that people use, and nothing that takes long to compute."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time
from enum import StrEnum

from taskchat.domain.due import EARLIEST, LATEST, Due
from taskchat.domain.errors import Invalid
from taskchat.domain.rules import Frequency, Rule

MAX_LENGTH = 200
MAX_INTERVAL = 999
MAX_COUNT = 1000
MAX_POSITION = 31
MAX_WEEKS_OF_MONTH, MAX_WEEKS_OF_YEAR = 5, 53
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NAMES = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST")
SHORT = {Frequency.DAILY, Frequency.WEEKLY}
DAY = re.compile(r"([+-]?[1-9]\d?)?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
NUMBER = re.compile(r"[+-]?\d{1,4}", re.ASCII)
UNTIL = re.compile(r"\d{8}(T\d{6}Z?)?", re.ASCII)
UNTIL_FORMS = {8: "%Y%m%d", 15: "%Y%m%dT%H%M%S", 16: "%Y%m%dT%H%M%SZ"}


class RecurrenceFrom(StrEnum):
    """What the next date of a task that repeats counts from."""

    SCHEDULE = "schedule"
    COMPLETION = "completion"


def read(text: str) -> str:
    """The rule in its plain form, `FREQ=WEEKLY;BYDAY=MO`; raises Invalid for what is not supported."""
    if len(text) > MAX_LENGTH:
        raise _refused(f"A rule has at most {MAX_LENGTH} characters.")
    if not text.isascii():  # some letters turn into ASCII ones when they are made capitals
        raise _refused("A rule is written in plain letters and digits.")
    plain = text.upper().strip().removeprefix("RRULE:").strip("; ")
    parse(plain)
    return plain


def parse(plain: str) -> Rule:
    """The parts of a rule as `read` gives it; raises Invalid like `read`."""
    parts = _parts(plain)
    if (frequency := parts["FREQ"]) not in Frequency:
        raise _refused("A task can repeat daily, weekly, monthly or yearly.")
    if (week_start := parts.get("WKST", "MO")) not in WEEKDAYS:
        raise _refused("WKST must be a weekday such as MO.")
    count, until = parts.get("COUNT"), parts.get("UNTIL")
    if until and not _is_until(until):
        raise _refused("UNTIL must be written as 20261231 or 20261231T170000Z.")
    rule = Rule(
        frequency=Frequency(frequency),
        interval=_within("INTERVAL", parts.get("INTERVAL", "1"), 1, MAX_INTERVAL),
        count=_within("COUNT", count, 1, MAX_COUNT) if count else None,
        until=until,
        days=frozenset(_day(word) for word in _listed(parts, "BYDAY")),
        month_days=_numbers(parts, "BYMONTHDAY", -31, 31),
        months=_numbers(parts, "BYMONTH", 1, 12),
        positions=_numbers(parts, "BYSETPOS", -MAX_POSITION, MAX_POSITION),
        week_start=WEEKDAYS.index(week_start),
    )
    _check(rule)
    return rule


def is_over(rule: Rule, due: Due) -> bool:
    """Whether the rule's UNTIL lies before `due`; without a zone it is read by the clock of `due`."""
    if rule.until is None:
        return False
    end = _end(rule.until)
    if len(rule.until) == 8:
        return due.day > end.date()
    if end.tzinfo:
        return due.start() > end
    return datetime.combine(due.day, due.at or time()) > end


def _end(until: str) -> datetime:
    moment = datetime.strptime(until, UNTIL_FORMS[len(until)])  # noqa: DTZ007 - by a person's clock
    return moment.replace(tzinfo=UTC) if until.endswith("Z") else moment


def _parts(plain: str) -> Mapping[str, str]:
    pairs = [part.partition("=") for part in plain.split(";")]
    parts = {name: value for name, _, value in pairs}
    if unknown := sorted(parts.keys() - set(NAMES)):
        raise _refused(f"A rule is made of {', '.join(NAMES)}, not {unknown[0][:20]!r}.")
    if len(parts) < len(pairs) or not all(parts.values()) or "FREQ" not in parts:
        raise _refused("Write a rule such as FREQ=WEEKLY;BYDAY=MO, each part once.")
    return parts


def _check(rule: Rule) -> None:
    """Refuses what contradicts itself or can never come to pass."""
    if rule.count and rule.until:
        raise _refused("A rule has COUNT or UNTIL, not both.")
    if rule.month_days and rule.frequency in SHORT:
        raise _refused("BYMONTHDAY goes with FREQ=MONTHLY or FREQ=YEARLY.")
    if rule.days and rule.frequency is Frequency.DAILY and rule.interval % 7 == 0:
        raise _refused("Every seventh day is always the same weekday; use FREQ=WEEKLY.")
    if rule.positions and (rule.frequency in SHORT or not rule.names_days()):
        raise _refused("BYSETPOS goes with FREQ=MONTHLY or FREQ=YEARLY and with BYDAY.")
    _check_ordinals(rule)
    _check_dates(rule)


def _check_ordinals(rule: Rule) -> None:
    most_found = max((abs(nth) for nth, _ in rule.days), default=0)
    if most_found == 0:
        return
    if rule.frequency in SHORT or rule.month_days:
        raise _refused("A numbered weekday such as 2MO goes with FREQ=MONTHLY or FREQ=YEARLY only.")
    of_year = rule.frequency is Frequency.YEARLY and not rule.months
    most = MAX_WEEKS_OF_YEAR if of_year else MAX_WEEKS_OF_MONTH
    if most_found > most:
        raise _refused(f"There is no weekday number {most_found}; the last is {most}.")


def _check_dates(rule: Rule) -> None:
    lengths = [LONGEST_MONTHS[month - 1] for month in rule.months] or LONGEST_MONTHS
    if rule.month_days and min(map(abs, rule.month_days)) > max(lengths):
        raise _refused("There is no such day in that month.")


def _listed(parts: Mapping[str, str], name: str) -> list[str]:
    return parts[name].split(",") if name in parts else []


def _numbers(parts: Mapping[str, str], name: str, least: int, most: int) -> frozenset[int]:
    return frozenset(_within(name, word, least, most) for word in _listed(parts, name))


def _day(word: str) -> tuple[int, int]:
    if match := DAY.fullmatch(word):
        return int(match[1] or 0), WEEKDAYS.index(match[2])
    raise _refused("BYDAY must be weekdays such as MO,WE or 2TU or -1FR.")


def _within(name: str, word: str, least: int, most: int) -> int:
    number = int(word) if NUMBER.fullmatch(word) else 0
    if number == 0 or not least <= number <= most:
        raise _refused(f"{name} must be a number from {least} to {most} and not 0.")
    return number


def _is_until(text: str) -> bool:
    try:
        return bool(UNTIL.fullmatch(text)) and EARLIEST <= _end(text).date() <= LATEST
    except ValueError:
        return False


def _refused(message: str) -> Invalid:
    return Invalid(message, code="recurrence_invalid")
