"""Tasks as to-dos of iCalendar files (RFC 5545), in and out; as events out only.

What calendars have no words for is kept in properties that begin with X-TASKCHAT, so that what was written and is
read again says the same, apart from fractions of a second.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from taskchat.domain.due import Due, read_iso
from taskchat.domain.errors import Invalid
from taskchat.interchange.hierarchy import parents_first
from taskchat.interchange.ical.components import Component, Found, read_components
from taskchat.interchange.ical.contentlines import BadLine, Line, escape, write_line
from taskchat.interchange.ical.eventlines import event_lines
from taskchat.interchange.ical.todolines import todo_lines
from taskchat.interchange.ical.vtodos import Surroundings, read_todo
from taskchat.interchange.ical.zones import resolve_zone, timezone_lines
from taskchat.interchange.limits import fit
from taskchat.interchange.own.entries import OwnTask
from taskchat.interchange.record import Problem, Read, TaskRecord

MAX_TODOS = 100_000
YEARS_AHEAD = 5  # that a zone is described for, where a task repeats
PRODUCT = "-//TaskChat//TaskChat//EN"
HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN")
# How often a program that follows the address of the file should look again.
REFRESH = ("REFRESH-INTERVAL;VALUE=DURATION:PT15M", "X-PUBLISHED-TTL:PT15M")


def read(data: bytes, *, zone: str, now: datetime) -> Iterator[Read]:
    """A Reader for iCalendar files. Events are counted in a Problem, not read."""
    del now  # nothing in a calendar is relative to the day it is read
    file = _File(zone)
    reads = [read for found in read_components(data) for read in file.take(found)]
    return parents_first([*reads, *file.left_out()])


def write(tasks: Iterable[OwnTask], *, name: str, as_events: bool = False) -> bytes:
    """A calendar of that name with a VTODO for each task, or a VEVENT for each that has a date.

    The same tasks give the same bytes.
    """
    dated = [(task, read_iso(task.due, task.timezone) if task.due else None) for task in tasks]
    lines = [*HEAD, f"NAME:{escape(name)}", f"X-WR-CALNAME:{escape(name)}", *REFRESH]
    for zone, years in sorted(_years(dated).items()):
        lines.extend(timezone_lines(zone, years))
    for task, due in dated:
        if not as_events:
            lines.extend(todo_lines(task, due))
        elif due:
            lines.extend(event_lines(task, due))
    lines.append("END:VCALENDAR")
    return b"".join(map(write_line, lines))


def _years(dated: Sequence[tuple[OwnTask, Due | None]]) -> dict[str, set[int]]:
    """The years in which moments are due, by zone."""
    years: dict[str, set[int]] = {}
    for task, due in dated:
        if due and due.at is not None and not due.fold and due.zone != "UTC":
            last = due.day.year + (YEARS_AHEAD if task.recurrence else 0)
            years.setdefault(due.zone, set()).update(range(due.day.year, min(last, 9998) + 1))
    return years


@dataclass(slots=True)
class _File:
    """What is known so far of the file, of the calendar that is being read, and of what is left out."""

    zone: str
    product: str = ""
    name: str | None = None
    aliases: dict[str, str] = field(default_factory=dict[str, str])
    todos: int = 0
    others: dict[str, list[int]] = field(default_factory=dict[str, list[int]])

    def take(self, found: Found) -> Iterator[Read]:
        match found:
            case BadLine(number, reason):
                yield Problem(f"line {number}", f"The line {reason}.", is_fatal=False)
            case Line():
                self._take_line(found)
            case Component(name="VTODO"):
                yield from self._take_todo(found)
            case Component(name="VTIMEZONE"):
                self._take_timezone(found)
            case Component(name="VCALENDAR"):
                self.product, self.name = "", None
            case Component(name, number):
                self.others.setdefault(name, []).append(number)

    def left_out(self) -> Iterator[Problem]:
        for kind, numbers in self.others.items():
            what = (
                f"{len(numbers):,} entries of the kind {kind[:20]} are not tasks and are left out."
            )
            yield Problem(f"line {numbers[0]}", what, is_fatal=False)

    def _take_line(self, line: Line) -> None:
        if line.name == "PRODID":
            self.product = line.value
        elif line.name in {"NAME", "X-WR-CALNAME"}:
            self.name = line.text()

    def _take_todo(self, component: Component) -> Iterator[Read]:
        self.todos += 1
        if self.todos > MAX_TODOS:
            message = f"Line {component.number}: a file has at most {MAX_TODOS:,} tasks."
            raise Invalid(message, code="file_too_large")
        # Our own files say of each task which project it is in.
        project = None if self.product == PRODUCT else self.name
        for read in read_todo(component, Surroundings(self.zone, project, self.aliases)):
            yield from fit(read, self.zone) if isinstance(read, TaskRecord) else (read,)

    def _take_timezone(self, component: Component) -> None:
        """Some programs name zones as they like and say here which one they mean."""
        name, location = component.first("TZID"), component.first("X-LIC-LOCATION")
        if name and location and (zone := resolve_zone(location.text())):
            self.aliases[name.value] = zone
