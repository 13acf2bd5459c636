"""Time zones as calendar files name and describe them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from taskchat.domain.due import find_zone
from taskchat.domain.errors import Invalid

# Outlook's and Exchange's names, with the place that stands for each.
WINDOWS = {
    "AUS Central Standard Time": "Australia/Darwin",
    "AUS Eastern Standard Time": "Australia/Sydney",
    "Alaskan Standard Time": "America/Anchorage",
    "Arab Standard Time": "Asia/Riyadh",
    "Arabian Standard Time": "Asia/Dubai",
    "Argentina Standard Time": "America/Argentina/Buenos_Aires",
    "Atlantic Standard Time": "America/Halifax",
    "Bangladesh Standard Time": "Asia/Dhaka",
    "Cen. Australia Standard Time": "Australia/Adelaide",
    "Central America Standard Time": "America/Guatemala",
    "Central Europe Standard Time": "Europe/Budapest",
    "Central European Standard Time": "Europe/Warsaw",
    "Central Standard Time": "America/Chicago",
    "Central Standard Time (Mexico)": "America/Mexico_City",
    "China Standard Time": "Asia/Shanghai",
    "E. Africa Standard Time": "Africa/Nairobi",
    "E. Australia Standard Time": "Australia/Brisbane",
    "E. South America Standard Time": "America/Sao_Paulo",
    "Eastern Standard Time": "America/New_York",
    "Egypt Standard Time": "Africa/Cairo",
    "FLE Standard Time": "Europe/Kyiv",
    "GMT Standard Time": "Europe/London",
    "GTB Standard Time": "Europe/Bucharest",
    "Greenwich Standard Time": "Atlantic/Reykjavik",
    "Hawaiian Standard Time": "Pacific/Honolulu",
    "India Standard Time": "Asia/Kolkata",
    "Iran Standard Time": "Asia/Tehran",
    "Israel Standard Time": "Asia/Jerusalem",
    "Korea Standard Time": "Asia/Seoul",
    "Morocco Standard Time": "Africa/Casablanca",
    "Mountain Standard Time": "America/Denver",
    "Nepal Standard Time": "Asia/Kathmandu",
    "New Zealand Standard Time": "Pacific/Auckland",
    "Newfoundland Standard Time": "America/St_Johns",
    "Pacific SA Standard Time": "America/Santiago",
    "Pacific Standard Time": "America/Los_Angeles",
    "Pakistan Standard Time": "Asia/Karachi",
    "Romance Standard Time": "Europe/Paris",
    "Russian Standard Time": "Europe/Moscow",
    "SA Pacific Standard Time": "America/Bogota",
    "SE Asia Standard Time": "Asia/Bangkok",
    "Singapore Standard Time": "Asia/Singapore",
    "South Africa Standard Time": "Africa/Johannesburg",
    "Sri Lanka Standard Time": "Asia/Colombo",
    "Taipei Standard Time": "Asia/Taipei",
    "Tasmania Standard Time": "Australia/Hobart",
    "Tokyo Standard Time": "Asia/Tokyo",
    "Turkey Standard Time": "Europe/Istanbul",
    "US Eastern Standard Time": "America/Indiana/Indianapolis",
    "US Mountain Standard Time": "America/Phoenix",
    "UTC": "UTC",
    "W. Australia Standard Time": "Australia/Perth",
    "W. Central Africa Standard Time": "Africa/Lagos",
    "W. Europe Standard Time": "Europe/Berlin",
}
# No zone puts its clock forward and back again within so short a time.
STEP = timedelta(days=7)
MARGIN = timedelta(days=2)  # more than any two clocks on earth differ by
SECOND, NOTHING = timedelta(seconds=1), timedelta()


def resolve_zone(name: str) -> str | None:
    """The IANA name, also from a Windows name or a path such as `/example.org/20260101_1/Europe/Berlin`."""
    parts = name.strip().strip("/").split("/")[-5:]
    for candidate in (WINDOWS.get(name.strip()), *_endings(parts)):
        try:
            if candidate:
                return find_zone(candidate).key
        except Invalid:
            continue
    return None


def _endings(parts: list[str]) -> Iterator[str]:
    return ("/".join(parts[start:]) for start in range(len(parts)))


@dataclass(frozen=True, slots=True)
class _Clock:
    """What a zone's clock goes by for a time."""

    offset: timedelta
    name: str
    is_daylight: bool


def timezone_lines(name: str, years: Iterable[int]) -> Iterator[str]:
    """A VTIMEZONE that holds in these years."""
    zone = find_zone(name)
    turns: dict[tuple[timedelta, _Clock], list[str]] = {}
    for first, last in _blocks(sorted(set(years))):
        for moment, before, after in _turns(zone, first, last):
            shown = moment.replace(tzinfo=None) + before  # had the clock gone on as it did
            turns.setdefault((before, after), []).append(f"{shown:%Y%m%dT%H%M%S}")
    yield from ("BEGIN:VTIMEZONE", f"TZID:{name}")
    for (before, after), moments in turns.items():
        kind = "DAYLIGHT" if after.is_daylight else "STANDARD"
        yield from (f"BEGIN:{kind}", f"DTSTART:{moments[0]}")
        if len(moments) > 1:
            yield f"RDATE:{','.join(moments[1:])}"
        yield f"TZOFFSETFROM:{_offset_text(before)}"
        yield f"TZOFFSETTO:{_offset_text(after.offset)}"
        yield from (f"TZNAME:{after.name}", f"END:{kind}")
    yield "END:VTIMEZONE"


def _blocks(years: Sequence[int]) -> Iterator[tuple[datetime, datetime]]:
    """From when to when each run of years without a gap lasts, anywhere on earth."""
    first = years[0]
    for year, following in zip(years, (*years[1:], None), strict=True):
        if following != year + 1:
            end = datetime(year + 1, 1, 1, tzinfo=UTC) + MARGIN
            yield datetime(first, 1, 1, tzinfo=UTC) - MARGIN, end
            first = following or year


def _turns(
    zone: ZoneInfo, first: datetime, last: datetime
) -> Iterator[tuple[datetime, timedelta, _Clock]]:
    """When a clock begins to count, the offset before it, and the clock; `first` counts as such a moment."""
    clock = _clock(zone, first)
    yield first, clock.offset, clock
    while first < last:
        if (following := _clock(zone, first + STEP)) != clock:
            turn = _turn(zone, first, first + STEP)
            yield turn, clock.offset, following
            clock = following
        first += STEP


def _turn(zone: ZoneInfo, early: datetime, late: datetime) -> datetime:
    """The second from which the clock is that of `late`."""
    after = _clock(zone, late)
    while late - early > SECOND:
        middle = early + (late - early) // SECOND // 2 * SECOND
        early, late = (early, middle) if _clock(zone, middle) == after else (middle, late)
    return late


def _clock(zone: ZoneInfo, moment: datetime) -> _Clock:
    local = moment.astimezone(zone)
    return _Clock(local.utcoffset() or NOTHING, local.tzname() or zone.key, bool(local.dst()))


def _offset_text(offset: timedelta) -> str:
    seconds = abs(offset) // SECOND
    sign = "-" if offset < NOTHING else "+"
    text = f"{sign}{seconds // 3600:02}{seconds // 60 % 60:02}"
    return f"{text}{seconds % 60:02}" if seconds % 60 else text
