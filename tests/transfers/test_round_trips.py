"""What is exported and imported into an empty account is exported as the same again."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given

from taskchat.domain.occurrence import Scope
from taskchat.interchange.own.entries import Export, OwnFilter, OwnSeries
from taskchat.tasks.commands import (
    CompleteTask,
    CreateTask,
    DeleteTask,
    MoveTask,
    SaveFilter,
    UpdateTask,
)
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions
from tests.interchange.exports import export_of, exports, own_project, own_task
from tests.people import NOW
from tests.transfers.exporting import BOUNDED, bring_document, export, legal, two_people

pytestmark = pytest.mark.anyio


def as_imported(exported: Export) -> Export:
    """In the order in which an export lists things."""
    return Export(
        NOW,
        tuple(sorted(exported.projects, key=lambda project: project.position)),
        tuple(sorted(exported.tasks, key=lambda task: task.number)),
        tuple(sorted(exported.filters, key=lambda one: one.name.casefold())),
    )


def without_ids(exported: Export) -> Export:
    """Where ids stand, the numbers of tasks and the names of projects."""
    numbers = {task.id: str(task.number) for task in exported.tasks}
    return replace(
        exported,
        projects=tuple(replace(project, id="") for project in exported.projects),
        tasks=tuple(
            replace(
                task,
                id=numbers[task.id],
                parent_id=numbers[task.parent_id] if task.parent_id else None,
                series=task.series and replace(task.series, id=""),
            )
            for task in exported.tasks
        ),
    )


@given(exports())
@BOUNDED
def test_any_export_comes_back_as_it_was_and_a_copy_has_ids_of_its_own(
    database_url: str, exported: Export
) -> None:
    asyncio.run(check_document(database_url, legal(exported)))


async def check_document(url: str, exported: Export) -> None:
    async with two_people(url) as (tasks, first, second):
        brought = await bring_document(tasks, first, exported)
        assert (brought.created, brought.problems) == (len(exported.tasks), [])
        came = await export(tasks, first)
        assert came == as_imported(exported)

        again = await bring_document(tasks, first, exported)
        assert (again.created, again.skipped) == (0, len(exported.tasks))

        await bring_document(tasks, second, came)
        copy = await export(tasks, second)
        assert without_ids(copy) == without_ids(came)
        assert not {task.id for task in copy.tasks} & {task.id for task in came.tasks}


async def test_an_export_of_a_life_with_tasks_can_go_on_elsewhere(
    tasks: TaskTransactions, alice: Owner, bob: Owner
) -> None:
    async with tasks.begin(alice) as opened:
        for title in ("One", "Two", "Three", "Four"):
            await opened.create(CreateTask(title=title, project="House"))
        weekly = CreateTask(title="Water", due="2026-11-20", recurrence="FREQ=WEEKLY;COUNT=4")
        await opened.create(weekly)
        await opened.update(UpdateTask(task="#5", title="Water twice", scope=Scope.THIS))
        await opened.move("#5", MoveTask(before="#1"))
        await opened.move("#1", MoveTask())
        await opened.delete(DeleteTask(task="#4"))
        await opened.filters.save(SaveFilter(name="Late", query="overdue"))
    before = await export(tasks, alice)
    await bring_document(tasks, bob, before)
    assert without_ids(await export(tasks, bob)) == without_ids(before)

    for owner in (alice, bob):
        async with tasks.begin(owner) as opened:
            done = await opened.complete(CompleteTask(task="#5"))
            assert done.next_task
            assert (done.next_task.title, done.next_task.due) == ("Water", "2026-11-27")
            await opened.create(CreateTask(title="New"))
            await opened.move("#2", MoveTask())
    ends = [by_hand(await export(tasks, owner)) for owner in (alice, bob)]
    assert ends[0] == ends[1]


def by_hand(exported: Export) -> list[str]:
    return [task.title for task in sorted(exported.tasks, key=lambda task: task.position)]


async def test_an_export_goes_into_an_account_that_has_tasks(
    tasks: TaskTransactions, alice: Owner
) -> None:
    async with tasks.begin(alice) as opened:
        await opened.create(CreateTask(title="Mine", project="House"))
        await opened.filters.save(SaveFilter(name="late at HOME", query="overdue"))
    mine = await export(tasks, alice)
    other = export_of(
        own_task(1, project="house", position="zzy"),
        own_task(2, project="Office", parent_id=None, position="1"),
    )
    brought = await bring_document(tasks, alice, other)
    assert (brought.projects, brought.filters) == (["Office"], [])
    after = await export(tasks, alice)
    assert (after.filters, after.tasks[0]) == (mine.filters, mine.tasks[0])
    assert [(task.number, task.title, task.project) for task in after.tasks[1:]] == [
        (2, "Water the plants 2", "Office"),
        (3, "Water the plants 1", "House"),
    ]
    assert by_hand(after) == ["Mine", "Water the plants 2", "Water the plants 1"]


async def test_an_export_is_of_one_moment(tasks: TaskTransactions, alice: Owner) -> None:
    async with tasks.snapshot(alice) as opened:
        before = await opened.export()
        async with tasks.begin(alice) as writing:
            await writing.create(CreateTask(title="Later", project="House"))
        assert await opened.export() == before
    assert len((await export(tasks, alice)).tasks) == 1


async def test_places_beyond_all_numbers_are_given_anew(
    tasks: TaskTransactions, alice: Owner
) -> None:
    await bring_document(tasks, alice, export_of(own_task(7, position="zz9"), own_task(9)))
    async with tasks.begin(alice) as opened:
        await opened.create(CreateTask(title="New"))
        await opened.move("#1", MoveTask())
    assert by_hand(await export(tasks, alice)) == [
        "Water the plants 7",
        "New",
        "Water the plants 9",
    ]


async def test_ids_that_are_none_of_ours_become_ours(tasks: TaskTransactions, alice: Owner) -> None:
    series = OwnSeries("later", "2026-11-21", "2026-11-21", 1)
    twins = [
        own_task(n, id=f"x{n}", due="2026-11-21", recurrence="FREQ=DAILY", series=series)
        for n in (1, 2)
    ]
    brought = await bring_document(tasks, alice, export_of(*twins))
    assert brought.created == 2
    after = await export(tasks, alice)
    assert all(task.id.startswith("tsk_") for task in after.tasks)
    assert len({task.series.id for task in after.tasks if task.series}) == 2


async def test_a_filter_that_cannot_be_read_is_left_out(
    tasks: TaskTransactions, alice: Owner
) -> None:
    exported = Export(NOW, (), (), (OwnFilter("Broken", "(("), OwnFilter("Late", "overdue")))
    brought = await bring_document(tasks, alice, exported)
    assert (brought.filters, brought.problem_count) == (["Late"], 1)


async def test_projects_that_are_archived_come_with_their_tasks(
    tasks: TaskTransactions, alice: Owner, bob: Owner
) -> None:
    archived = replace(own_project("Old"), archived_at=NOW)
    exported = Export(NOW, (archived,), (own_task(1, project="Old"),), ())
    await bring_document(tasks, alice, exported)
    assert await export(tasks, alice) == exported
