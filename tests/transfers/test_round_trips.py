"""What is exported and imported into an empty account is exported as the same again."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from taskchat.db.engine import Database
from taskchat.db.tables import AccountRow
from taskchat.domain.ids import new_id
from taskchat.domain.occurrence import Scope
from taskchat.interchange.ical import calendars
from taskchat.interchange.own import document, spreadsheet
from taskchat.interchange.own.entries import Export, OwnFilter, OwnSeries, OwnTask
from taskchat.interchange.record import Reader
from taskchat.streams.log import EventLog
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
from taskchat.tasks.views import Brought
from tests.interchange.exports import export_of, exports, own_project, own_task
from tests.people import NOW, add_account
from tests.tasks.finding import closing

pytestmark = pytest.mark.anyio


async def export(tasks: TaskTransactions, owner: Owner) -> Export:
    async with tasks.snapshot(owner) as opened:
        return await opened.export()


async def bring(
    tasks: TaskTransactions, owner: Owner, read: Reader, source: str, data: bytes
) -> Brought:
    async with tasks.begin(owner) as opened:
        return await opened.bring_in(source, read(data, zone=owner.timezone, now=NOW))


async def bring_document(tasks: TaskTransactions, owner: Owner, exported: Export) -> Brought:
    data = document.dump(exported)
    return await bring(tasks, owner, document.read_arrivals, "json", data)


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


def legal(exported: Export) -> Export:
    """As the rules allow it here: subtasks in the project of the task above, open ones not below one that is done."""
    tasks: dict[str, OwnTask] = {}
    for task in sorted(exported.tasks, key=lambda task: task.number):
        above = tasks.get(task.parent_id or "")
        parent = above if above and (above.completed_at is None or task.completed_at) else None
        series = task.series and OwnSeries(f"ser_{task.number:032x}", "2026-11-21", "2026-11-21", 1)
        tasks[task.id] = replace(
            task,
            parent_id=parent.id if parent else None,
            project=parent.project if parent else task.project,
            series=series,
        )
    return replace(exported, tasks=tuple(tasks[task.id] for task in exported.tasks))


BOUNDED = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
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


@given(exports(), st.sampled_from(["ics", "csv"]))
@BOUNDED
def test_other_forms_come_back_as_far_as_they_can_say_it(
    database_url: str, exported: Export, form: str
) -> None:
    tasks = tuple(sayable(task, form) for task in legal(exported).tasks)
    asyncio.run(check_form(database_url, replace(exported, tasks=tasks), form))


async def check_form(url: str, exported: Export, form: str) -> None:
    async with two_people(url) as (tasks, first, _):
        await bring_document(tasks, first, exported)
        came = await export(tasks, first)
    async with two_people(url) as (tasks, _, second):
        brought = await bring(tasks, second, READERS[form], form, WRITERS[form](came.tasks))
        assert brought.problems == []
        copy = await export(tasks, second)
    assert said(copy) == said(came)


def sayable(task: OwnTask, form: str) -> OwnTask:
    """What a table cannot say is which commas are part of a tag, and where a text begins with a sign of its own."""
    if form == "ics":
        return task
    return replace(task, tags=tuple(tag for tag in task.tags if not set(tag) & set(",'#")))


def said(exported: Export) -> list[str]:
    """Without what they do not have: numbers, the order by hand, versions, series, and fractions of a second."""
    titles = {task.id: task.title for task in exported.tasks}
    plain = [
        replace(
            task,
            id="",
            number=1,
            parent_id=titles.get(task.parent_id or ""),
            position="",
            version=1,
            series=None,
            updated_at=NOW,
            created_at=_told(task.created_at),
            completed_at=task.completed_at and _told(task.completed_at),
        )
        for task in exported.tasks
    ]
    return sorted(map(repr, plain))


def _told(moment: datetime) -> datetime:
    """What lies ahead is taken as now."""
    return min(moment.replace(microsecond=0), NOW)


READERS: Mapping[str, Reader] = {"ics": calendars.read, "csv": spreadsheet.read}
WRITERS: Mapping[str, Callable[[Sequence[OwnTask]], bytes]] = {
    "ics": lambda tasks: calendars.write(tasks, name="Tasks"),
    "csv": spreadsheet.write,
}


@asynccontextmanager
async def two_people(url: str) -> AsyncGenerator[tuple[TaskTransactions, Owner, Owner]]:
    """Who leave everything behind free for others: ids are everybody's."""
    async with closing(Database(url)) as database:
        tasks = TaskTransactions(database, EventLog(database), lambda: NOW)
        first = await add_account(database, f"{new_id('usr')}@example.com")
        second = await add_account(database, f"{new_id('usr')}@example.com")
        try:
            yield tasks, first, second
        finally:
            async with database.transaction() as session:
                await session.execute(delete(AccountRow))


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
