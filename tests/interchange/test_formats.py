import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat.domain.errors import Invalid
from taskchat.interchange.formats import READERS, detect
from taskchat.interchange.own import spreadsheet
from tests.interchange.exports import own_task
from tests.interchange.reading import file, reads, zipped

TODOIST = file("todoist_garden.csv")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (TODOIST, "todoist"),
        (TODOIST.decode().encode("utf-16"), "todoist"),
        (zipped({"Garden.csv": TODOIST}), "todoist"),
        (file("tasks_takeout.json"), "takeout"),
        (zipped({"Takeout/Tasks/Tasks.json": file("tasks_takeout.json")}), "takeout"),
        (file("ticktick.csv"), "ticktick"),
        (file("taskwarrior.json"), "taskwarrior"),
        (b'{"uuid": "1", "description": "A", "status": "pending"}', "taskwarrior"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", "ics"),
        (b'{"format": "taskchat", "version": 1', "json"),
        (spreadsheet.write([own_task()]), "csv"),
    ],
)
def test_a_file_says_what_it_is(data: bytes, name: str) -> None:
    assert detect(data, "download") == name
    assert name in READERS


def test_a_long_line_and_a_character_cut_in_two_are_no_trouble() -> None:
    assert detect(TODOIST + "ä".encode() * 100_000, "x.csv") == "todoist"
    assert detect(b'[{"uuid": "' + "ä".encode() * 100_000, "x.json") == "taskwarrior"


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"a,b\n1,2", zipped({"photo.jpg": b"x"}), zipped({})]
)
def test_other_files_are_refused_by_name(data: bytes) -> None:
    with pytest.raises(
        Invalid, match=r"“notes\.txt” is not a file that can be imported"
    ) as refusal:
        detect(data, "notes\x00.txt")
    assert refusal.value.code == "format_unknown"


@given(st.binary())
def test_anything_at_all_is_refused_or_named(data: bytes) -> None:
    try:
        assert detect(data, "x") in READERS
    except Invalid:
        return


def test_every_reader_reads_what_it_detects() -> None:
    for name in ("todoist_garden.csv", "tasks_takeout.json", "ticktick.csv", "taskwarrior.json"):
        assert reads(READERS[detect(file(name), name)], file(name))
