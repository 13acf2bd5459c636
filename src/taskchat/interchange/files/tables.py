"""Tables of comma-separated values as other programs and spreadsheets save them."""

import codecs
import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice

from taskchat.domain.errors import Invalid

MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_FIELD = 100_000  # characters
MAX_PREAMBLE = 20  # lines that can stand before the names of the columns
DELIMITERS = (",", ";", "\t")
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """`line` is where it begins, the first being 1; cells are by lower-case name of their column."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """Without space at the ends; empty where there is no such column."""
        return self.cells.get(name, "").strip()


def read_table(data: bytes, columns: frozenset[str]) -> list[Row]:
    """The rows below the line that names all these columns, blank ones left out.

    Raises Invalid when no line names them, and for broken quotes, with the line: what follows these cannot be told.
    """
    text = decode(data)
    lines = list(islice(StringIO(text, newline=""), MAX_PREAMBLE))
    start, delimiter = _header(lines, columns)
    rows = _rows(text, sum(map(len, lines[:start])), start, delimiter)
    _, names = next(rows)
    names = [name.strip().casefold() for name in names]
    return [Row(line, dict(zip(names, cells, strict=False))) for line, cells in rows]


def decode(data: bytes) -> str:
    """By its byte order mark; else UTF-16 when one of the first two bytes is zero, else UTF-8, else Windows-1252."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding)
    if 0 in data[:2]:
        return _decoded(data, "utf-16-be" if data[0] == 0 else "utf-16-le")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _decoded(data, "cp1252")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"Line {line} is not valid text; save the file as UTF-8."
        raise Invalid(message, code="encoding_unknown") from error


def _header(lines: Sequence[str], columns: frozenset[str]) -> tuple[int, str]:
    """The index of the line that names the columns, and what stands between them."""
    for index, line in enumerate(lines):
        delimiter = max(DELIMITERS, key=line.count)
        names = {name.strip(' "\r\n').casefold() for name in line[:MAX_FIELD].split(delimiter)}
        if columns <= names:
            return index, delimiter
    wanted = ", ".join(sorted(columns))
    raise Invalid(f"No line names the columns {wanted}.", code="columns_missing")


def _rows(text: str, offset: int, line: int, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows from the offset, which is at the end of so many lines, with the line at which each begins."""
    reader = csv.reader(StringIO(text[offset:], newline=""), delimiter=delimiter, strict=True)
    count = 0
    while True:
        begin = line + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _broken(begin, error) from error
        if cells is None:
            return
        if any(map(str.strip, cells)):
            count += 1
            _check(begin, count, cells)
            yield begin, cells


def _broken(line: int, error: csv.Error) -> Invalid:
    if "limit" in str(error):
        return _too_large(f"Line {line} holds more text than a field can have.")
    message = f"The quotation marks in the row that begins on line {line} are broken: {error}."
    return Invalid(message, code="table_broken")


def _check(line: int, count: int, cells: Sequence[str]) -> None:
    if count > MAX_ROWS:
        raise _too_large(f"The table has more than {MAX_ROWS:,} rows.")
    if len(cells) > MAX_COLUMNS:
        raise _too_large(f"Line {line} has more than {MAX_COLUMNS} columns.")
    if max(map(len, cells)) > MAX_FIELD:
        raise _too_large(f"Line {line} holds more text than a field can have.")


def _too_large(message: str) -> Invalid:
    return Invalid(message, code="table_too_large")
