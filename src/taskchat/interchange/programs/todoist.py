"""Todoist's tables: one project as CSV, or the backup with one such table for each project."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from taskchat.domain.due import find_zone, read_iso
from taskchat.domain.errors import Invalid
from taskchat.domain.recurrence import RecurrenceFrom
from taskchat.domain.task import Priority
from taskchat.interchange.files.archives import is_archive, unpack
from taskchat.interchange.files.tables import Row, read_table
from taskchat.interchange.hierarchy import parents_first
from taskchat.interchange.limits import fit, quote
from taskchat.interchange.record import Problem, Read, TaskRecord
from taskchat.language.dates import When, read_due
from taskchat.language.recurrences import Recurrence, read_recurrence

COLUMNS: Final = frozenset({"type", "content", "priority", "indent", "date"})
# An empty cell is the first priority by Todoist's own rule for these files; 4 is no priority at all.
PRIORITIES: Final[Mapping[str, Priority]] = {
    "": Priority.HIGH,
    "1": Priority.HIGH,
    "2": Priority.MEDIUM,
    "3": Priority.LOW,
    "4": Priority.MEDIUM,
}
INBOX: Final = "inbox"
LABEL: Final = re.compile(r"(?<!\S)@(\S+)")
FILE_ID: Final = re.compile(r"[ _]?[\[(]\d{4,}[\])]$|[ _]\d{6,}$", re.ASCII)
MAX_INDENT: Final = 50
LONGEST_DATE: Final = 150  # characters; nobody says when at greater length
KEPT: Final = ("deadline", "duration", "responsible")
NO_DATE: Final = frozenset({"", "no date", "no due date"})


def read(data: bytes, *, zone: str, now: datetime) -> Iterator[Read]:
    """A Reader. Labels and sections become tags, notes part of the description.

    Such tables hold no ids: one is made of the project, the titles down to the task, and its place among equals.
    """
    return parents_first(_read_tables(_tables(data), zone, now))


def _tables(data: bytes) -> Mapping[str, list[Row]]:
    """Rows by file name, which is empty for a table that came alone."""
    if not is_archive(data):
        return {"": read_table(data, COLUMNS)}
    contents = unpack(data, _is_table)
    if not contents:
        raise Invalid("The archive holds no CSV file.", code="format_unknown")
    tables: dict[str, list[Row]] = {}
    for path, content in contents.items():
        try:
            tables[path] = read_table(content, COLUMNS)
        except Invalid as error:
            raise Invalid(f"{quote(path)}: {error}", code=error.code) from error
    return tables


def _is_table(path: str) -> bool:
    return path.lower().endswith(".csv") and not path.startswith("__MACOSX/")


def _read_tables(tables: Mapping[str, list[Row]], zone: str, now: datetime) -> Iterator[Read]:
    for path, rows in tables.items():
        stem = path.rpartition("/")[2][: -len(".csv")]
        project = FILE_ID.sub("", stem).strip()
        own = None if project.casefold() in {"", INBOX} else project
        table = _Table(stem, own, f"{quote(path)[1:-1]}, " if path else "", zone, now)
        yield from table.read(rows)


@dataclass(frozen=True, slots=True)
class _Schedule:
    due: str
    rule: str | None = None
    since: RecurrenceFrom = RecurrenceFrom.SCHEDULE


@dataclass(slots=True)
class _Draft:
    """A task whose notes may still follow."""

    record: TaskRecord
    problems: list[str] = field(default_factory=list[str])

    def note(self, text: str) -> None:
        parts = filter(None, (self.record.description, text))
        self.record = replace(self.record, description="\n\n".join(parts))


@dataclass(slots=True)
class _Table:
    """`above` are the ids down to the task that was read last; `seen` counts equal titles in one place."""

    file: str
    project: str | None
    prefix: str
    zone: str
    now: datetime
    section: str = ""
    above: list[str] = field(default_factory=list[str])
    seen: Counter[str] = field(default_factory=Counter[str])
    draft: _Draft | None = None
    schedules: dict[tuple[str, str, str], _Schedule | None] = field(
        default_factory=dict[tuple[str, str, str], "_Schedule | None"]
    )

    def read(self, rows: list[Row]) -> Iterator[Read]:
        for row in rows:
            kind = row["type"].casefold()
            if kind == "note":
                yield from self._note(row)
                continue
            yield from self._finished()
            if kind == "section":
                self.section, self.above = row["content"], []
            elif kind == "task":
                self.draft = self._task(row)
            elif kind != "meta":
                yield Problem(self._place(row), f"A row of type {quote(row['type'])} is not known.")
        yield from self._finished()

    def _place(self, row: Row) -> str:
        return f"{self.prefix}line {row.line}"

    def _note(self, row: Row) -> Iterator[Problem]:
        if self.draft:
            self.draft.note(row["content"])
        elif row["content"]:
            yield Problem(
                self._place(row), "A note belongs to no task and was left out.", is_fatal=False
            )

    def _finished(self) -> Iterator[Read]:
        draft, self.draft = self.draft, None
        if draft is None:
            return
        yield from fit(draft.record, self.zone, draft.problems)

    def _task(self, row: Row) -> _Draft:
        content = row["content"].removeprefix("* ")
        labels: list[str] = LABEL.findall(content)
        title = " ".join(LABEL.sub("", content).split()) or content
        problems: list[str] = []
        parent, source_id = self._stand(row, title, problems)
        record = TaskRecord(
            source_id=source_id,
            place=self._place(row),
            title=title,
            description=row["description"],
            priority=self._priority(row, problems),
            tags=tuple(filter(None, (*labels, self.section))),
            project=self.project,
            parent=parent,
        )
        draft = _Draft(record, problems)
        self._schedule(draft, row)
        return draft

    def _stand(self, row: Row, title: str, problems: list[str]) -> tuple[str | None, str]:
        """The ids of the parent and of the task itself."""
        indent = row["indent"] or "1"
        depth = int(indent) if indent in INDENTS else 1
        if indent not in INDENTS or depth > len(self.above) + 1:
            problems.append(f"The indent {quote(indent)} does not follow from the row above.")
        del self.above[depth - 1 :]
        parent = self.above[-1] if self.above else None
        like = json.dumps([parent or self.file, title])
        self.seen[like] += 1
        made = hashlib.sha256(f"{like} {self.seen[like]}".encode()).hexdigest()[:32]
        self.above.append(made)
        return parent, made

    def _priority(self, row: Row, problems: list[str]) -> Priority:
        if row["priority"] not in PRIORITIES:
            problems.append(f"The priority {quote(row['priority'])} is not known.")
        return PRIORITIES.get(row["priority"], Priority.MEDIUM)

    def _schedule(self, draft: _Draft, row: Row) -> None:
        """Puts the date in, or what was written for it into the description, with what has no field here."""
        words = row["date"]
        timezone = self._timezone(row, draft.problems)
        if words.casefold() not in NO_DATE:
            schedule = self._read(words, row["date_lang"], timezone or self.zone)
            if schedule:
                draft.record = replace(
                    draft.record,
                    due=schedule.due,
                    timezone=timezone,
                    recurrence=schedule.rule,
                    recurrence_from=schedule.since,
                )
            else:
                draft.problems.append(f"The date {quote(words)} is not understood.")
                draft.note(f"Date: {words}")
        for name in KEPT:
            value = " ".join(filter(None, (row[name], row[f"{name}_unit"])))
            draft.note(f"{name.capitalize()}: {value}" if value else "")

    def _read(self, words: str, language: str, zone: str) -> _Schedule | None:
        """The same words are read once: people have many tasks every day, and few ways to say so."""
        key = (words, language, zone)
        if key not in self.schedules:
            self.schedules[key] = _schedule(words, language, zone, self.now)
        return self.schedules[key]

    def _timezone(self, row: Row, problems: list[str]) -> str | None:
        name = row["timezone"]
        try:
            return find_zone(name).key if name else None
        except Invalid:
            problems.append(f"The time zone {quote(name)} is not known; your own counts instead.")
            return None


INDENTS: Final = frozenset(map(str, range(1, MAX_INDENT + 1)))


def _schedule(words: str, language: str, zone: str, now: datetime) -> _Schedule | None:
    """None when the words say nothing that is understood."""
    try:
        if read_iso(words, zone):
            return _Schedule(words)
        if language.casefold() not in {"", "en"} or len(words) > LONGEST_DATE:
            return None
        local = now.astimezone(find_zone(zone))
        read = read_recurrence(words, local) or read_due(words, local)
    except (Invalid, OverflowError):  # outside of the calendar
        return None
    if isinstance(read, Recurrence):
        since = RecurrenceFrom.COMPLETION if read.from_completion else RecurrenceFrom.SCHEDULE
        return _Schedule(_text(read.first), read.rule, since)
    return read and _Schedule(_text(read))


def _text(when: When) -> str:
    """By the clock of whoever reads it."""
    return (
        when.day.isoformat() if when.at is None else datetime.combine(when.day, when.at).isoformat()
    )
