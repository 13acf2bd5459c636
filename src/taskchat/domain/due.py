"""When a task is due: a day, or a moment on a person's clock."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from taskchat.domain.errors import Invalid

# Files that lie beside the zones: the machine's own clock, and clocks that count leap seconds.
NOT_ZONES = ("posix/", "right/", "posixrules", "localtime", "Factory")
MOST_PARTS = 3  # America/Argentina/Ushuaia
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EARLIEST, LATEST = date(1970, 1, 2), date(9998, 12, 30)


@dataclass(frozen=True, slots=True)
class Due:
    """A day, or with `at` a wall-clock moment, in a zone. Kept as the clock shows it, so that DST moves nothing.

    `fold` is 1 for the second of two moments that the clock shows alike.
    """

    day: date
    at: time | None
    zone: str
    fold: int = 0

    def __post_init__(self) -> None:
        if not EARLIEST <= self.day <= LATEST:
            raise Invalid("A due date must lie between 1970 and 9998.", code="due_out_of_range")

    def text(self) -> str:
        """`2026-11-21`, or `2026-11-21T17:00:00+01:00`."""
        return self.day.isoformat() if self.at is None else self._moment(self.at).isoformat()

    def weekday(self) -> str:
        """`Saturday`."""
        return WEEKDAYS[self.day.weekday()]

    def settled(self) -> "Due":
        """The same moment as a clock really shows it: one that DST leaves out is an hour later."""
        if self.at is None:
            return self
        shown = self._moment(self.at).astimezone(UTC).astimezone(find_zone(self.zone))
        return replace(self, day=shown.date(), at=shown.time().replace(fold=0), fold=shown.fold)

    def instant(self) -> datetime:
        """UTC: the moment, or for a day its very end, so that it sorts after every moment of that day."""
        if self.at is not None:
            return self._moment(self.at).astimezone(UTC)
        midnight = datetime.combine(self.day + timedelta(days=1), time(), find_zone(self.zone))
        return midnight.astimezone(UTC) - timedelta(microseconds=1)

    def start(self) -> datetime:
        """UTC: the moment, or the first instant of the day."""
        return self._moment(self.at or time()).astimezone(UTC)

    def _moment(self, at: time) -> datetime:
        return datetime.combine(self.day, at.replace(fold=self.fold), find_zone(self.zone))


def find_zone(name: str) -> ZoneInfo:
    """Raises Invalid when `name` is not an IANA zone."""
    try:
        # Each part of a name is looked for as a package of its own, however many there are.
        if name.startswith(NOT_ZONES) or name.count("/") > MOST_PARTS - 1:
            raise ZoneInfoNotFoundError(name)
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = "The time zone is not known; use a name such as Europe/Berlin."
        raise Invalid(message, code="timezone_unknown") from error


def read_iso(text: str, zone: str) -> Due | None:
    """A day or moment in ISO form, moments moved onto the clock of `zone`; None when the text is not ISO."""
    with suppress(ValueError):
        return Due(date.fromisoformat(text), None, zone)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    try:
        local = moment.astimezone(find_zone(zone)) if moment.tzinfo else moment
    except OverflowError as error:
        message = "A due date must lie between 1970 and 9998."
        raise Invalid(message, code="due_out_of_range") from error
    return Due(local.date(), local.time().replace(microsecond=0, fold=0), zone, local.fold)
