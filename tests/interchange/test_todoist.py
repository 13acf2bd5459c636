import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat.domain.errors import Invalid
from taskchat.domain.recurrence import RecurrenceFrom
from taskchat.domain.task import Priority
from taskchat.interchange.programs.todoist import read
from taskchat.interchange.record import TaskRecord
from tests.interchange.reading import check_any, file, reads, reasons, records, truncations, zipped

GARDEN = file("todoist_garden.csv")
HEADER = "TYPE,CONTENT,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE\n"


def table(*rows: str) -> bytes:
    return (HEADER + "\n".join(rows)).encode()


def test_labels_leave_the_title_and_become_tags() -> None:
    task = records(read, GARDEN)["Order seeds"]
    assert task.tags == ("shopping", "online")
    assert task.priority is Priority.HIGH
    assert task.project is None
    assert (task.due, task.timezone, task.place) == ("2026-11-24", "Europe/Lisbon", "line 3")


def test_an_address_is_no_label() -> None:
    task = records(read, table("task,Write to ann@example.com @home,4,1,,,,,"))
    assert task["Write to ann@example.com"].tags == ("home",)


def test_notes_are_added_to_the_task_above_them() -> None:
    task = records(read, GARDEN)["Order seeds"]
    assert (
        task.description
        == 'Carrots, "early" ones\n\nThe shop closes at six\n\nAsk for the catalogue'
    )


def test_the_indent_nests() -> None:
    found = records(read, GARDEN)
    assert found["Compare prices"].parent == found["Order seeds"].source_id
    assert found["Call the shop"].parent == found["Compare prices"].source_id
    assert found["Water the beds"].parent is None


def test_an_indent_that_skips_a_level_or_is_no_number_is_said() -> None:
    data = table("task,A,4,1,,,,,", "task,B,4,4,,,,,", "task,C,4,deep,,,,,")
    assert records(read, data)["B"].parent == records(read, data)["A"].source_id
    assert reasons(read, data) == [
        "line 3: The indent “4” does not follow from the row above.",
        "line 4: The indent “deep” does not follow from the row above.",
    ]


def test_the_first_priority_is_the_highest_and_an_empty_one_is_the_first() -> None:
    data = table(
        *(
            f"task,{name},{priority},1,,,,,"
            for name, priority in zip("ABCDE", ["1", "2", "3", "4", ""], strict=True)
        )
    )
    assert [task.priority.value for task in records(read, data).values()] == [
        "high",
        "medium",
        "low",
        "medium",
        "high",
    ]


def test_a_section_becomes_a_tag() -> None:
    assert records(read, GARDEN)["Turn the compost"].tags == ("Beds",)


