"""What the days of a filter are on a person's clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from taskchat.domain.due import find_zone
from taskchat.domain.filters.expression import (
    All,
    Any,
    Between,
    Day,
    Days,
    Expression,
    InState,
    Moment,
    Not,
    Overdue,
    either,
    every,
)
from taskchat.domain.task import OPEN


def resolve(expression: Expression, *, now: datetime, zone: str) -> Expression:
    """The same with instants instead of days, so that it says the same at any later time; weeks begin on Monday."""
    match expression:
        case Not(part):
            return Not(resolve(part, now=now, zone=zone))
        case All(parts):
            return every(resolve(one, now=now, zone=zone) for one in parts)
        case Any(parts):
            return either(resolve(one, now=now, zone=zone) for one in parts)
        case Overdue():
            return every((InState(OPEN), Between(Moment.DUE, None, now.astimezone(UTC))))
        case Days(moment, first, last):
            clock = find_zone(zone)
            today = now.astimezone(clock).date()
            since = first and _start(_date(first, today), clock)
            until = last and _start(_after(last, today), clock)
            return Between(moment, since, until)
        case _:
            return expression


def _date(day: Day, today: date) -> date:
    """Its first day, for a week."""
    if day.on:
        return day.on
    if day.unit == "week":
        return today + timedelta(days=7 * day.away - today.weekday())
    return today + timedelta(days=day.away)


def _after(day: Day, today: date) -> date:
    return _date(day, today) + timedelta(days=7 if day.unit == "week" else 1)


def _start(day: date, clock: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), clock).astimezone(UTC)
