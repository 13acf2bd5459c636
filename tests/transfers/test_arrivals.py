from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from dirty_equals import IsPartialDict
from sqlalchemy import delete, func, select, update

from taskchat.db.engine import Database
from taskchat.db.tables import (
    AccountRow,
    ActivityRow,
    ImportedRow,
    ProjectRow,
    ReminderRow,
    TaskRow,
)
from taskchat.domain.errors import Conflict
from taskchat.domain.task import Priority, Status
from taskchat.interchange.record import Arrival, Problem, TaskRecord
from taskchat.tasks.commands import DeleteTask, UpdateTask
from taskchat.tasks.owner import Owner
from taskchat.tasks.projects import MAX_PROJECTS
from taskchat.tasks.transactions import TaskTransactions
from taskchat.tasks.views import Brought, TaskOut
from tests.people import NOW

pytestmark = pytest.mark.anyio

SOURCE = "todoist"


def record(number: int, **changes: Any) -> TaskRecord:
    plain = TaskRecord(source_id=f"s{number}", place=f"line {number}", title=f"Task {number}")
    return replace(plain, **changes)


async def bring(
    tasks: TaskTransactions, owner: Owner, *arrivals: Arrival, source: str = SOURCE
) -> Brought:
    async with tasks.begin(owner) as opened:
        return await opened.bring_in(source, arrivals)


async def preview(tasks: TaskTransactions, owner: Owner, *arrivals: Arrival) -> Brought:
    async with tasks.read(owner) as opened:
        return await opened.bring_in(SOURCE, arrivals, dry_run=True)


async def listed(tasks: TaskTransactions, owner: Owner) -> list[TaskOut]:
    """In the order by hand, with those of archived projects."""
    async with tasks.snapshot(owner) as opened:
        exported = (await opened.export()).tasks
        by_hand = sorted(exported, key=lambda task: task.position)
        return [await opened.get(task.id) for task in by_hand]


async def count(database: Database, table: Any) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


def reasons(brought: Brought) -> list[str]:
    return [f"{problem.place}: {problem.reason}" for problem in brought.problems]


async def test_a_record_becomes_a_task_with_all_that_it_says(
    tasks: TaskTransactions, alice: Owner
) -> None:
    brought = await bring(
        tasks,
        alice,
        record(
            1,
            description="Two cans",
            status=Status.DONE,
            priority=Priority.HIGH,
            tags=("home", "garden"),
            project="House",
            due="2026-11-21T17:00:00",
            timezone="America/New_York",
            remind_before=30,
            created_at=datetime(2024, 5, 1, 8, tzinfo=UTC),
            completed_at=datetime(2025, 5, 1, 8, tzinfo=UTC),
        ),
    )
    assert brought.model_dump() == IsPartialDict(
        created=1, restored=0, skipped=0, left_out=0, projects=["House"], problem_count=0
    )
    (task,) = await listed(tasks, alice)
    assert task.model_dump() == IsPartialDict(
        number=1,
        title="Task 1",
        description="Two cans",
        status=Status.DONE,
        priority=Priority.HIGH,
        tags=["home", "garden"],
        project="House",
        due="2026-11-21T17:00:00-05:00",
        timezone="America/New_York",
        remind_before=30,
        created_at=datetime(2024, 5, 1, 8, tzinfo=UTC),
        completed_at=datetime(2025, 5, 1, 8, tzinfo=UTC),
        untrusted=True,
        version=1,
    )


async def test_a_time_without_a_zone_is_by_the_persons_clock(
    tasks: TaskTransactions, bob: Owner
) -> None:
    await bring(tasks, bob, record(1, due="2026-12-01T09:00:00"))
    (task,) = await listed(tasks, bob)
    assert (task.due, task.timezone) == ("2026-12-01T09:00:00-05:00", "America/New_York")


async def test_times_that_cannot_be_are_those_of_the_import(
    tasks: TaskTransactions, alice: Owner
) -> None:
    late = NOW + timedelta(days=400)
    early = datetime(1899, 12, 30, tzinfo=UTC)
    done = record(1, status=Status.DONE, created_at=late, completed_at=early)
    await bring(tasks, alice, done, record(2, status=Status.DONE))
    for task in await listed(tasks, alice):
        assert (task.created_at, task.completed_at) == (NOW, NOW)


async def test_tasks_stand_in_the_order_of_the_file_below_those_that_were_there(
    tasks: TaskTransactions, alice: Owner
) -> None:
    await bring(tasks, alice, record(1))
    await bring(tasks, alice, record(3), record(2), record(4, parent="s3"))
    titles = [(task.number, task.title) for task in await listed(tasks, alice)]
    # Subtasks follow the task above them.
    assert titles == [(1, "Task 1"), (2, "Task 3"), (3, "Task 4"), (4, "Task 2")]


