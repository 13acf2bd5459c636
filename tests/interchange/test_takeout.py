import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat.domain.errors import Invalid
from taskchat.domain.task import Status
from taskchat.interchange.programs.takeout import read
from taskchat.interchange.record import TaskRecord
from tests.interchange.reading import check_any, file, reads, reasons, records, truncations, zipped

TASKS = file("tasks_takeout.json")
FIELDS = (
    "id",
    "title",
    "notes",
    "status",
    "due",
    "parent",
    "links",
    "deleted",
    "completed",
    "position",
    "scheduled_time",
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("2026-12-01T00:00:00.000Z"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


def tasks(*items: object) -> bytes:
    return json.dumps(
        {"kind": "tasks#taskLists", "items": [{"title": "List", "items": items}]}
    ).encode()


def test_a_list_becomes_a_project_and_tasks_stand_by_position_below_their_parents() -> None:
    found = [each for each in reads(read, TASKS) if isinstance(each, TaskRecord)]
    assert [task.source_id for task in found] == ["a1", "a2", "a3", "a6"]
    assert {task.project for task in found} == {"House"}
    assert found[2].parent == "a2"


def test_midnight_in_utc_means_the_day() -> None:
    found = records(read, TASKS)
    assert found["Second"].due == "2026-12-01"
    assert found["Later"].due == "2026-12-24"


def test_a_task_that_was_cleared_away_is_done() -> None:
    task = records(read, TASKS)["Below the second"]
    assert task.status is Status.DONE
    assert task.completed_at
    assert task.completed_at.isoformat() == "2026-11-02T08:15:30+00:00"


def test_notes_and_links_make_the_description() -> None:
    assert (
        records(read, TASKS)["First"].description == "With care\nThe letter https://mail.example/1"
    )


def test_what_is_left_out_is_said() -> None:
    assert reasons(read, TASKS) == [
        "Tasks.json, list 1: 1 task deleted in Google Tasks left out.",
        "!Tasks.json, list 1, entry 5: The task has no title.",
    ]


def test_the_whole_archive_of_takeout_can_be_given() -> None:
    data = zipped(
        {
            "Takeout/archive_browser.html": b"<p>",
            "Takeout/Tasks/Tasks.json": TASKS,
            "Takeout/Keep/a.json": b"{",
        }
    )
    assert list(records(read, data)) == list(records(read, TASKS))
    translated = zipped({"Takeout/Aufgaben/Aufgaben.json": TASKS, "Takeout/Keep/a.json": b"{"})
    assert records(read, translated)["First"].place == "Aufgaben.json, list 1, entry 2"


def test_entries_that_are_none_are_said_and_the_others_read() -> None:
    data = tasks(7, {"title": "No id"}, {"id": "1", "title": [], "status": "needsAction"}, {"id": "2", "title": "Good", "status": "asleep", "due": "soon"})  # fmt: skip
    assert reasons(read, data) == [
        "!Tasks.json, list 1, entry 1: This is not an object.",
        "Tasks.json, list 1, entry 2: The status “” is not known; the task is open.",
        "!Tasks.json, list 1, entry 2: The task has no id that can be used.",
        "!Tasks.json, list 1, entry 3: “title” is not text.",
        "Tasks.json, list 1, entry 4: The status “asleep” is not known; the task is open.",
        "Tasks.json, list 1, entry 4: The due date “soon” is not understood.",
    ]
    assert records(read, data)["Good"].description == "Due: soon"


def test_a_broken_time_stamp_does_not_cost_the_task() -> None:
    data = tasks({"id": "1", "title": "A", "status": "completed", "completed": "just now"})
    assert records(read, data)["A"].status is Status.DONE
    assert reasons(read, data) == [
        "Tasks.json, list 1, entry 1: The moment “just now” in “completed” is not understood."
    ]


def test_parents_in_a_circle_are_cut_apart() -> None:
    items = [
        {"id": a, "parent": b, "title": a, "status": "needsAction"} for a, b in ("ab", "bc", "ca")
    ]
    found = records(read, tasks(*items))
    assert [(task.source_id, task.parent) for task in found.values()] == [
        ("a", None),
        ("c", "a"),
        ("b", "c"),
    ]


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b'{"kind": "tasks#taskLists"}', b'{"kind": "other", "items": []}', b"\xff\xfe", zipped({"x.json": b"{}"})],
)  # fmt: skip
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        reads(read, data)


@given(st.binary())
def test_anything_at_all_is_refused_or_read(data: bytes) -> None:
    check_any(read, data)


@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), VALUES)))
def test_any_entries_are_refused_or_read(items: list[dict[str, object]]) -> None:
    check_any(read, tasks(*items))


def test_a_file_cut_anywhere_is_refused_or_read() -> None:
    for data in truncations(TASKS):
        check_any(read, data)
