"""What a transaction says that it changed, for whoever wants to check a claim against it."""

import pytest
from dirty_equals import IsPartialDict

from taskchat.domain.task import Priority
from taskchat.tasks.commands import (
    CompleteTask,
    CreateTask,
    DeleteAllTasks,
    ListTasks,
    UpdateTask,
)
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions

pytestmark = pytest.mark.anyio


async def test_a_receipt_names_the_task_its_version_and_each_field_before_and_after(
    tasks: TaskTransactions, alice: Owner
) -> None:
    async with tasks.begin(alice) as opened:
        made = await opened.create(CreateTask(title="Call mom"))
    async with tasks.begin(alice) as opened:
        await opened.update(UpdateTask(task="#1", priority=Priority.HIGH, due="2027-03-01"))
        receipt = opened.receipt
    assert receipt is not None
    assert receipt.change_set == opened.change_set
    assert receipt.count == 1
    (change,) = receipt.model_dump(mode="json", exclude_none=True)["changes"]
    assert change == IsPartialDict(
        entity="task", id=made.id, number=1, title="Call mom", action="update_task", version=2
    )
    assert change["fields"]["due"] == [None, "2027-03-01"]
    assert change["fields"]["priority"] == ["medium", "high"]
    assert set(change["fields"]) == {"due", "priority"}


async def test_what_reads_or_changes_nothing_has_no_receipt(
    tasks: TaskTransactions, alice: Owner
) -> None:
    async with tasks.begin(alice) as opened:
        await opened.create(CreateTask(title="Call mom"))
    async with tasks.begin(alice) as opened:
        await opened.list(ListTasks())
        await opened.update(UpdateTask(task="#1", title="Call mom"))
        await opened.complete(CompleteTask(task="#1", completed=False))
        assert opened.receipt is None


async def test_a_new_project_stands_on_the_receipt_of_the_task_that_brought_it(
    tasks: TaskTransactions, alice: Owner
) -> None:
    async with tasks.begin(alice) as opened:
        await opened.create(CreateTask(title="Paint the fence", project="Garden"))
        receipt = opened.receipt
    assert receipt is not None
    named = [(change.entity, change.title) for change in receipt.changes]
    assert sorted(named) == [("project", "Garden"), ("task", "Paint the fence")]


async def test_a_long_receipt_lists_a_few_and_counts_all(
    tasks: TaskTransactions, alice: Owner
) -> None:
    async with tasks.begin(alice) as opened:
        for number in range(12):
            await opened.create(CreateTask(title=f"Task {number}"))
    async with tasks.begin(alice) as opened:
        await opened.delete_all(DeleteAllTasks())
        receipt = opened.receipt
    assert receipt is not None
    assert (receipt.count, len(receipt.changes)) == (12, 5)
