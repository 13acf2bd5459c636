"""Dates, times and lengths of time as iCalendar files write them."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from taskchat.domain.due import Due, find_zone
from taskchat.domain.errors import Invalid
from taskchat.interchange.moments import read_duration

WHEN = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?", re.ASCII)
UNTIL = re.compile(r"(?<=UNTIL=)[0-9TZ]+")
LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class When:
    """A day, or with `at` a time by the clock in `zone`, which is the reader's own when it is None."""

    day: date
    at: time | None
    is_utc: bool = False
    zone: str | None = None

    def text(self) -> str:
        """ISO, with an offset when it is UTC."""
        if self.at is None:
            return self.day.isoformat()
        return self.wall().isoformat() + ("+00:00" if self.is_utc else "")

    def wall(self) -> datetime:
        """What the clock shows, at the beginning of a day."""
        return datetime.combine(self.day, self.at or time())

    def instant(self, zone: str) -> datetime:
        """UTC. `zone` is the reader's own; raises OverflowError at the ends of time."""
        return (
            self.wall()
            .replace(tzinfo=UTC if self.is_utc else find_zone(self.zone or zone))
            .astimezone(UTC)
        )

    def later(self, duration: timedelta) -> "When":
        """Raises OverflowError at the ends of time."""
        moved = self.wall() + duration
        at = None if self.at is None else moved.time()
        return When(moved.date(), at, self.is_utc, self.zone)


def read_when(value: str, zone: str | None) -> When:
    """Raises Invalid for what is no DATE and no DATE-TIME."""
    match = WHEN.fullmatch(value.strip().upper())
    try:
        if match is None:
            raise ValueError
        year, month, day, hour, minute, second, utc = match.groups()
        on = date(int(year), int(month), int(day))
        if hour is None:
            return When(on, None)
        at = time(int(hour), int(minute), min(int(second), 59))  # 60 is a leap second
    except ValueError as error:
        raise Invalid("not a date", code="date_invalid") from error
    return When(on, at, is_utc=utc is not None, zone=None if utc else zone)


def read_length(value: str) -> timedelta:
    """`-PT30M`; raises Invalid for anything else, such as months."""
    text = value.strip().upper()
    duration = read_duration(text.lstrip("+-"))
    if duration is None or duration.months or text[:2] in {"+-", "-+", "--", "++"}:
        raise Invalid("not a duration", code="duration_invalid")
    length = timedelta(days=duration.days, seconds=duration.seconds)
    return -length if text.startswith("-") else length


def write_minutes(minutes: int) -> str:
    return f"{'-' if minutes < 0 else ''}PT{abs(minutes)}M"


def write_instant(moment: datetime) -> str:
    utc = moment.astimezone(UTC).isoformat(timespec="seconds")
    return utc[:19].replace("-", "").replace(":", "") + "Z"


def write_until(rule: str, due: Due) -> str:
    """The rule with its UNTIL as calendars want it: a day for a day, and for a moment UTC."""
    return UNTIL.sub(lambda match: _until_of(due, read_when(match[0], due.zone)), rule)


def read_until(rule: str, due: When, zone: str) -> str:
    """The inverse of `write_until`: the last second of a day on the clock of the task is that day."""
    return UNTIL.sub(lambda match: _day_of(match[0], due.zone or zone), rule)


def _until_of(due: Due, until: When) -> str:
    if due.at is None:
        local = until.instant(due.zone).astimezone(find_zone(due.zone)) if until.at else until.day
        return f"{local:%Y%m%d}"
    end = until if until.at else When(until.day, LAST_SECOND, zone=due.zone)
    return write_instant(end.instant(due.zone))


def _day_of(value: str, zone: str) -> str:
    try:
        local = read_when(value, zone).instant(zone).astimezone(find_zone(zone))
    except (Invalid, OverflowError):
        return value
    return f"{local:%Y%m%d}" if local.time() == LAST_SECOND else value
