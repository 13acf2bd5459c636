"""A day as a person's own clock counts it."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from math import ceil

from taskchat.domain.due import find_zone


@dataclass(frozen=True, slots=True)
class Day:
    """`name` is such as `2026-11-21`; `began` is in UTC, `ends` is midnight on the person's clock."""

    name: str
    began: datetime
    ends: datetime

    @classmethod
    def of(cls, moment: datetime, zone: str) -> "Day":
        """Raises Invalid for a zone that is not known."""
        local = moment.astimezone(find_zone(zone))
        began = datetime.combine(local.date(), time(), local.tzinfo)
        ends = datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo)
        return cls(local.date().isoformat(), began.astimezone(UTC), ends)

    def seconds_left(self, moment: datetime) -> int:
        return max(ceil((self.ends - moment.astimezone(UTC)).total_seconds()), 1)
