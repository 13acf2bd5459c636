import json

import pytest

from taskchat.domain.errors import Conflict, Invalid, UnclearReference
from taskchat.domain.task import Priority, Status
from taskchat.streams.cursor import Cursor
from taskchat.streams.log import EventLog
from taskchat.tasks.commands import (
    Command,
    CompleteAllTasks,
    CompleteTask,
    CreateTask,
    DeleteAllTasks,
    DeleteTask,
    ListTasks,
    TaskChanges,
    UpdateTask,
)
from taskchat.tasks.owner import Owner
from taskchat.tasks.tools import TASK_TOOLS
from taskchat.tasks.transactions import TaskTransactions
from taskchat.tasks.views import TaskOut

pytestmark = pytest.mark.anyio


async def create(tasks: TaskTransactions, owner: Owner, title: str, **fields: object) -> TaskOut:
    async with tasks.begin(owner) as opened:
        return await opened.create(CreateTask.model_validate({"title": title, **fields}))


async def titles(tasks: TaskTransactions, owner: Owner, **query: object) -> list[str]:
    async with tasks.read(owner) as opened:
        page = await opened.list(ListTasks.model_validate(query))
    return [task.title for task in page.items]


async def run(tasks: TaskTransactions, owner: Owner, *commands: Command) -> None:
    """One after the other in one transaction."""
    async with tasks.begin(owner) as opened:
        for command in commands:
            (tool,) = [tool for tool in TASK_TOOLS if isinstance(command, tool.command)]
            await tool.method(opened, command)


async def test_a_created_task_has_its_fields_its_number_and_the_persons_zone(
    tasks: TaskTransactions, alice: Owner
) -> None:
    first = await create(tasks, alice, "  Buy   milk ", tags=["#home", "Home", "shop"])
    second = await create(tasks, alice, "Call mom", due="tomorrow at 5pm", priority="high")

    assert (first.number, first.title, first.tags) == (1, "Buy milk", ["home", "shop"])
    assert (second.number, second.due) == (2, "2026-11-21T17:00:00+01:00")
    assert (second.timezone, second.priority) == ("Europe/Berlin", Priority.HIGH)


async def test_numbers_belong_to_one_person_and_are_never_given_twice(
    tasks: TaskTransactions, alice: Owner, bob: Owner
) -> None:
    await create(tasks, alice, "One")
    async with tasks.begin(alice) as opened:
        await opened.delete(DeleteTask(task="#1"))

    assert (await create(tasks, alice, "Two")).number == 2
    assert (await create(tasks, bob, "Mine")).number == 1


@pytest.mark.parametrize(
    ("due", "shown"),
    [
        ("2026-12-24", "2026-12-24"),
        ("2026-12-24T18:00:00+00:00", "2026-12-24T19:00:00+01:00"),
        ("2026-07-01T09:30", "2026-07-01T09:30:00+02:00"),
        ("today", "2026-11-20"),
        ("none", None),
    ],
)
async def test_a_due_date_is_read_on_the_persons_clock(
    tasks: TaskTransactions, alice: Owner, due: str, shown: str | None
) -> None:
    assert (await create(tasks, alice, "Task", due=due)).due == shown


async def test_a_due_date_that_is_not_understood_is_refused_and_nothing_is_stored(
    tasks: TaskTransactions, alice: Owner
) -> None:
    with pytest.raises(Invalid) as refused:
        await create(tasks, alice, "Task", due="when pigs fly")

    assert refused.value.code == "due_not_understood"
    assert await titles(tasks, alice) == []
    assert (await create(tasks, alice, "Next")).number == 1


async def test_every_write_is_recorded_with_its_actor_and_what_changed(
    tasks: TaskTransactions, alice: Owner
) -> None:
    await create(tasks, alice, "Milk")
    async with tasks.begin(alice) as opened:
        await opened.update(UpdateTask(task="milk", priority=Priority.HIGH))
        await opened.complete(CompleteTask(task="#1"))
        await opened.delete(DeleteTask(task="#1"))

    async with tasks.read(alice) as opened:
        page = await opened.activity(None, 10)
    assert [entry.action for entry in page.items] == [
        "delete_task",
        "complete_task",
        "update_task",
        "create_task",
    ]
    assert {entry.actor.name for entry in page.items} == {"alice@example.com"}
    assert page.items[2].changes == {"priority": ("medium", "high")}
    assert page.items[1].changes == {"status": ("todo", "done")}
    assert {entry.change_set_id for entry in page.items[:3]} == {page.items[0].change_set_id}


async def test_a_refused_command_leaves_no_trace_of_what_came_before_it(
    tasks: TaskTransactions, alice: Owner, log: EventLog
) -> None:
    await create(tasks, alice, "Milk")
    head = (await log.bounds(alice.id)).head

    with pytest.raises(UnclearReference):
        await run(tasks, alice, CompleteTask(task="#1"), CompleteTask(task="#99"))

    async with tasks.read(alice) as opened:
        assert (await opened.get("#1")).status is Status.TODO
        assert len((await opened.activity(None, 10)).items) == 1
    assert (await log.bounds(alice.id)).head == head


