import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat.domain.errors import Invalid
from taskchat.domain.recurrence import RecurrenceFrom
from taskchat.domain.task import Priority, Status
from taskchat.interchange.own import document
from taskchat.interchange.own.entries import Export
from taskchat.interchange.record import FilterRecord, Identity, TaskRecord
from tests.interchange.exports import NOW, export_of, exports, own_task, records_of


def changed(**fields: Any) -> bytes:
    """The file of one plain task with other values in it."""
    file = json.loads(document.dump(export_of(own_task())))
    file["tasks"][0] |= fields
    return json.dumps(file).encode()


@given(exports())
def test_reading_what_was_written_gives_it_back_and_writing_that_gives_the_same_bytes(
    export: Export,
) -> None:
    written = document.dump(export)
    assert document.read(written) == export
    assert document.dump(document.read(written)) == written


def test_a_file_names_its_format_and_has_one_entry_on_each_line() -> None:
    written = document.dump(export_of(own_task(1), own_task(2)))
    assert json.loads(written).keys() == {
        "format", "version", "exported_at", "projects", "tasks", "filters",
    }  # fmt: skip
    lines = written.decode().splitlines()
    assert [json.loads(line.rstrip(","))["number"] for line in lines if "Water" in line] == [1, 2]


def test_times_in_another_zone_are_written_in_utc() -> None:
    file = changed(created_at="2026-11-20T10:00:00+02:00")
    assert b'"created_at":"2026-11-20T08:00:00Z"' in document.dump(document.read(file))


def test_records_come_by_position_and_parents_before_their_subtasks() -> None:
    export = export_of(
        own_task(1, position="c"),
        own_task(2, position="a", parent_id=own_task(3).id),
        own_task(3, position="b"),
    )
    assert [record.place for record in records_of(export)] == ["task 3", "task 2", "task 1"]


def test_a_record_says_what_the_task_says() -> None:
    task = own_task(
        7,
        description="Two cans",
        status=Status.DONE,
        priority=Priority.HIGH,
        tags=("home", "garden"),
        project="House",
        due="2026-11-21T17:00:00+01:00",
        remind_before=30,
        recurrence="FREQ=DAILY",
        recurrence_from=RecurrenceFrom.COMPLETION,
        completed_at=NOW,
    )
    assert records_of(export_of(task)) == [
        TaskRecord(
            source_id=task.id,
            place="task 1",
            title="Water the plants 7",
            description="Two cans",
            status=Status.DONE,
            priority=Priority.HIGH,
            tags=("home", "garden"),
            project="House",
            due="2026-11-21T17:00:00+01:00",
            timezone="Europe/Berlin",
            recurrence="FREQ=DAILY",
            recurrence_from=RecurrenceFrom.COMPLETION,
            remind_before=30,
            created_at=NOW - timedelta(days=2),
            completed_at=NOW,
            identity=Identity(7, "a000000007", NOW, 1, None, {}),
        )
    ]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": ""}, "Task 1, “title”"),
        ({"title": "a\0b"}, "Task 1, “title”"),
        ({"title": "x" * 256}, "Task 1, “title”"),
        ({"tags": ["fine", 3]}, "Task 1, “tags”, “1”"),
        ({"number": "1"}, "Task 1, “number”"),
        ({"number": 2**63}, "Task 1, “number”"),
        ({"number": True}, "Task 1, “number”"),
        ({"status": "finished"}, "Task 1, “status”"),
        ({"created_at": "2026-11-20T10:00:00"}, "Task 1, “created_at”"),
        ({"created_at": "0001-01-01T00:00:00+10:00"}, "Task 1, “created_at”"),
        ({"colour": "red"}, "Task 1, “colour”"),
        ({"due": "soon"}, "Task 1: “soon”"),
        ({"due": "1700-01-01"}, "Task 1: A due date"),
        ({"timezone": "Mars/Olympus"}, "Task 1: The time zone"),
        ({"remind_before": 5}, "Task 1: A reminder"),
        ({"due": "2026-11-21", "recurrence": "FREQ=SECONDLY"}, "Task 1: A task can repeat"),
        ({"status": "done"}, "Task 1: “completed_at”"),
        ({"project": "Nowhere"}, "Task 1: there is no project"),
        ({"parent_id": "tsk_gone"}, "Task 1: there is no task"),
        ({"parent_id": own_task().id}, "Task 1: it stands below itself"),
    ],
)
def test_an_entry_that_is_not_as_it_should_be_is_named(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(Invalid) as refusal:
        document.read(changed(**fields))
    assert str(refusal.value).startswith(said)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "json_invalid"),
        (b"{", "json_invalid"),
        (b'{"format": "taskchat", "version": 1, "x": "\xff"}', "json_invalid"),
        (b"[" * 100_000, "json_invalid"),
        (b"[]", "format_unknown"),
        (b"{}", "format_unknown"),
        (b'{"format": "other", "version": 1}', "format_unknown"),
        (b'{"format": "taskchat", "version": 2}', "export_version_unknown"),
        (b'{"format": "taskchat", "version": 1}', "export_invalid"),
    ],
)
def test_a_file_that_is_no_export_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        document.read(data)
    assert refusal.value.code == code


def test_no_two_entries_are_the_same_one() -> None:
    twins: tuple[dict[str, Any], ...] = ({"id": own_task(1).id}, {"number": 1})
    for twin in twins:
        export = export_of(own_task(1), replace(own_task(2), **twin))
        with pytest.raises(Invalid) as refusal:
            document.read(document.dump(export))
        assert str(refusal.value).startswith("Task 2: another one")


def test_tasks_that_stand_below_each_other_are_refused() -> None:
    first, second = own_task(1, parent_id=own_task(2).id), own_task(2, parent_id=own_task(1).id)
    with pytest.raises(Invalid) as refusal:
        document.read(document.dump(export_of(first, second)))
    assert refusal.value.code == "export_invalid"


@given(st.binary() | st.binary().map(lambda data: b'{"format": "taskchat", "version": 1, ' + data))
def test_no_bytes_do_anything_but_be_read_or_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        document.read(data)


@given(st.data())
def test_a_file_that_was_cut_or_garbled_is_refused_or_gives_records(data: st.DataObject) -> None:
    written = document.dump(export_of(own_task(1, due="2026-11-21"), own_task(2)))
    place = data.draw(st.integers(0, len(written)))
    garbled = (
        written[:place]
        + data.draw(st.binary(max_size=3))
        + data.draw(st.sampled_from([b"", written[place:], written[place + 1 :]]))
    )
    try:
        found = list(document.read_arrivals(garbled, zone="UTC", now=NOW))
    except Invalid:
        return
    assert all(isinstance(one, TaskRecord | FilterRecord) for one in found)
