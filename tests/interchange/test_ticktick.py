import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat.domain.errors import Invalid
from taskchat.domain.task import Priority, Status
from taskchat.interchange.programs.ticktick import read
from tests.interchange.reading import check_any, file, reads, reasons, records, truncations

BACKUP = file("ticktick.csv")
NAMES = (
    "List Name",
    "Title",
    "Due Date",
    "Reminder",
    "Is All Day",
    "Timezone",
    "Priority",
    "Status",
    "taskId",
    "parentId",
)


def table(*rows: tuple[str, ...]) -> bytes:
    quoted = (
        ",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in (NAMES, *rows)
    )
    return "\n".join(quoted).encode(errors="replace")


def task(
    due: str = "", reminder: str = "", all_day: str = "", zone: str = "", title: str = "A"
) -> bytes:
    return table(("L", title, due, reminder, all_day, zone, "0", "0", "1", ""))


def test_folder_and_list_make_the_project_and_the_column_a_tag() -> None:
    found = records(read, BACKUP)
    assert found["Clean the oven"].project == "Home / Kitchen"
    assert found["Clean the oven"].tags == ("chores", "weekend", "Doing")
    assert found["Buy gloves"].tags == ()
    assert found["Pack"].project is None


def test_a_day_is_that_of_its_own_zone() -> None:
    oven = records(read, BACKUP)["Clean the oven"]
    assert (oven.due, oven.timezone, oven.remind_before) == ("2026-11-28", "Europe/Berlin", 0)
    assert oven.recurrence == "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=28"


def test_a_moment_keeps_its_zone_unless_it_floats() -> None:
    found = records(read, BACKUP)
    assert (found["Buy gloves"].due, found["Buy gloves"].parent) == (
        "2026-11-27T17:30:00+01:00",
        "101",
    )
    assert (found["Pack"].due, found["Pack"].timezone) == ("2026-12-01T15:00:00", None)


def test_a_checklist_becomes_lines_of_the_description() -> None:
    assert records(read, BACKUP)["Pack"].description.splitlines()[2:4] == [
        "- [ ] Passport",
        "- [x] Tickets",
    ]


def test_statuses_and_priorities_are_those_of_the_preamble() -> None:
    found = records(read, BACKUP)
    assert found["Old news"].status is Status.DONE
    assert found["Old news"].completed_at
    assert [found[name].priority for name in ("Clean the oven", "Buy gloves", "Pack")] == [
        Priority.HIGH,
        Priority.LOW,
        Priority.MEDIUM,
    ]
    assert found["Old news"].source_id == "104"


def test_what_is_not_understood_is_said_with_its_line() -> None:
    said = reasons(read, BACKUP)
    assert [reason.partition(":")[0] for reason in said] == ["line 11"] * 2 + ["line 12"] + [
        "line 13"
    ] * 5
    assert "line 13: The due date “next spring” is not understood." in said
    assert "line 13: The task it belongs to is not there; it stands alone." in said
    assert records(read, BACKUP)["Who knows"].description == "Due: next spring"


@pytest.mark.parametrize(
    ("due", "all_day", "reminder", "minutes"),
    [
        ("2026-11-27T16:30:00+0000", "false", "PT1H", 60),
        ("2026-11-27T16:30:00+0000", "false", "TRIGGER:PT0S", 0),
        ("2026-11-27T16:30:00+0000", "false", "TRIGGER:-P1DT30M", 1470),
        ("2026-11-27T16:30:00+0000", "false", "TRIGGER:PT30M", None),
        ("2026-11-27T16:30:00+0000", "false", "P1M", None),
        ("2026-11-27T16:30:00+0000", "false", "soon", None),
        ("2026-11-27T16:30:00+0000", "false", "P60D", None),
        ("2026-11-26T23:00:00+0000", "true", "TRIGGER:P0DT9H0M0S", 0),
        ("2026-11-26T23:00:00+0000", "true", "TRIGGER:-P0DT15H0M0S", 1440),
        ("2026-11-26T23:00:00+0000", "true", "TRIGGER:P0DT20H0M0S", None),
    ],
)
def test_reminders_are_minutes_before(
    due: str, all_day: str, reminder: str, minutes: int | None
) -> None:
    data = task(due, reminder, all_day, "Europe/Berlin")
    assert records(read, data)["A"].remind_before == minutes
    assert len(reasons(read, data)) == (minutes is None)


@pytest.mark.parametrize(
    ("due", "all_day", "expected"),
    [
        ("2026-02-27 14:59:52", "false", "2026-02-27T14:59:52+01:00"),
        ("2026-02-27T14:59:52Z", "", "2026-02-27T15:59:52+01:00"),
        ("2026-02-26T23:00:00+0000", "", "2026-02-27"),
        ("9999-12-31T23:59:59Z", "", None),
        ("2026-02-30 10:00:00", "", None),
    ],
)
def test_dates_come_in_several_forms(due: str, all_day: str, expected: str | None) -> None:
    assert records(read, task(due, all_day=all_day))["A"].due == expected


def test_a_title_that_is_too_long_is_kept_whole_in_the_description() -> None:
    data = task(title="long " * 60)
    found = next(iter(records(read, data).values()))
    assert (len(found.title), len(found.description)) == (255, 299)
    assert reasons(read, data) == [
        "line 2: The title has more than 255 characters and was shortened."
    ]


def test_other_tables_are_refused() -> None:
    with pytest.raises(Invalid, match="No line names the columns list name, status, taskid, title"):
        reads(read, b"Title,Status\nA,0\n")
    with pytest.raises(Invalid, match="begins on line 2"):
        reads(read, table() + b'\n"L","A"B",')


@given(st.binary())
def test_anything_at_all_is_refused_or_read(data: bytes) -> None:
    check_any(read, data)


@given(st.lists(st.tuples(*[st.text(max_size=20) | st.sampled_from(["PT1H", "true", "1", "-1", "2026-11-27T16:30:00+0000", "UTC"])] * len(NAMES))))  # fmt: skip
def test_any_cells_are_refused_or_read(rows: list[tuple[str, ...]]) -> None:
    check_any(read, table(*rows))


def test_a_file_cut_anywhere_is_refused_or_read() -> None:
    for data in truncations(BACKUP):
        check_any(read, data)
