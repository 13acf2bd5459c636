from collections.abc import Sequence

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
from taskchat.domain.task import Status
from taskchat.interchange.record import Arrival, Problem
from taskchat.tasks.commands import DeleteTask, UpdateTask
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions
from tests.transfers.bringing import SOURCE, bring, count, listed, preview, record

pytestmark = pytest.mark.anyio


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
