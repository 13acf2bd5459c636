"""Google Tasks as Google Takeout gives them: `Tasks.json`, or the archive it comes in."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from taskchat.domain.errors import Invalid
from taskchat.domain.task import Status
from taskchat.interchange.files.archives import is_archive, unpack
from taskchat.interchange.files.jsonfiles import (
    Entry,
    decode_json,
    entries,
    entry,
    read_json,
    text_of,
)
from taskchat.interchange.hierarchy import parents_first
from taskchat.interchange.limits import fit, quote
from taskchat.interchange.moments import is_day, read_instant, read_moment
from taskchat.interchange.record import Problem, Read, TaskRecord

KIND: Final = "tasks#taskLists"
USUAL_NAME: Final = "tasks.json"
STATUSES: Final[Mapping[str, Status]] = {"completed": Status.DONE, "needsAction": Status.TODO}


def read(data: bytes, *, zone: str, now: datetime) -> Iterator[Read]:
    """A Reader. A list becomes a project, a due date a day; tasks that were deleted there are counted and left out."""
    del now  # every date in such a file is absolute
    return parents_first(_read_files(_files(data), zone))


def _files(data: bytes) -> Mapping[str, Entry]:
    """Whole files by name; files of an archive that are not of this kind are passed over."""
    if not is_archive(data):
        return {"Tasks.json": _lists_in(data)}
    contents = unpack(data, lambda path: path.lower().endswith(".json"))
    usual = {
        path: content for path, content in contents.items() if path.lower().endswith(USUAL_NAME)
    }
    found = {
        path.rpartition("/")[2]: _lists_in(content)
        for path, content in (usual or contents).items()
        if usual or KIND.encode() in content
    }
    if not found:
        raise Invalid("The archive holds no tasks of Google.", code="format_unknown")
    return found


def _lists_in(data: bytes) -> Entry:
    whole = entry(read_json(decode_json(data)))
    if whole.get("kind") != KIND or "items" not in whole:
        raise Invalid("This is not a file of Google Tasks.", code="format_unknown")
    return whole


def _read_files(files: Mapping[str, Entry], zone: str) -> Iterator[Read]:
    for name, whole in files.items():
        for number, each in enumerate(entries(whole["items"]), 1):
            place = f"{quote(name)[1:-1]}, list {number}"
            try:
                tasks = entry(each)
                title, items = text_of(tasks, "title"), entries(tasks.get("items"))
            except Invalid as error:
                yield Problem(place, str(error))
            else:
                yield from _read_list(title, items, place, zone)


def _read_list(title: str, items: list[object], place: str, zone: str) -> Iterator[Read]:
    reads: list[tuple[str, Read]] = []
    deleted = 0
    for number, item in enumerate(items, 1):
        at = f"{place}, entry {number}"
        try:
            task = entry(item)
            if task.get("deleted") is True:
                deleted += 1
                continue
            position = text_of(task, "position")
            reads.extend((position, each) for each in _read_task(task, title, at, zone))
        except Invalid as error:
            reads.append(("", Problem(at, str(error))))
    if deleted:
        count = "1 task" if deleted == 1 else f"{deleted:,} tasks"
        yield Problem(place, f"{count} deleted in Google Tasks left out.", is_fatal=False)
    yield from (each for _, each in sorted(reads, key=lambda pair: pair[0]))


def _read_task(task: Entry, project: str, place: str, zone: str) -> Iterator[Read]:
    notes: list[str] = []
    record = _record(task, place, zone, notes)
    yield from fit(replace(record, project=project or None), zone, notes)


def _record(task: Entry, place: str, zone: str, notes: list[str]) -> TaskRecord:
    """Adds to the notes what is not understood."""
    status = text_of(task, "status")
    if status not in STATUSES:
        notes.append(f"The status {quote(status)} is not known; the task is open.")
    due, lost = _due(task, zone)
    if lost:
        notes.append(f"The due date {quote(lost)} is not understood.")
    done = STATUSES.get(status) is Status.DONE
    return TaskRecord(
        source_id=text_of(task, "id"),
        place=place,
        title=text_of(task, "title"),
        description=_description(task, lost),
        status=STATUSES.get(status, Status.TODO),
        parent=text_of(task, "parent") or None,
        due=due,
        created_at=_instant(task, "created", notes),
        completed_at=_instant(task, "completed", notes) if done else None,
    )


def _instant(task: Entry, name: str, notes: list[str]) -> datetime | None:
    text = text_of(task, name)
    try:
        return read_instant(text, "UTC")
    except Invalid:
        notes.append(f"The moment {quote(text)} in “{name}” is not understood.")
        return None


def _due(task: Entry, zone: str) -> tuple[str | None, str]:
    """The day, or what was written where that is no date. Midnight in UTC stands for the day, wherever one is."""
    text = text_of(task, "due") or _scheduled(task)
    if not text:
        return None, ""
    try:
        moment = read_moment(text, "UTC")
        if "due" in task or is_day(moment):
            return moment.date().isoformat(), ""
        return read_moment(text, zone).isoformat(), ""
    except Invalid:
        return None, text


def _scheduled(task: Entry) -> str:
    """What stands in the place of a due date in newer files."""
    times = [entry(each) for each in entries(task.get("scheduled_time"))]
    current = [each for each in times if each.get("current") is True] or times
    return text_of(current[0], "start") if current else ""


def _description(task: Entry, lost: str) -> str:
    links = [entry(each) for each in entries(task.get("links"))]
    lines = [
        " ".join(filter(None, (text_of(link, "description"), text_of(link, "link"))))
        for link in links
    ]
    due = [f"Due: {lost}"] if lost else []
    return "\n".join(filter(None, (text_of(task, "notes"), *lines, *due)))
