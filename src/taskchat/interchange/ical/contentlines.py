"""The lines that iCalendar files are made of (RFC 5545, section 3.1), in and out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO

from taskchat.domain.errors import Invalid
from taskchat.interchange.limits import quote

MAX_BYTES = 60_000_000  # what 100,000 tasks of ours come to
MAX_OCTETS = 75  # of a line that is written
NO_PARAMETERS: Mapping[str, str] = {}

LINE = re.compile(r'([A-Za-z0-9-]++)((?:;[A-Za-z0-9-]++=(?:"[^"]*+"|[^";:])*+)*+):(.*+)', re.DOTALL)
PARAMETER = re.compile(r';([A-Za-z0-9-]++)=((?:"[^"]*+"|[^";:])*+)')
PIECE = re.compile(r"\\.|,|[^\\,]++|\\", re.DOTALL)
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
# Calendars may hold no control characters other than tabs; line ends are written as text.
SPECIAL = re.compile(r"[\\;,\x00-\x08\n-\x1f\x7f]")
ESCAPES: dict[int, str | None] = {
    **dict.fromkeys({*range(32), 127} - {ord("\t")}),
    **str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"}),
}


@dataclass(frozen=True, slots=True)
class Line:
    """`number` is where it begins in the file, the first being 1. Names are in capitals, `value` is as written."""

    number: int
    name: str
    parameters: Mapping[str, str]
    value: str

    def text(self) -> str:
        return _unescaped(self.value)

    def texts(self) -> list[str]:
        """What commas separate."""
        parts: list[list[str]] = [[]]
        for piece in PIECE.findall(self.value):
            if piece == ",":
                parts.append([])
            else:
                parts[-1].append(piece)
        return [_unescaped("".join(part)) for part in parts]


@dataclass(frozen=True, slots=True)
class BadLine:
    number: int
    reason: str


def read_lines(data: bytes) -> Iterator[Line | BadLine]:
    """The lines put together again where they were folded, blank ones left out; raises Invalid for too large a file."""
    if len(data) > MAX_BYTES:
        message = f"A calendar file has at most {MAX_BYTES // 1_000_000} MB."
        raise Invalid(message, code="file_too_large")
    for number, raw in _unfolded(data.removeprefix(b"\xef\xbb\xbf")):
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            text = raw.decode("latin-1")
            yield BadLine(number, "is not UTF-8 and was read as Latin-1")
        yield _line(number, text)


def _unfolded(data: bytes) -> Iterator[tuple[int, bytes]]:
    """In octets: a file may be folded in the middle of a character."""
    begin, parts = 0, list[bytes]()
    for number, raw in enumerate(BytesIO(data), 1):
        raw = raw.removesuffix(b"\n").removesuffix(b"\r")
        if raw[:1] in (b" ", b"\t") and parts:
            parts.append(raw[1:])
        elif raw.strip():
            if parts:
                yield begin, b"".join(parts)
            begin, parts = number, [raw]
    if parts:
        yield begin, b"".join(parts)


def _line(number: int, text: str) -> Line | BadLine:
    match = LINE.fullmatch(text)
    if match is None:
        return BadLine(number, f"{quote(text)} is not one of a calendar")
    name, parameters, value = match.groups()
    return Line(number, name.upper(), _parameters(parameters), value)


def _parameters(text: str) -> Mapping[str, str]:
    if not text:
        return NO_PARAMETERS
    return {name.upper(): value.replace('"', "") for name, value in PARAMETER.findall(text)}


def _unescaped(value: str) -> str:
    if "\\" not in value:
        return value
    return ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)


def escape(text: str) -> str:
    """Text as a value; characters that calendars may not hold are left out."""
    return text.translate(ESCAPES) if SPECIAL.search(text) else text


def write_line(line: str) -> bytes:
    """The line in UTF-8 with its end, folded between characters."""
    octets = line.encode()
    if len(octets) <= MAX_OCTETS:
        return octets + b"\r\n"
    parts: list[bytes] = []
    begin, room = 0, MAX_OCTETS
    while begin < len(octets):
        end = begin + room
        while end < len(octets) and octets[end] & 0xC0 == 0x80:  # in the middle of a character
            end -= 1
        parts.append(octets[begin:end])
        begin, room = end, MAX_OCTETS - 1
    return b"\r\n ".join(parts) + b"\r\n"
