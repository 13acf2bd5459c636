"""When a person's daily digest comes, by their own clock."""

from datetime import UTC, date, datetime, time, timedelta

from taskchat.domain.due import find_zone

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def next_at(digest_time: str | None, zone: str, after: datetime) -> datetime | None:
    """UTC: the first digest later than `after`; None for somebody who wants none."""
    if digest_time is None:
        return None
    day = local_date(after, zone)
    coming = moment(day, digest_time, zone)
    while coming <= after:
        day += DAY
        coming = moment(day, digest_time, zone)
    return coming


def moment(day: date, digest_time: str, zone: str) -> datetime:
    """UTC: when the clock shows that time on that day, the first time if it does twice.

    A time that the clock leaps over is the moment to which it leaps.
    """
    shown = datetime.combine(day, time.fromisoformat(digest_time))
    while (instant := shown.replace(tzinfo=find_zone(zone)).astimezone(UTC)) and (
        instant.astimezone(find_zone(zone)).replace(tzinfo=None) != shown
    ):
        shown += MINUTE
    return instant


def local_date(at: datetime, zone: str) -> date:
    return at.astimezone(find_zone(zone)).date()