async def test_a_change_reaches_the_persons_stream_with_the_commit(
    tasks: TaskTransactions, alice: Owner, log: EventLog
) -> None:
    await create(tasks, alice, "Milk")

    events = [json.loads(entry.payload) for entry in await log.read(alice.id, Cursor(0))]

    assert [event["type"] for event in events] == ["task.created"]
    assert events[0]["task"]["title"] == "Milk"


async def test_an_unclear_title_names_the_candidates_and_touches_none(
    tasks: TaskTransactions, alice: Owner
) -> None:
    await create(tasks, alice, "Buy milk")
    await create(tasks, alice, "buy MILK")

    with pytest.raises(UnclearReference) as refused:
        await run(tasks, alice, DeleteTask(task="Buy Milk"))

    assert refused.value.code == "ambiguous_task"
    assert [candidate.number for candidate in refused.value.candidates] == [2, 1]
    assert len(await titles(tasks, alice)) == 2


async def test_a_missing_title_names_what_is_near(tasks: TaskTransactions, alice: Owner) -> None:
    await create(tasks, alice, "Buy oat milk")

    with pytest.raises(UnclearReference) as refused:
        await run(tasks, alice, CompleteTask(task="the milk"))

    assert refused.value.code == "task_not_found"
    assert [candidate.title for candidate in refused.value.candidates] == ["Buy oat milk"]


async def test_another_persons_task_is_as_unknown_as_one_that_never_was(
    tasks: TaskTransactions, alice: Owner, bob: Owner
) -> None:
    theirs = await create(tasks, alice, "Secret plan")

    refusals: list[str] = []
    for reference in (theirs.id, "tsk_" + "0" * 32, "#1", "#2"):
        with pytest.raises(UnclearReference) as refused:
            await run(tasks, bob, DeleteTask(task=reference))
        refusals.append(f"{refused.value} {refused.value.code} {refused.value.candidates}")

    assert len(set(refusals)) == 1
    assert await titles(tasks, bob, q="secret") == []
    assert await titles(tasks, alice) == ["Secret plan"]


async def test_an_edit_of_an_older_version_is_refused(
    tasks: TaskTransactions, alice: Owner
) -> None:
    task = await create(tasks, alice, "Milk")
    async with tasks.begin(alice) as opened:
        edited = await opened.revise(task.id, TaskChanges(title="Oat milk"), version=1)
    assert edited.version == 2

    async with tasks.begin(alice) as opened:
        with pytest.raises(Conflict) as refused:
            await opened.revise(task.id, TaskChanges(title="Soy milk"), version=1)
    assert refused.value.code == "stale_version"


async def test_absent_fields_stay_and_null_clears_the_due_date(
    tasks: TaskTransactions, alice: Owner
) -> None:
    task = await create(tasks, alice, "Milk", due="tomorrow", description="oat", tags=["home"])
    async with tasks.begin(alice) as opened:
        kept = await opened.revise(task.id, TaskChanges(title="Oat milk"))
        cleared = await opened.revise(task.id, TaskChanges.model_validate({"due": None}))

    assert (kept.due, kept.description, kept.tags) == ("2026-11-21", "oat", ["home"])
    assert cleared.due is None


async def test_an_edit_that_changes_nothing_writes_nothing(
    tasks: TaskTransactions, alice: Owner
) -> None:
    task = await create(tasks, alice, "Milk")
    async with tasks.begin(alice) as opened:
        same = await opened.revise(task.id, TaskChanges(title="Milk"))
        page = await opened.activity(None, 10)

    assert same == task
    assert len(page.items) == 1


async def test_completing_twice_changes_it_once_and_reopening_clears_the_time(
    tasks: TaskTransactions, alice: Owner
) -> None:
    await create(tasks, alice, "Milk")
    async with tasks.begin(alice) as opened:
        done = await opened.complete(CompleteTask(task="#1"))
        again = await opened.complete(CompleteTask(task="#1"))
        reopened = await opened.complete(CompleteTask(task="#1", completed=False))

    assert done.completed_at is not None
    assert again == done
    assert (reopened.status, reopened.completed_at) == (Status.TODO, None)


async def test_bulk_commands_touch_what_matches_and_nothing_else(
    tasks: TaskTransactions, alice: Owner, bob: Owner
) -> None:
    await create(tasks, bob, "Bob's", tags=["home"])
    for title, tags in (("A", ["home"]), ("B", ["HOME"]), ("C", ["work"])):
        await create(tasks, alice, title, tags=tags)

    async with tasks.begin(alice) as opened:
        completed = await opened.complete_all(CompleteAllTasks(tag="home"))
        deleted = await opened.delete_all(DeleteAllTasks(status=Status.DONE))

    assert (completed.completed, deleted.deleted) == (2, 2)
    assert await titles(tasks, alice) == ["C"]
    assert await titles(tasks, bob) == ["Bob's"]