async def test_a_dry_run_says_what_the_import_does_and_writes_nothing(
    tasks: TaskTransactions, database: Database, alice: Owner
) -> None:
    await bring(tasks, alice, record(1), record(2))
    async with tasks.begin(alice) as opened:
        await opened.delete(DeleteTask(task="#2"))
    arrivals: Sequence[Arrival] = (
        record(1),
        record(2),
        record(3, project="House", due="2026-12-01", recurrence="FREQ=DAILY;UNTIL=20261201"),
        record(4, parent="gone"),
        Problem("line 9", "It cannot be read."),
    )
    rows = (TaskRow, ActivityRow, ImportedRow, ProjectRow)
    before = [await count(database, table) for table in rows]
    seen = await preview(tasks, alice, *arrivals)
    assert [await count(database, table) for table in rows] == before
    async with database.reading() as session:
        assert await session.scalar(select(AccountRow.last_task_number)) == 2

    done = await bring(tasks, alice, *arrivals)
    assert seen.change_set_id is None
    assert seen == done.model_copy(update={"change_set_id": None})
    assert done.model_dump() == IsPartialDict(
        created=2, restored=1, skipped=1, left_out=1, projects=["House"], problem_count=3
    )


async def test_the_same_file_brings_its_tasks_once(tasks: TaskTransactions, alice: Owner) -> None:
    await bring(tasks, alice, record(1), record(2, parent="s1"))
    async with tasks.begin(alice) as opened:
        await opened.update(UpdateTask(task="#1", title="Renamed"))
    again = await bring(tasks, alice, record(1), record(2, parent="s1"), record(3, parent="s2"))
    assert (again.created, again.skipped) == (1, 2)
    first, second, third = await listed(tasks, alice)
    assert first.title == "Renamed"
    assert (second.parent_id, third.parent_id) == (first.id, second.id)
    elsewhere = await bring(tasks, alice, record(1), source="ticktick")
    assert elsewhere.created == 1


async def test_another_persons_import_of_the_same_file_is_their_own(
    tasks: TaskTransactions, alice: Owner, bob: Owner
) -> None:
    await bring(tasks, alice, record(1))
    assert (await bring(tasks, bob, record(1))).created == 1


async def test_undo_takes_an_import_back_as_a_whole_and_redo_and_the_file_bring_it_again(
    tasks: TaskTransactions, database: Database, alice: Owner
) -> None:
    arrivals = [
        record(1, project="House", tags=("home",)),
        record(2, parent="s1", due="2026-12-01", recurrence="FREQ=WEEKLY", remind_before=5),
        record(3, status=Status.DONE),
    ]
    brought = await bring(tasks, alice, *arrivals)
    before = [
        task.model_dump(exclude={"version", "updated_at"}) for task in await listed(tasks, alice)
    ]
    assert brought.change_set_id
    async with tasks.begin(alice) as opened:
        undone = await opened.undo(brought.change_set_id)
        assert undone.conflicts == []
        assert (await opened.projects.list()).items == []
    assert await listed(tasks, alice) == []

    async with tasks.begin(alice) as opened:
        await opened.redo(brought.change_set_id)
    after = [
        task.model_dump(exclude={"version", "updated_at"}) for task in await listed(tasks, alice)
    ]
    assert after == before

    async with tasks.begin(alice) as opened:
        await opened.undo(brought.change_set_id)
    again = await bring(tasks, alice, *arrivals)
    assert (again.created, again.restored, again.projects) == (0, 3, ["House"])
    back = [
        task.model_dump(exclude={"version", "updated_at", "project_id"})
        for task in await listed(tasks, alice)
    ]
    assert back == [
        {name: value for name, value in task.items() if name != "project_id"} for task in before
    ]
    assert await count(database, ReminderRow) == 1


async def test_a_task_that_was_purged_comes_anew(
    tasks: TaskTransactions, database: Database, alice: Owner
) -> None:
    await bring(tasks, alice, record(1))
    async with database.transaction() as session:
        await session.execute(delete(TaskRow))
    for created in (1, 0):
        assert (await bring(tasks, alice, record(1))).created == created


async def test_a_task_that_comes_back_keeps_what_was_made_of_it(
    tasks: TaskTransactions, alice: Owner
) -> None:
    await bring(tasks, alice, record(1), record(2, parent="s1"))
    async with tasks.begin(alice) as opened:
        await opened.update(UpdateTask(task="#2", title="Renamed", project="Office"))
        await opened.delete(DeleteTask(task="#2"))
    assert (await bring(tasks, alice, record(1), record(2, parent="s1"))).restored == 1
    _, back = await listed(tasks, alice)
    assert (back.title, back.project, back.parent_id) == ("Renamed", "Office", None)


