"""The kinds of file that can be read, and how to tell them apart."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from taskchat.domain.errors import Invalid
from taskchat.interchange.files.archives import is_archive, names
from taskchat.interchange.files.tables import DELIMITERS, MAX_PREAMBLE, decode
from taskchat.interchange.ical import calendars
from taskchat.interchange.limits import quote
from taskchat.interchange.own import document, spreadsheet
from taskchat.interchange.programs import takeout, taskwarrior, ticktick, todoist
from taskchat.interchange.record import Reader

type Format = Literal["todoist", "takeout", "ticktick", "taskwarrior", "ics", "json", "csv"]

READERS: Final[Mapping[Format, Reader]] = MappingProxyType(
    {
        "todoist": todoist.read,
        "takeout": takeout.read,
        "ticktick": ticktick.read,
        "taskwarrior": taskwarrior.read,
        "ics": calendars.read,
        "json": document.read_arrivals,
        "csv": spreadsheet.read,
    }
)
TABLES: Final[Mapping[Format, frozenset[str]]] = MappingProxyType(
    {"todoist": todoist.COLUMNS, "ticktick": ticktick.COLUMNS, "csv": spreadsheet.TYPICAL}
)
HEAD: Final = 65_536  # bytes at the beginning that say what a file is
OWN_MARK: Final = re.compile(r'"format"\s*+:\s*+"taskchat"')
TAKEOUT_MARK: Final = f'"{takeout.KIND}"'


def detect(data: bytes, filename: str) -> Format:
    """Told by what the file holds; raises Invalid when it is none that is known."""
    found = _archived(data) if is_archive(data) else _plain(data[:HEAD])
    if found is None:
        raise Invalid(
            f"{quote(filename)} is not a file that can be imported.", code="format_unknown"
        )
    return found


def _archived(data: bytes) -> Format | None:
    paths = [path.lower() for path in names(data)]
    if any(path.endswith(".csv") for path in paths):
        return "todoist"
    return "takeout" if any(path.endswith(".json") for path in paths) else None


def _plain(data: bytes) -> Format | None:
    # Whole lines only: a character may be cut in two at the end.
    text = decode(data.rpartition(b"\n")[0] or data).lstrip("\ufeff \t\r\n")
    if text.upper().startswith("BEGIN:VCALENDAR"):
        return "ics"
    return _object(text) if text.startswith(("{", "[")) else _table(text)


def _object(text: str) -> Format:
    if OWN_MARK.search(text):
        return "json"
    return "takeout" if TAKEOUT_MARK in text else "taskwarrior"


def _table(text: str) -> Format | None:
    for line in text.splitlines()[:MAX_PREAMBLE]:
        for delimiter in DELIMITERS:
            columns_here = {name.strip(' "').casefold() for name in line.split(delimiter)}
            for name, columns in TABLES.items():
                if columns <= columns_here:
                    return name
    return None
