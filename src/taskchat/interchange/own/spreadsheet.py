"""Tasks as a table for spreadsheets, out and in again.

UTF-8 with a byte order mark, without which Excel reads another encoding; commas, lines that end in CR LF, a first row
of names. A text that a spreadsheet would take for a formula has an apostrophe before it. Moments are UTC, tags are
separated by commas. What is to be read back without any loss is JSON.
"""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum

from taskchat.domain.errors import Invalid
from taskchat.domain.recurrence import RecurrenceFrom
from taskchat.domain.task import Priority, Status
from taskchat.interchange.files.tables import Row, read_table
from taskchat.interchange.hierarchy import parents_first
from taskchat.interchange.limits import fit, quote
from taskchat.interchange.moments import read_instant
from taskchat.interchange.own.entries import OwnTask
from taskchat.interchange.record import Read, TaskRecord

# The wide forms are the ones that spreadsheets in East Asian settings read like the plain ones.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
COLUMNS = (
    "number",
    "title",
    "description",
    "status",
    "priority",
    "tags",
    "project",
    "parent",
    "due",
    "timezone",
    "remind_before",
    "recurrence",
    "recurrence_from",
    "created_at",
    "updated_at",
    "completed_at",
    "id",
)
NEEDED = frozenset({"title"})
TYPICAL = frozenset({"title", "status"})
MAX_DIGITS = 9  # of a number of minutes


def write(tasks: Iterable[OwnTask]) -> bytes:
    """`parent` is the number of the task that one belongs to, `remind_before` is in minutes."""
    rows = list(tasks)
    numbers = {task.id: task.number for task in rows}
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    writer.writerows(_row(task, numbers) for task in rows)
    return table.getvalue().encode("utf-8-sig")


def _row(task: OwnTask, numbers: Mapping[str, int]) -> tuple[str | int | None, ...]:
    return (
        task.number,
        _text(task.title),
        _text(task.description),
        task.status.value,
        task.priority.value,
        _text(", ".join(task.tags)),
        _text(task.project),
        numbers.get(task.parent_id) if task.parent_id else None,
        task.due,
        task.timezone,
        task.remind_before,
        task.recurrence,
        task.recurrence_from.value if task.recurrence else None,
        _moment(task.created_at),
        _moment(task.updated_at),
        _moment(task.completed_at),
        task.id,
    )


def _text(text: str | None) -> str | None:
    return f"'{text}" if text and _needs_mark(text) else text


def _unmarked(text: str) -> str:
    return text[1:] if text.startswith("'") and _needs_mark(text) else text


def _needs_mark(text: str) -> bool:
    """Also for a text that begins with the mark itself, so that the mark can be told from it."""
    return text.lstrip("'").startswith(FORMULA_STARTS)


def _moment(moment: datetime | None) -> str | None:
    return f"{moment.astimezone(UTC).isoformat()[:19]}Z" if moment else None


def read(data: bytes, *, zone: str, now: datetime) -> Iterator[Read]:
    """A Reader for tables of `write`, and for others that name at least the column of titles."""
    del now  # every date in such a table is absolute
    return parents_first(_read_rows(read_table(data, NEEDED), zone))


def _read_rows(rows: list[Row], zone: str) -> Iterator[Read]:
    ids = list(_ids(rows))
    numbered = {row["number"]: id_ for row, id_ in zip(rows, ids, strict=True) if row["number"]}
    for row, source_id in zip(rows, ids, strict=True):
        notes: list[str] = []
        record = _record(row, source_id, numbered.get(row["parent"]), notes)
        yield from fit(record, zone, notes)


def _ids(rows: list[Row]) -> Iterator[str]:
    """For a row without one, made of the title and its place among equal ones."""
    seen: Counter[str] = Counter()
    for row in rows:
        title = row["title"]
        seen[title] += 1
        yield row["id"] or hashlib.sha256(f"{title} {seen[title]}".encode()).hexdigest()[:32]


def _record(row: Row, source_id: str, parent: str | None, notes: list[str]) -> TaskRecord:
    status = _word(row, "status", Status.TODO, notes)
    completed_at = _instant(row, "completed_at", notes)
    return TaskRecord(
        source_id=source_id,
        place=f"line {row.line}",
        title=_unmarked(row["title"]),
        description=_unmarked(row["description"]),
        status=status,
        priority=_word(row, "priority", Priority.MEDIUM, notes),
        tags=tuple(_unmarked(row["tags"]).split(",")),
        project=_unmarked(row["project"]) or None,
        parent=parent,
        due=row["due"] or None,
        timezone=row["timezone"] or None,
        recurrence=row["recurrence"] or None,
        recurrence_from=_word(row, "recurrence_from", RecurrenceFrom.SCHEDULE, notes),
        remind_before=_minutes(row["remind_before"], notes),
        created_at=_instant(row, "created_at", notes),
        completed_at=completed_at if status is Status.DONE else None,
    )


def _word[Word: StrEnum](row: Row, name: str, usual: Word, notes: list[str]) -> Word:
    word = row[name].casefold()
    if word in type(usual):
        return type(usual)(word)
    if word:
        notes.append(f"The {name} {quote(word)} is not known.")
    return usual


def _minutes(text: str, notes: list[str]) -> int | None:
    if text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS:
        return int(text)
    if text:
        notes.append(f"The reminder {quote(text)} is not a number of minutes.")
    return None


def _instant(row: Row, name: str, notes: list[str]) -> datetime | None:
    try:
        return read_instant(row[name], "UTC")
    except Invalid:
        notes.append(f"The moment {quote(row[name])} in “{name}” is not understood.")
        return None
