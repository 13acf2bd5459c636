"""The occurrences of a task that repeats, of which one at a time is there to be done."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from taskchat.domain.due import Due, find_zone, read_iso
from taskchat.domain.errors import Invalid
from taskchat.domain.recurrence import RecurrenceFrom, is_over, parse
from taskchat.domain.rules import Rule, dates

# No clock has ever been put forward by more than a day.
MARGIN = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Series:
    """Where an occurrence stands in its series; `anchor` and `slot` are wall text by the clock of the task's zone.

    `id` is shared by all tasks of the series and `anchor` is when the first of them was due. `slot` is when this one
    was due by the rule: rescheduling it moves its due date and not its slot. `number` is 1 for the first occurrence;
    where a rule with a COUNT goes by the schedule, dates that were passed over have numbers too.
    """

    id: str
    anchor: str
    slot: str
    number: int


def begin(series_id: str, rule: str, due: Due) -> Series:
    """The first of a series; raises Invalid when the rule gives no date after `due`. The rule is one that `read` gave."""
    series = Series(series_id, anchor=wall_text(due), slot=wall_text(due), number=1)
    parsed = parse(rule)
    second = next(dates(parsed, due.day, due.day), None)
    if second and _occurs(parsed, 2, replace(due, day=second, fold=0)):
        return series
    message = "This rule gives no date after the one that the task is due."
    raise Invalid(message, code="recurrence_never")


def following(
    rule: str, recurrence_from: RecurrenceFrom, series: Series, *, due: Due, now: datetime
) -> tuple[Due, Series] | None:
    """What comes after an occurrence that was done or skipped at `now`; None when the series is over.

    By the schedule it is the first slot later than this one that is not in the past: a day may still be today.
    By completion it is counted from the day of `now` and keeps the slot's time. In both the clock is that of the
    zone of `due`, and the wall time stays across DST: where a clock skips it, only that one occurrence is due later.
    """
    parsed = parse(rule)
    if recurrence_from is RecurrenceFrom.COMPLETION:
        return _by_completion(parsed, series, due.zone, now)
    return _by_schedule(parsed, series, due.zone, now)


def wall_text(due: Due) -> str:
    """A day or a moment as the clock shows it, without its zone."""
    return due.day.isoformat() + (f"T{due.at.isoformat()}" if due.at is not None else "")


def from_wall(text: str, zone: str) -> Due:
    """The inverse of `wall_text`; raises ValueError for anything else."""
    if due := read_iso(text, zone):
        return due
    raise ValueError(f"not a day or a moment: {text}")


def _by_schedule(rule: Rule, series: Series, zone: str, now: datetime) -> tuple[Due, Series] | None:
    slot, anchor = from_wall(series.slot, zone), from_wall(series.anchor, zone)
    gone = _local_day(now, zone) - MARGIN
    after = slot.day if rule.count else max(slot.day, gone)
    for number, day in enumerate(dates(rule, anchor.day, after), series.number + 1):
        if day < gone and number < (rule.count or 0):
            continue  # it only needed its number
        due = replace(slot, day=day)
        if not _occurs(rule, number, due):
            return None
        if due.instant() >= now:
            passed = number if rule.count else series.number + 1
            return due.settled(), replace(series, slot=wall_text(due), number=passed)
    return None


def _by_completion(
    rule: Rule, series: Series, zone: str, now: datetime
) -> tuple[Due, Series] | None:
    slot, today = from_wall(series.slot, zone), _local_day(now, zone)
    day = _counted_from(rule, today, slot.day)
    if day is None:
        return None
    due, number = replace(slot, day=day), series.number + 1
    if not _occurs(rule, number, due):
        return None
    return due.settled(), replace(series, slot=wall_text(due), number=number)


def _counted_from(rule: Rule, today: date, done: date) -> date | None:
    """The next date when the rule begins `today`; where the rule names its days, the one that was `done` is not given again."""
    # An interval counted from today may never meet the days that the rule names: every fourth year, 29 February.
    for interval in sorted({rule.interval, 1}, reverse=True):
        for day in dates(replace(rule, interval=interval), today, today):
            if day != done or not rule.names_days():
                return day
    return None


def _occurs(rule: Rule, number: int, due: Due) -> bool:
    return (rule.count is None or number <= rule.count) and not is_over(rule, due)


def _local_day(now: datetime, zone: str) -> date:
    return now.astimezone(find_zone(zone)).date()