async def test_subtasks_stay_with_the_task_above_as_far_as_the_rules_allow(
    tasks: TaskTransactions, alice: Owner
) -> None:
    brought = await bring(
        tasks,
        alice,
        *(record(number, parent=f"s{number - 1}", project="House") for number in range(1, 8)),
        record(10, status=Status.DONE),
        record(11, parent="s10", project="Office"),
        record(12, parent="s1", project="Office"),
        record(13, parent="s14"),
        record(14, parent="s13"),
    )
    by_title = {task.title: task for task in await listed(tasks, alice)}
    above = {
        title: next((t.title for t in by_title.values() if t.id == task.parent_id), None)
        for title, task in by_title.items()
    }
    assert above["Task 5"] == above["Task 6"] == above["Task 7"] == "Task 4"
    assert above["Task 11"] is None
    assert above["Task 12"] == "Task 1"
    assert by_title["Task 12"].project == "House"
    assert [above["Task 13"], above["Task 14"]] == [None, "Task 13"]
    assert reasons(brought) == [
        "line 1: The task it belongs to is not there; it stands alone.",
        "line 13: The task it belongs to is not there; it stands alone.",
        "line 6: Subtasks go 5 levels deep at most; it stands beside the task above it.",
        "line 7: Subtasks go 5 levels deep at most; it stands beside the task above it.",
        "line 12: A subtask is in the project of the task above it.",
        "line 11: The task above it is done already; it stands alone.",
    ]


async def test_a_rule_begins_a_series_unless_it_gives_no_second_date(
    tasks: TaskTransactions, alice: Owner
) -> None:
    brought = await bring(
        tasks,
        alice,
        record(1, due="2026-12-01", recurrence="FREQ=WEEKLY"),
        record(2, due="2026-12-01", recurrence="FREQ=DAILY;COUNT=1"),
        record(3, due="2026-12-01", recurrence="FREQ=DAILY", status=Status.DONE),
    )
    first, second, third = await listed(tasks, alice)
    rules = [first.recurrence, second.recurrence, third.recurrence]
    assert rules == ["FREQ=WEEKLY", None, "FREQ=DAILY"]
    assert len(brought.problems) == 1
    assert brought.problems[0].place == "line 2"
    async with tasks.begin(alice) as opened:
        assert (await opened.skip("#1")).due == "2026-12-08"


async def test_reminders_are_for_what_is_still_to_come(
    tasks: TaskTransactions, database: Database, alice: Owner
) -> None:
    await bring(
        tasks,
        alice,
        record(1, due="2026-11-30", remind_before=60),
        record(2, due="2026-11-21", remind_before=10_000),  # should have been days ago
        record(3, due="2026-11-01", remind_before=0),
        record(4, due="2026-11-30", remind_before=60, status=Status.DONE),
    )
    async with database.reading() as session:
        (only,) = await session.scalars(select(ReminderRow.task_id))
    async with tasks.read(alice) as opened:
        assert (await opened.get(only)).number == 1
    assert [task.remind_before for task in await listed(tasks, alice)] == [60, 10_000, 0, 60]


async def test_projects_are_found_by_name_and_made_once(
    tasks: TaskTransactions, alice: Owner
) -> None:
    await bring(tasks, alice, record(1, project="House"))
    again = await bring(
        tasks,
        alice,
        record(2, project="HOUSE"),
        record(3, project="Öffice"),
        record(4, project="öffice"),
    )
    assert again.projects == ["Öffice"]
    assert [task.project for task in await listed(tasks, alice)] == [
        "House", "House", "Öffice", "Öffice",
    ]  # fmt: skip


async def test_too_many_projects_are_refused_and_nothing_is_kept(
    tasks: TaskTransactions, database: Database, alice: Owner
) -> None:
    arrivals = [record(n, project=f"Project {n}") for n in range(1, MAX_PROJECTS + 2)]
    for bringing in (preview, bring):
        with pytest.raises(Conflict) as refusal:
            await bringing(tasks, alice, *arrivals)
        assert refusal.value.code == "too_many_projects"
    assert await count(database, TaskRow) == await count(database, ProjectRow) == 0


async def test_many_problems_are_counted_and_the_first_are_told(
    tasks: TaskTransactions, alice: Owner
) -> None:
    problems = [Problem(f"line {n}", "No.", is_fatal=n % 2 == 0) for n in range(1, 251)]
    brought = await bring(tasks, alice, *problems)
    assert (brought.problem_count, len(brought.problems), brought.left_out) == (250, 100, 125)
    assert brought.change_set_id is None


async def test_an_import_is_one_change_set_and_says_how_far_it_is(
    tasks: TaskTransactions, database: Database, alice: Owner
) -> None:
    told: list[tuple[int, int]] = []
    async with tasks.begin(alice) as opened:
        await opened.bring_in(
            SOURCE,
            [record(number) for number in range(1, 1202)],
            progress=lambda done, total: told.append((done, total)),
        )
    assert told == [(500, 1201), (1000, 1201), (1201, 1201)]
    async with database.reading() as session:
        written = select(ActivityRow.change_set_id, ActivityRow.action, func.count())
        rows = await session.execute(
            written.group_by(ActivityRow.change_set_id, ActivityRow.action)
        )
        ((_, action, tasks_written),) = rows
    assert (action, tasks_written) == ("import", 1201)


async def test_numbers_are_never_given_twice(
    tasks: TaskTransactions, database: Database, alice: Owner
) -> None:
    async with database.transaction() as session:
        await session.execute(update(AccountRow).values(last_task_number=41))
    await bring(tasks, alice, record(1), record(2))
    assert [task.number for task in await listed(tasks, alice)] == [42, 43]
