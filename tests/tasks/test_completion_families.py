"""What becomes of subtasks when a task that repeats is completed, and what a deleted occurrence does."""

from collections.abc import AsyncGenerator

import pytest

from taskchat.db.engine import Database
from taskchat.domain.errors import Conflict
from taskchat.domain.query import Sort
from taskchat.domain.task import Status
from taskchat.streams.log import EventLog
from taskchat.tasks.commands import BulkEdit, DeleteTask, ListTasks
from taskchat.tasks.owner import Owner
from taskchat.tasks.service import Tasks
from taskchat.tasks.transactions import TaskTransactions
from tests.tasks.completing import WEEKLY, Clock, complete, create, listed, reopen, revise

pytestmark = pytest.mark.anyio


@pytest.fixture
async def service(database: Database, log: EventLog, alice: Owner) -> AsyncGenerator[Tasks]:
    """All in one transaction."""
    async with TaskTransactions(database, log, Clock()).begin(alice) as opened:
        yield opened


async def test_subtasks_come_along_open_and_as_much_later(service: Tasks) -> None:
    await create(service, "Clean", project="House", **WEEKLY)
    await create(service, "Buy soap", parent_id="#1", due="2026-11-21", tags=["shop"])
    await create(service, "Hall", parent_id="#1")
    await create(service, "Carpet", parent_id="#3", due="2026-11-23T10:00")
    await complete(service, 3)

    done = await complete(service, 1)

    assert done.next_task
    page = await service.list(ListTasks(sort=Sort.CREATED, status=(Status.TODO,)))
    titles = {task.id: task.title for task in page.items}
    assert [
        (task.title, titles.get(task.parent_id or ""), task.due, task.project)
        for task in page.items
    ] == [
        ("Clean", None, "2026-11-30", "House"),
        ("Buy soap", "Clean", "2026-11-28", "House"),
        ("Hall", "Clean", None, "House"),
        ("Carpet", "Hall", "2026-11-30T10:00:00+01:00", "House"),
    ]


async def test_subtasks_of_a_task_that_moves_as_it_is_done_follow_it(service: Tasks) -> None:
    await create(service, "Clean", project="House", **WEEKLY)
    await create(service, "Hall", parent_id="#1")
    await revise(service, 1, status="done", project="Garden")

    page = await service.list(ListTasks())

    assert {task.project for task in page.items} == {"Garden"}
    assert len(page.items) == 4


async def test_what_ends_with_the_task_above_it_does_not_repeat(service: Tasks) -> None:
    await create(service, "Holiday")
    await create(service, "Packing", parent_id="#1")
    await create(service, "Water plants", parent_id="#2", **WEEKLY)
    bulk = {"action": "complete", "tasks": ["#1", "#3"]}
    await service.bulk(BulkEdit.model_validate(bulk))

    assert {status for _, _, status in await listed(service)} == {"done"}
    assert len(await listed(service)) == 3


async def test_a_deleted_next_one_is_made_anew_and_the_old_one_stays_in_the_trash(
    service: Tasks,
) -> None:
    await create(service, "Water plants", **WEEKLY)
    await complete(service, 1)
    await service.delete(DeleteTask(task="#2"))
    await reopen(service, 1)
    await complete(service, 1)
    with pytest.raises(Conflict) as refused:
        await service.restore("#2")

    assert refused.value.code == "occurrence_exists"
    assert await listed(service) == [(1, "2026-11-23", "done"), (3, "2026-11-30", "todo")]