@pytest.mark.parametrize(
    ("words", "due", "rule", "since"),
    [
        ("2026-12-01", "2026-12-01", None, "schedule"),
        ("2026-12-01 18:30", "2026-12-01 18:30", None, "schedule"),
        ("2026-12-01T18:30:00Z", "2026-12-01T18:30:00Z", None, "schedule"),
        ("1 Dec 6:30pm", "2026-12-01T18:30:00", None, "schedule"),
        ("tomorrow", "2026-11-22", None, "schedule"),
        ("every other monday at 9am", "2026-11-23T09:00:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "schedule"),
        ("every! 10 days", "2026-11-21", "FREQ=DAILY;INTERVAL=10", "completion"),
        ("no date", None, None, "schedule"),
        ("", None, None, "schedule"),
    ],
)  # fmt: skip
def test_dates_are_read_from_words(
    words: str, due: str | None, rule: str | None, since: str
) -> None:
    data = table(f"task,A,4,1,,,{words},en,")
    task = records(read, data)["A"]
    assert (task.due, task.recurrence, task.recurrence_from) == (due, rule, RecurrenceFrom(since))
    assert not reasons(read, data)


def test_words_are_read_by_the_clock_of_their_zone() -> None:
    data = table("task,A,4,1,,,today,en,Pacific/Kiritimati")  # where it is Sunday already
    assert records(read, data)["A"].due == "2026-11-22"


def test_a_date_that_is_not_understood_is_kept_and_said() -> None:
    assert reasons(read, GARDEN) == [
        "line 11: The date “jeden zweiten Dienstag” is not understood.",
        "line 12: The time zone “Mars/Base” is not known; your own counts instead.",
        "line 12: The date “some day soon” is not understood.",
    ]
    found = records(read, GARDEN)
    assert found["Turn the compost"].description == "Date: jeden zweiten Dienstag"
    assert (
        found["Write a two-line title"].description == "Date: some day soon\n\nDeadline: 2027-03-01"
    )


def test_a_rule_that_tasks_cannot_have_is_kept_as_words() -> None:
    data = table("task,A,4,1,,,every 5000 days,en,")
    assert records(read, data)["A"].description == "Repeats: FREQ=DAILY;INTERVAL=5000"
    assert len(reasons(read, data)) == 1


def test_old_tables_with_semicolons_a_mark_and_blank_rows_are_read() -> None:
    rows = [
        "TYPE;CONTENT;PRIORITY;INDENT;DATE",
        ";;;;",
        "task;Bread, butter;1;1;",
        "",
        "task;Jam;2;1;",
    ]
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le"):
        assert list(records(read, "\r\n".join(rows).encode(encoding))) == ["Bread, butter", "Jam"]


def test_a_backup_gives_a_project_for_each_table() -> None:
    data = zipped({
        "Garden [2203306141].csv": GARDEN,
        "Inbox.csv": table("task,Loose,4,1,,,,,"),
        "work/Café 2026 (31415926).csv": table("task,Plan,4,1,,,,,"),
        "readme.txt": b"nothing",
    })  # fmt: skip
    found = records(read, data)
    assert found["Order seeds"].project == "Garden"
    assert found["Order seeds"].place == "Garden [2203306141].csv, line 3"
    assert found["Loose"].project is None
    assert found["Plan"].project == "Café 2026"


def test_an_archive_with_a_broken_table_names_it() -> None:
    data = zipped({"A.csv": GARDEN, "B.csv": table('task,"never closed')})
    with pytest.raises(
        Invalid, match=r"“B.csv”: The quotation marks in the row that begins on line 2"
    ):
        reads(read, data)


def test_ids_stay_when_other_rows_come_and_tell_equal_titles_apart() -> None:
    before = [task.source_id for task in records(read, GARDEN).values()]
    longer = (
        GARDEN.replace(b"meta,view_style", b"task,New one,,1,1,,,,,,,,,,,\nmeta,view_style")
        + b"task,Last,,1,1,,,,,,,,,,,\n"
    )
    after = {task.source_id for task in records(read, longer).values()}
    assert set(before) < after
    twice = table("task,A,4,1,,,,,", "task,A,4,1,,,,,", "task,A,4,2,,,,,")
    assert len({each.source_id for each in reads(read, twice) if isinstance(each, TaskRecord)}) == 3


def test_rows_that_belong_nowhere_are_said() -> None:
    data = table("note,Alone,,,,,,,", "dream,Fly,,,,,,,", "task,,4,1,,,,,", "task,A,9,1,,,,,")
    assert reasons(read, data) == [
        "line 2: A note belongs to no task and was left out.",
        "!line 3: A row of type “dream” is not known.",
        "!line 4: The task has no title.",
        "line 5: The priority “9” is not known.",
    ]


def test_other_files_are_refused() -> None:
    for data in (b"", b"TYPE,TITLE\ntask,A\n", zipped({"a.txt": b"x"}), b"PK\x03\x04"):
        with pytest.raises(Invalid):
            reads(read, data)


@given(st.binary())
def test_anything_at_all_is_refused_or_read(data: bytes) -> None:
    check_any(read, data)


@given(st.text())
def test_any_text_below_the_header_is_refused_or_read(text: str) -> None:
    check_any(read, HEADER.encode() + text.encode(errors="replace"))


@given(
    st.lists(st.tuples(st.sampled_from(["task", "note", "section"]), *[st.text(max_size=30)] * 4))
)
def test_any_cells_are_refused_or_read(rows: list[tuple[str, ...]]) -> None:
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    header = "TYPE,CONTENT,PRIORITY,INDENT,DATE\n"
    check_any(read, (header + "\n".join(quoted)).encode(errors="replace"))


def test_a_file_cut_anywhere_is_refused_or_read() -> None:
    for data in truncations(GARDEN):
        check_any(read, data)
