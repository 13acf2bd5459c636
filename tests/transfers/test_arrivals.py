from datetime import UTC, datetime, timedelta

import pytest
from dirty_equals import IsPartialDict
from sqlalchemy import select

from taskchat.db.engine import Database
from taskchat.db.tables import (
    ProjectRow,
    ReminderRow,
    TaskRow,
)
from taskchat.domain.errors import Conflict
from taskchat.domain.task import Priority, Status
from taskchat.interchange.record import Problem
from taskchat.tasks.owner import Owner
from taskchat.tasks.storage.projects import MAX_PROJECTS
from taskchat.tasks.transactions import TaskTransactions
from tests.people import NOW
from tests.transfers.bringing import bring, count, listed, preview, reasons, record

pytestmark = pytest.mark.anyio


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
