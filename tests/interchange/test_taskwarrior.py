import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat.domain.errors import Invalid
from taskchat.domain.task import Priority, Status
from taskchat.interchange.programs.periods import read_period
from taskchat.interchange.programs.taskwarrior import read
from taskchat.interchange.record import TaskRecord
from tests.interchange.reading import check_any, file, reads, reasons, records, truncations

EXPORT = file("taskwarrior.json")
UUID = "00000000-0000-4000-8000-00000000000"
FIELDS = (
    "uuid",
    "description",
    "status",
    "due",
    "entry",
    "recur",
    "parent",
    "tags",
    "annotations",
    "depends",
    "until",
    "wait",
    "modified",
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["pending", "recurring", "20261201T080000Z", "weekly", "a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


def item(**values: object) -> bytes:
    return json.dumps({"uuid": "1", "description": "A", "status": "pending", **values}).encode()


def by_id(data: bytes) -> dict[str, TaskRecord]:
    return {each.source_id[-1]: each for each in reads(read, data) if isinstance(each, TaskRecord)}


def test_the_rule_of_a_template_goes_to_the_newest_open_task_only() -> None:
    found = by_id(EXPORT)
    assert "1" not in found
    assert found["2"].recurrence is None
    assert found["3"].recurrence == "FREQ=MONTHLY;UNTIL=20271231T230000Z"
    assert found["2"].parent is found["3"].parent is None


def test_a_template_without_open_tasks_stands_for_itself() -> None:
    found = by_id(EXPORT)["7"]
    assert found.due == "2026-11-22T10:00:00+01:00"
    assert found.description == "Repeats: PT36H"
    assert (
        "entry 7: The file has no open task of this repetition; check when it is due."
        in reasons(read, EXPORT)
    )


def test_an_open_task_whose_template_is_not_in_the_file_brings_the_rule_itself() -> None:
    data = b"[" + item(parent="gone", recur="3d", due="20261201T080000Z") + b"]"
    assert records(read, data)["A"].recurrence == "FREQ=DAILY;INTERVAL=3"


def test_fields_are_those_of_the_export() -> None:
    task = by_id(EXPORT)["4"]
    assert (task.status, task.priority, task.project) == (
        Status.IN_PROGRESS,
        Priority.HIGH,
        "work.office",
    )
    assert (task.tags, task.due) == (("urgent", "writing"), "2026-11-30")
    assert task.description == "See page 4\nWait: 2026-11-25 11:00\nDepends on: Gather numbers"
    assert task.created_at
    assert task.created_at.isoformat() == "2025-11-20T10:00:00+00:00"


def test_tags_and_dependencies_may_be_single_texts() -> None:
    assert by_id(EXPORT)["5"].tags == ("numbers",)
    data = (
        item(depends="2,3")
        + b"\n"
        + item(uuid="2", description="B")
        + b"\n"
        + item(uuid="3", description="C")
    )
    assert records(read, data)["A"].description == "Depends on: B\nDepends on: C"


def test_what_is_left_out_is_said_once() -> None:
    assert reasons(read, EXPORT)[:2] == [
        "the file: 1 task deleted in Taskwarrior left out.",
        "the file: Fields that have no place here are left out: “jiraid”.",
    ]


def test_what_is_not_understood_is_said_and_kept() -> None:
    assert by_id(EXPORT)["8"].description == "Due: eventually"
    assert [reason for reason in reasons(read, EXPORT) if reason.startswith("entry 8")] == [
        "entry 8: The field due is not understood: “eventually” is not a date and time.",
        "entry 8: The priority “X” is not known.",
        "entry 8: The field entry is not understood: “soon” is not a date and time.",
    ]


def test_arrays_lines_and_single_objects_are_the_same() -> None:
    one, two = item(), item(uuid="2", description="B")
    array = records(read, b"[" + one + b",\n" + two + b"]")
    assert list(array) == ["A", "B"]
    for data in (one + b"\n" + two, one + b",\n\n" + two + b",\n"):
        assert list(records(read, data)) == ["A", "B"]
    assert list(records(read, b"\xef\xbb\xbf" + one)) == ["A"]


def test_a_line_that_is_broken_is_said_with_line_and_column() -> None:
    data = item() + b'\n{"uuid": "2",\n7\n' + item(uuid="3", description="C")
    assert list(records(read, data)) == ["A", "C"]
    assert reasons(read, data) == [
        "!line 2: Expecting ',' delimiter: line 2, column 13.",
        "!line 3: This is not an object.",
    ]


def test_of_two_versions_of_one_task_the_one_changed_last_counts() -> None:
    older = item(modified="20261101T000000Z", description="Old")
    newer = item(modified="20261102T000000Z", description="New")
    for data in (older + b"\n" + newer, newer + b"\n" + older):
        assert list(records(read, data)) == ["New"]
        assert len(reasons(read, data)) == 1


@pytest.mark.parametrize(
    ("period", "rule"),
    [
        ("daily", "FREQ=DAILY"),
        ("weekdays", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("Biweekly", "FREQ=WEEKLY;INTERVAL=2"),
        ("quarterly", "FREQ=MONTHLY;INTERVAL=3"),
        ("biannual", "FREQ=YEARLY;INTERVAL=2"),
        ("3d", "FREQ=DAILY;INTERVAL=3"),
        ("2 weeks", "FREQ=WEEKLY;INTERVAL=2"),
        ("6mo", "FREQ=MONTHLY;INTERVAL=6"),
        ("2q", "FREQ=MONTHLY;INTERVAL=6"),
        ("P1M", "FREQ=MONTHLY"),
        ("P1Y", "FREQ=YEARLY"),
        ("P14D", "FREQ=WEEKLY;INTERVAL=2"),
        ("P10D", "FREQ=DAILY;INTERVAL=10"),
        ("PT48H", "FREQ=DAILY;INTERVAL=2"),
        ("PT36H", None),
        ("P1M1D", None),
        ("12h", None),
        ("sennight", None),
        ("0d", None),
        ("P0D", None),
        ("", None),
    ],
)
def test_periods_become_rules_where_a_rule_says_the_same(period: str, rule: str | None) -> None:
    assert read_period(period) == rule


@pytest.mark.parametrize("data", [b"", b"{}", b"7", b'{"uuid": "1"', b"[1, 2", b'[{"uuid": "1", "uuid": "2"}]', b"[NaN]", b"[" * 100_000])  # fmt: skip
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        reads(read, data)


@given(st.binary())
def test_anything_at_all_is_refused_or_read(data: bytes) -> None:
    check_any(read, data)


@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), VALUES)))
def test_any_entries_are_refused_or_read(items: list[dict[str, object]]) -> None:
    check_any(read, json.dumps(items).encode())
    check_any(read, "\n".join(map(json.dumps, items)).encode())


def test_a_file_cut_anywhere_is_refused_or_read() -> None:
    for data in truncations(EXPORT):
        check_any(read, data)
    for data in truncations(item() + b"\n" + item(uuid="2")):
        check_any(read, data)
