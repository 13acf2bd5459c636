"""The parts of iCalendar files: what stands between a BEGIN and its END."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from taskchat.domain.errors import Invalid
from taskchat.interchange.ical.contentlines import BadLine, Line, read_lines
from taskchat.interchange.limits import quote

MAX_DEPTH = 8
MAX_BAD_LINES = 1000


@dataclass(slots=True)
class Component:
    """`is_whole` when its END was found. `parts` are the components inside it."""

    name: str
    number: int
    lines: list[Line] = field(default_factory=list[Line])
    parts: "list[Component]" = field(default_factory=list["Component"])
    is_whole: bool = False

    def first(self, name: str) -> Line | None:
        for line in self.lines:  # many to-dos have many lines that are looked for
            if line.name == name:
                return line
        return None

    def all(self, name: str) -> list[Line]:
        return [line for line in self.lines if line.name == name]


type Found = Component | Line | BadLine


def read_components(data: bytes) -> Iterator[Found]:
    """What stands directly in the calendars of a file: their lines, their components at the end of each, then themselves.

    Components that never end come as they are. Raises Invalid for what is no calendar, nests too deeply or holds too
    many lines that cannot be read.
    """
    tree = _Tree()
    bad = 0
    for line in read_lines(data):
        for found in tree.take(line):
            bad += isinstance(found, BadLine)
            if bad > MAX_BAD_LINES:
                raise _refused(line, f"one of more than {MAX_BAD_LINES:,} that cannot be read")
            yield found
    yield from tree.end()


class _Tree:
    """`open` are the components that have begun and not ended, beginning with a calendar."""

    def __init__(self) -> None:
        self._open: list[Component] = []
        self._is_calendar = False

    def take(self, line: Line | BadLine) -> Iterator[Found]:
        if isinstance(line, BadLine):
            self._require_calendar(line)
            yield line
        elif line.name == "BEGIN":
            yield from self._begin(line, line.value.strip().upper())
        elif line.name == "END":
            yield from self._end(line, line.value.strip().upper())
        elif len(self._open) > 1:
            self._open[-1].lines.append(line)
        else:
            self._require_calendar(line)
            yield line if self._open else BadLine(line.number, "stands outside of a calendar")

    def end(self) -> Iterator[Found]:
        self._require_calendar(BadLine(1, ""))
        if self._open:
            yield BadLine(self._open[0].number, "begins a calendar that never ends")
        yield from self._close(0, is_whole=False)

    def _begin(self, line: Line, name: str) -> Iterator[Found]:
        if name == "VCALENDAR":
            self._is_calendar = True
            yield from self._close(0, is_whole=False)
        self._require_calendar(line)
        if not self._open and name != "VCALENDAR":
            yield BadLine(line.number, "begins something outside of a calendar")
            return
        if name in {
            "VTODO",
            "VEVENT",
        }:  # which stand in nothing else: what is open has lost its end
            yield from self._close(1, is_whole=False)
        if len(self._open) >= MAX_DEPTH:
            raise _refused(line, f"nested deeper than {MAX_DEPTH} levels")
        component = Component(name, line.number)
        if len(self._open) > 1:
            self._open[-1].parts.append(component)
        self._open.append(component)

    def _end(self, line: Line, name: str) -> Iterator[Found]:
        self._require_calendar(line)
        names = [component.name for component in self._open]
        if name not in names:
            yield BadLine(line.number, f"ends {quote(name)}, which has not begun")
            return
        depth = len(names) - 1 - names[::-1].index(name)
        yield from self._close(depth + 1, is_whole=False)
        yield from self._close(depth, is_whole=True)

    def _close(self, depth: int, *, is_whole: bool) -> Iterator[Found]:
        """Ends components until so many are open."""
        while len(self._open) > depth:
            component = self._open.pop()
            component.is_whole = is_whole
            if len(self._open) <= 1:
                yield component

    def _require_calendar(self, line: Line | BadLine) -> None:
        if not self._is_calendar:
            message = f"Line {line.number}: a calendar file begins with BEGIN:VCALENDAR."
            raise Invalid(message, code="calendar_invalid")


def _refused(line: Line | BadLine, reason: str) -> Invalid:
    return Invalid(f"Line {line.number}: {reason}.", code="calendar_invalid")
