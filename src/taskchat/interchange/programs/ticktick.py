"""The backup of TickTick: one table of all tasks below a few lines about the table."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from taskchat.domain.due import find_zone
from taskchat.domain.errors import Invalid
from taskchat.domain.task import MORNING, Priority, Status
from taskchat.interchange.files.tables import Row, read_table
from taskchat.interchange.hierarchy import parents_first
from taskchat.interchange.limits import fit, quote
from taskchat.interchange.moments import is_day, read_duration, read_instant, read_moment
from taskchat.interchange.record import Problem, Read, TaskRecord

COLUMNS: Final = frozenset({"list name", "title", "status", "taskid"})
STATUSES: Final[Mapping[str, Status]] = {
    "": Status.TODO,
    "0": Status.TODO,
    "1": Status.DONE,
    "2": Status.DONE,  # done and put away
    "-1": Status.DONE,  # given up
}
PRIORITIES: Final[Mapping[str, Priority]] = {
    "": Priority.MEDIUM,
    "0": Priority.MEDIUM,
    "1": Priority.LOW,
    "3": Priority.MEDIUM,
    "5": Priority.HIGH,
}
NO_LIST: Final = "inbox"
NO_SECTION: Final = "not sectioned"
OPEN_MARK, DONE_MARK = "▫", "▪"
WHOLE: Final = re.compile(r"(-?\d{1,19})(?:\.0*)?", re.ASCII)


def read(data: bytes, *, zone: str, now: datetime) -> Iterator[Read]:
    """A Reader. Folder and list become the project, the column of a board a tag, a checklist the description."""
    del now  # every date in such a file is absolute
    rows = read_table(data, COLUMNS)
    return parents_first(each for row in rows for each in _read_row(row, zone))


def _read_row(row: Row, zone: str) -> Iterator[Read]:
    place = f"line {row.line}"
    notes: list[str] = []
    try:
        record = _record(row, zone, place, notes)
    except Invalid as error:
        yield Problem(place, str(error))
        return
    yield from fit(record, zone, notes)


def _record(row: Row, zone: str, place: str, notes: list[str]) -> TaskRecord:
    """Adds to the notes what is not understood."""
    status = _coded(row, "status", STATUSES, Status.TODO, notes)
    clock, named = _clock(row["timezone"], zone)
    if row["timezone"] and not named:
        notes.append(
            f"The time zone {quote(row['timezone'])} is not known; your own counts instead."
        )
    due, all_day, lost = _due(row, clock)
    if lost:
        notes.append(f"The due date {quote(lost)} is not understood.")
    floating = row["is floating"].casefold() == "true"
    reminder, unread = _reminder(row["reminder"], all_day=all_day)
    if unread:
        notes.append(f"The reminder {quote(unread)} has no equal here.")
    kept = [f"Due: {lost}" if lost else "", f"Reminder: {unread}" if unread else ""]
    done = status is Status.DONE
    return TaskRecord(
        source_id=_whole(row["taskid"]),
        place=place,
        title=row["title"],
        description="\n".join(filter(None, (_content(row), *kept))),
        status=status,
        priority=_coded(row, "priority", PRIORITIES, Priority.MEDIUM, notes),
        tags=_tags(row),
        project=_project(row),
        parent=_whole(row["parentid"]) or None,
        due=due and _due_text(due, all_day=all_day, floating=floating),
        timezone=None if floating else named,
        recurrence=row["repeat"] or None,
        remind_before=reminder if due else None,
        created_at=_instant(row, "created time", clock, notes),
        completed_at=_instant(row, "completed time", clock, notes) if done else None,
    )


def _coded[V](row: Row, name: str, codes: Mapping[str, V], usual: V, notes: list[str]) -> V:
    code = _whole(row[name])
    if code not in codes:
        notes.append(f"The {name} {quote(code)} is not known.")
    return codes.get(code, usual)


def _whole(text: str) -> str:
    """`3` for `3.0`, as spreadsheets write it; other text as it is."""
    match = WHOLE.fullmatch(text)
    return match[1] if match else text


def _clock(name: str, zone: str) -> tuple[str, str | None]:
    """The zone whose clock counts, and its name if the row has one that is known."""
    try:
        named = find_zone(name).key if name else None
    except Invalid:
        named = None
    return named or zone, named


def _due(row: Row, clock: str) -> tuple[datetime | None, bool, str]:
    """The moment and whether only its day counts, or what was written where that is no date."""
    text = row["due date"] or row["start date"]
    if not text:
        return None, False, ""
    try:
        moment = read_moment(text, clock)
    except Invalid:
        return None, False, text
    said = row["is all day"].casefold()
    return moment, said == "true" or (said != "false" and is_day(moment)), ""


def _due_text(due: datetime, *, all_day: bool, floating: bool) -> str:
    if all_day:
        return due.date().isoformat()
    return due.replace(tzinfo=None).isoformat() if floating else due.isoformat()


def _reminder(text: str, *, all_day: bool) -> tuple[int | None, str]:
    """Minutes before it is due, and what is not understood. Of several reminders the first counts.

    A trigger counts from the moment, or for a day from its beginning; without that word the time lies before.
    """
    first, _, others = text.replace("\n", ",").partition(",")
    word = first.strip().upper()
    is_trigger = word.startswith("TRIGGER:")
    sign, plain = _signed(word.removeprefix("TRIGGER:"))
    if not word:
        return None, ""
    length = read_duration(plain)
    if length is None or length.months:
        return None, text
    minutes = sign * (length.days * 1440 + length.seconds // 60)
    if all_day:
        minutes = MORNING.hour * 60 - minutes
    elif is_trigger:
        minutes = -minutes
    else:
        minutes = abs(minutes)
    return (minutes, others.strip()) if minutes >= 0 else (None, text)


def _signed(text: str) -> tuple[int, str]:
    return (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))


def _content(row: Row) -> str:
    text = row["content"].replace("\r\n", "\n").replace("\r", "\n")
    is_list = row["is check list"].upper() == "Y" or row["kind"].upper() == "CHECKLIST"
    if not is_list:
        return text
    text = text.replace(OPEN_MARK, "\n- [ ] ").replace(DONE_MARK, "\n- [x] ")
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


def _tags(row: Row) -> tuple[str, ...]:
    section = row["column name"]
    listed = row["tags"].split(",")
    return tuple(listed if section.casefold() in {"", NO_SECTION} else (*listed, section))


def _project(row: Row) -> str | None:
    folder, name = row["folder name"], row["list name"]
    if name.casefold() == NO_LIST and not folder:
        return None
    return " / ".join(filter(None, (folder, name))) or None


def _instant(row: Row, name: str, clock: str, notes: list[str]) -> datetime | None:
    try:
        return read_instant(row[name], clock)
    except Invalid as error:
        notes.append(f"The {name} is not understood: {error}")
        return None
