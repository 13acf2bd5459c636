"""What the tests of all readers have in common."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from taskchat.domain import recurrence
from taskchat.domain.due import find_zone, read_iso
from taskchat.domain.errors import Invalid
from taskchat.interchange.record import Problem, Read, Reader, TaskRecord

FILES = Path(__file__).parent / "files"
NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)  # a Saturday, 16:00 in Berlin
ZONE = "Europe/Berlin"


def file(name: str) -> bytes:
    return (FILES / name).read_bytes()


def zipped(contents: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def reads(read: Reader, data: bytes) -> list[Read]:
    found = read(data, zone=ZONE, now=NOW)
    return [one for one in found if isinstance(one, TaskRecord | Problem)]


def records(read: Reader, data: bytes) -> dict[str, TaskRecord]:
    """By title."""
    return {each.title: each for each in reads(read, data) if isinstance(each, TaskRecord)}


def reasons(read: Reader, data: bytes) -> list[str]:
    """Place and reason of every problem, `!` before those that leave a task out."""
    problems = (each for each in reads(read, data) if isinstance(each, Problem))
    return [f"{'!' if each.is_fatal else ''}{each.place}: {each.reason}" for each in problems]


def check_any(read: Reader, data: bytes) -> None:
    """The data is refused, or else all that comes out could be kept, parents first; the same when read again."""
    try:
        found = reads(read, data)
    except Invalid:
        return
    seen: set[str] = set()
    for record in (each for each in found if isinstance(each, TaskRecord)):
        check_record(record)
        assert record.source_id not in seen
        assert record.parent is None or record.parent in seen
        seen.add(record.source_id)
    assert reads(read, data) == found


def check_record(record: TaskRecord) -> None:
    assert 0 < len(record.title) <= 255
    assert "\n" not in record.title
    assert len(record.description) <= 2000
    assert len(record.tags) <= 20
    assert all(0 < len(tag) <= 50 for tag in record.tags)
    assert "\x00" not in record.title + record.description + "".join(record.tags)
    assert (record.title + record.description + "".join(record.tags)).encode()
    if record.timezone:
        assert find_zone(record.timezone)
    if record.due:
        assert read_iso(record.due, record.timezone or ZONE)
    if record.recurrence:
        assert record.due
        assert recurrence.read(record.recurrence) == record.recurrence
    assert record.remind_before is None or 0 <= record.remind_before <= 40_320


def truncations(data: bytes) -> Iterator[bytes]:
    for length in range(len(data)):
        yield data[:length]
