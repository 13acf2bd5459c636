"""Moments and lengths of time as other programs write them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time

from taskchat.domain.due import Due, find_zone
from taskchat.domain.errors import Invalid

EPOCH = re.compile(r"\d{9,11}", re.ASCII)
DURATION = re.compile(
    r"P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?"
    r"(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?",
    re.ASCII,
)
LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Duration:
    """Months and days follow the calendar, seconds the clock."""

    months: int
    days: int
    seconds: int


def read_moment(text: str, zone: str) -> datetime:
    """ISO 8601, short or long, or seconds since 1970, by the clock of `zone`; the same clock counts where it names no
    offset. Raises Invalid for anything else."""
    local = find_zone(zone)
    text = text.strip()
    try:
        if EPOCH.fullmatch(text):
            return datetime.fromtimestamp(int(text), local)
        moment = datetime.fromisoformat(text)
        moment = moment.astimezone(local) if moment.tzinfo else moment.replace(tzinfo=local)
    except (ValueError, OverflowError) as error:
        raise Invalid(f"“{text[:40]}” is not a date and time.", code="moment_invalid") from error
    Due(moment.date(), None, zone)  # refuses what lies too far away
    return moment.replace(microsecond=0)


def read_instant(text: str, zone: str) -> datetime | None:
    """UTC; None for no text at all."""
    return read_moment(text, zone).astimezone(UTC) if text.strip() else None


def read_duration(text: str) -> Duration | None:
    """`P1M`, `P0DT9H0M0S`; None for anything else."""
    match = DURATION.fullmatch(text)
    if match is None or not any(match.groups()):
        return None
    years, months, weeks, days, hours, minutes, seconds = (
        int(part or 0) for part in match.groups()
    )
    return Duration(12 * years + months, 7 * weeks + days, 3600 * hours + 60 * minutes + seconds)


def is_day(moment: datetime) -> bool:
    """Whether its clock shows the very beginning or end of a day, as programs write a day without a time."""
    return moment.time() in {time(), LAST_SECOND}
