import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat.domain.recurrence import RecurrenceFrom
from taskchat.domain.task import Priority, Status
from taskchat.interchange.own import spreadsheet
from taskchat.interchange.own.entries import Export
from taskchat.interchange.record import Read, TaskRecord
from tests.interchange.exports import exports, own_task, records_of
from tests.interchange.reading import check_any, reads, reasons


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_each_task_is_a_row_under_the_names_of_the_columns() -> None:
    parent = own_task(1)
    task = own_task(
        2,
        title="Büro, „klein“",
        description="One\nTwo",
        status=Status.DONE,
        priority=Priority.HIGH,
        tags=("home", "garden"),
        project="House",
        parent_id=parent.id,
        due="2026-11-21T17:00:00+01:00",
        remind_before=30,
        recurrence="FREQ=DAILY",
        recurrence_from=RecurrenceFrom.COMPLETION,
        completed_at=datetime(2026, 11, 21, 16, 5, 6, 789, tzinfo=UTC),
    )
    _, row = rows_of(spreadsheet.write([parent, task]))
    assert row == {
        "number": "2",
        "title": "Büro, „klein“",
        "description": "One\nTwo",
        "status": "done",
        "priority": "high",
        "tags": "home, garden",
        "project": "House",
        "parent": "1",
        "due": "2026-11-21T17:00:00+01:00",
        "timezone": "Europe/Berlin",
        "remind_before": "30",
        "recurrence": "FREQ=DAILY",
        "recurrence_from": "completion",
        "created_at": "2026-11-19T16:30:00Z",
        "updated_at": "2026-11-21T16:30:00Z",
        "completed_at": "2026-11-21T16:05:06Z",
        "id": task.id,
    }


def test_a_spreadsheet_knows_the_encoding_by_the_mark_at_the_beginning() -> None:
    assert spreadsheet.write([]).startswith(b"\xef\xbb\xbfnumber,title,")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_a_text_that_would_be_a_formula_is_a_text(start: str) -> None:
    text = f'{start}HYPERLINK("https://example.org","click")'
    (row,) = rows_of(
        spreadsheet.write([own_task(title=text, description=text, tags=(text,), project=text)])
    )
    fields = ("title", "description", "tags", "project")
    assert [row[name] for name in fields] == [f"'{text}"] * 4


@given(exports())
def test_every_task_is_one_row_whatever_it_says(export: Export) -> None:
    rows = rows_of(spreadsheet.write(export.tasks))
    assert [row["id"] for row in rows] == [task.id for task in export.tasks]


@given(exports())
def test_what_was_written_is_read_again_apart_from_fractions_of_a_second_and_commas_in_tags(
    export: Export,
) -> None:
    tasks = [replace(task, tags=tuple(filter(is_plain, task.tags))) for task in export.tasks]
    found = reads(spreadsheet.read, spreadsheet.write(tasks))
    expected = records_of(replace(export, tasks=tuple(tasks)))
    assert {as_read(one) for one in found} == {as_read(one) for one in expected}


def is_plain(tag: str) -> bool:
    return "," not in tag and not tag.startswith("'")


def as_read(read: Read) -> TaskRecord:
    assert isinstance(read, TaskRecord)
    completed = read.completed_at and read.completed_at.replace(microsecond=0)
    created = read.created_at and read.created_at.replace(microsecond=0)
    return replace(read, place="", created_at=created, completed_at=completed, identity=None)


def test_a_table_that_names_only_titles_is_enough() -> None:
    found = reads(spreadsheet.read, b"Title;Due\nBuy milk;2026-12-01\nBuy milk;soon\n;\n")
    tasks = [one for one in found if isinstance(one, TaskRecord)]
    assert [(task.title, task.due) for task in tasks] == [
        ("Buy milk", "2026-12-01"),
        ("Buy milk", None),
    ]
    assert len({task.source_id for task in tasks}) == 2


def test_words_that_are_not_understood_are_named_with_their_line() -> None:
    head = b"title,status,priority,remind_before,created_at\n"
    assert reasons(spreadsheet.read, head + b"A,halfway,urgent,soon,yesterday\n") == [
        "line 2: The status “halfway” is not known.",
        "line 2: The priority “urgent” is not known.",
        "line 2: The reminder “soon” is not a number of minutes.",
        "line 2: The moment “yesterday” in “created_at” is not understood.",
    ]


@given(st.binary() | st.binary().map(lambda data: b"title,number,parent\n" + data))
def test_any_table_is_refused_or_gives_tasks_that_can_be_kept(data: bytes) -> None:
    check_any(spreadsheet.read, data)
