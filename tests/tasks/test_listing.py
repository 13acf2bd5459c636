"""What lists show, in which order, page by page, and how many there are."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from taskchat.db.engine import Database
from taskchat.domain.due import Due
from taskchat.domain.errors import DomainError
from taskchat.domain.filters import parse, resolve
from taskchat.domain.filters.expression import Expression
from taskchat.domain.ids import new_id
from taskchat.domain.query import Filter, Sort
from taskchat.domain.task import Priority, Status, Task, UserId
from taskchat.tasks.commands import CreateTask, ListTasks
from taskchat.tasks.finding.listing import MOST_COUNTED, Count, TaskListing
from taskchat.tasks.owner import Owner
from taskchat.tasks.storage.activity import Change
from taskchat.tasks.transactions import TaskTransactions
from taskchat.tasks.views import TaskOut
from tests.domain.filtering import EXPRESSIONS, matches
from tests.people import NOW, add_account
from tests.tasks import finding
from tests.tasks.finding import ZONE, closing, make_project, make_task, random_tasks

pytestmark = pytest.mark.anyio

BERLIN_DAY = Due(date(2026, 11, 21), None, ZONE)


async def create(tasks: TaskTransactions, owner: Owner, title: str, **fields: object) -> TaskOut:
    async with tasks.begin(owner) as opened:
        return await opened.create(CreateTask.model_validate({"title": title, **fields}))


async def titles(tasks: TaskTransactions, owner: Owner, **query: object) -> list[str]:
    async with tasks.read(owner) as opened:
        page = await opened.list(ListTasks.model_validate(query))
    return [task.title for task in page.items]


async def numbers(database: Database, owner: UserId, wanted: Filter) -> list[int]:
    async with database.reading() as session:
        return [task.number for task in await TaskListing(session, owner).all(wanted)]


async def count(database: Database, owner: UserId, wanted: Filter) -> Count:
    async with database.reading() as session:
        return await TaskListing(session, owner).count(wanted)


async def walk(
    database: Database, owner: UserId, wanted: Filter, sort: Sort, limit: int
) -> list[Task]:
    """All pages, one after the other."""
    found: list[Task] = []
    cursor = None
    async with database.reading() as session:
        listing = TaskListing(session, owner)
        while True:
            page, cursor = await listing.page(wanted, sort, cursor, limit)
            assert len(page) == limit or cursor is None
            found += page
            if cursor is None:
                return found


async def test_filters_combine(tasks: TaskTransactions, alice: Owner) -> None:
    await create(tasks, alice, "Pay rent", due="2026-11-20", priority="high", tags=["home"])
    await create(tasks, alice, "Pay tax", due="2026-11-21", priority="high")
    await create(tasks, alice, "Read", due="2026-11-20T08:00", description="about rent 100%")

    assert await titles(tasks, alice, q="rent", sort="created") == ["Pay rent", "Read"]
    assert await titles(tasks, alice, q="100%") == ["Read"]
    assert await titles(tasks, alice, q="_ay") == []
    assert await titles(tasks, alice, tag="#Home") == ["Pay rent"]
    assert await titles(tasks, alice, due_after="today", due_before="today", sort="due") == [
        "Read",
        "Pay rent",
    ]
    assert await titles(tasks, alice, due_after="tomorrow", priority=["high"]) == ["Pay tax"]
    assert await titles(tasks, alice, status=["done"]) == []


PROJECTS = finding.projects()


@given(
    random_tasks([project.ref for project in PROJECTS]),
    st.lists(EXPRESSIONS, min_size=1, max_size=5),
)
@settings(
    max_examples=40,
    phases=[Phase.generate],  # making tasks fewer takes minutes and tells little
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_filter_finds_what_it_says(
    database_url: str, tasks_of_one: list[Task], expressions: list[Expression]
) -> None:
    asyncio.run(check_filters(database_url, tasks_of_one, expressions))


async def check_filters(url: str, made: list[Task], expressions: list[Expression]) -> None:
    async with closing(Database(url)) as database:
        await check(database, made, expressions)


async def check(database: Database, made: list[Task], expressions: list[Expression]) -> None:
    owner = (await add_account(database, f"{new_id('usr')}@example.com")).id
    renewed = {project.id: replace(project, id=new_id("prj")) for project in PROJECTS}
    await finding.add_projects(database, owner, list(renewed.values()))
    tasks = finding.renewed(made, renewed)
    await finding.add(database, owner, tasks)
    live = [task for task in tasks if task.deleted_at is None]
    parents = {task.parent_id for task in live if task.parent_id}

    for expression in expressions:
        resolved = resolve(expression, now=NOW, zone=ZONE)
        wanted = [task for task in live if matches(resolved, task, parents)]
        asked = Filter(expression=resolved)
        async with database.reading() as session:
            listing = TaskListing(session, owner)
            assert await listing.all(asked) == wanted
            assert await listing.count(asked) == Count(len(wanted), is_exact=True)
            newest = [task.id for task in reversed(wanted)]
            assert await listing.ids(asked, 100) == newest


@pytest.mark.parametrize("sort", list(Sort))
async def test_pages_of_every_order_join_without_gap_or_repeat(
    database: Database, alice: Owner, sort: Sort
) -> None:
    days = [date(2026, 12, 1), None, date(2026, 11, 30), date(2026, 12, 1), None, date(2026, 1, 5)]
    made = [
        make_task(
            number,
            f"Task {number % 3}",
            due=Due(day, time(10) if number % 2 else None, ZONE) if day else None,
            priority=list(Priority)[number % 3],
            position=f"a{number % 4}",
            description="task" if number % 3 else "",
        )
        for number, day in enumerate(days * 2, 1)
    ]
    await finding.add(database, alice.id, made)
    wanted = Filter(text="task" if sort is Sort.RELEVANCE else None)

    whole = await walk(database, alice.id, wanted, sort, 100)
    assert sorted(task.number for task in whole) == [task.number for task in made]
    for limit in (1, 2, 3, 5):
        assert await walk(database, alice.id, wanted, sort, limit) == whole
    assert [task.number for task in whole] == [t.number for t in sorted(made, key=ORDERS[sort])]


def by_due(way: int) -> Callable[[Task], Any]:
    return lambda task: (
        task.due is None,
        way * task.due.instant().timestamp() if task.due else 0,
        way * task.number,
    )


ORDERS: dict[Sort, Callable[[Task], Any]] = {
    Sort.CREATED: lambda task: task.number,
    Sort.CREATED_REVERSED: lambda task: -task.number,
    Sort.DUE: by_due(1),
    Sort.DUE_REVERSED: by_due(-1),
    Sort.PRIORITY: lambda task: (list(Priority).index(task.priority), task.number),
    Sort.PRIORITY_REVERSED: lambda task: (-list(Priority).index(task.priority), -task.number),
    Sort.TITLE: lambda task: (task.title, task.number),
    Sort.TITLE_REVERSED: lambda task: (-int(task.title[-1]), -task.number),
    Sort.POSITION: lambda task: (task.position, task.number),
    Sort.RELEVANCE: lambda task: -task.number,
}


@pytest.mark.parametrize(
    "cursor",
    [
        "!",
        "x",
        "eyJ9",
        "W10",
        "WyJkdWUiLCJub3BlIiwxXQ",  # ["due","nope",1]
        "WyJkdWUiLDAsIm5vcGUiLDFd",  # ["due",0,"nope",1]
        "WyJkdWUiLDIsIiIsMV0",  # ["due",2,"",1]
        "WyJkdWUiLC0xLCIiLDFd",  # ["due",-1,"",1]
        "WyJ0aXRsZSIsMCwiIiwxXQ",  # ["title",0,"",1]
        "💥" * 10,
    ],
)
async def test_a_cursor_that_no_page_gave_is_refused(
    tasks: TaskTransactions, alice: Owner, cursor: str
) -> None:
    async with tasks.read(alice) as opened:
        with pytest.raises(DomainError) as refused:
            await opened.list(ListTasks(sort=Sort.DUE, cursor=cursor))
    assert refused.value.code == "cursor_invalid"


async def test_a_list_by_relevance_needs_words(tasks: TaskTransactions, alice: Owner) -> None:
    async with tasks.read(alice) as opened:
        with pytest.raises(DomainError) as refused:
            await opened.list(ListTasks(sort=Sort.RELEVANCE))
    assert refused.value.code == "sort_needs_words"


async def test_tasks_of_archived_projects_show_where_they_are_asked_for(
    database: Database, alice: Owner
) -> None:
    garden, old = make_project("Garden"), make_project("Old", archived_at=NOW)
    await finding.add_projects(database, alice.id, [garden, old])
    places = [None, garden.ref, old.ref]
    made = [make_task(n, tags=("x",), project=place) for n, place in enumerate(places, 1)]
    await finding.add(database, alice.id, made)

    async def found(**asked: object) -> tuple[list[int], Count]:
        wanted = replace(Filter(), **asked)
        listed = await numbers(database, alice.id, wanted)
        return listed, await count(database, alice.id, wanted)

    assert await found() == ([1, 2], Count(2, is_exact=True))
    assert await found(tag="x") == ([1, 2], Count(2, is_exact=True))
    assert await found(status=(Status.TODO,)) == ([1, 2], Count(2, is_exact=True))
    assert await found(project="") == ([1], Count(1, is_exact=True))
    assert await found(project=old.id) == ([3], Count(1, is_exact=True))
    assert await found(project=old.id, status=(Status.DONE,)) == ([], Count(0, is_exact=True))
    assert await found(with_archived=True, tag="x") == ([1, 2, 3], Count(3, is_exact=True))
    assert await found(with_archived=True) == ([1, 2, 3], Count(3, is_exact=True))
    assert await found(expression=parse("project:old | p1")) == ([3], Count(1, is_exact=True))
    assert await found(expression=parse("#x")) == ([1, 2], Count(2, is_exact=True))


async def test_what_is_in_the_trash_is_not_listed(database: Database, alice: Owner) -> None:
    kept, gone = make_task(1, "Buy milk", tags=("x",)), make_task(2, "Buy milk", tags=("x",))
    await finding.add(database, alice.id, [kept, gone])
    await finding.write(database, alice.id, [Change(gone, replace(gone, deleted_at=NOW))])

    for wanted in (Filter(), Filter(tag="x"), Filter(text="milk"), Filter(project="")):
        assert await numbers(database, alice.id, wanted) == [1]
        assert await count(database, alice.id, wanted) == Count(1, is_exact=True)


async def test_a_list_can_be_of_the_subtasks_of_a_task(database: Database, alice: Owner) -> None:
    parent = make_task(1)
    child = make_task(2, parent_id=parent.id)
    await finding.add(database, alice.id, [parent, child, make_task(3)])
    assert await numbers(database, alice.id, Filter(parent=parent.id)) == [2]
    assert await numbers(database, alice.id, Filter(parent=child.id)) == []


async def test_nobody_sees_anybody_elses_tasks(
    database: Database, alice: Owner, bob: Owner
) -> None:
    garden = make_project("Garden")
    await finding.add_projects(database, alice.id, [garden])
    due = BERLIN_DAY
    task = make_task(1, "Buy milk", tags=("x",), due=due, project=garden.ref)
    await finding.add(database, alice.id, [task, make_task(2, parent_id=task.id)])

    asked = [
        Filter(),
        Filter(text="milk"),
        Filter(tag="x"),
        Filter(project=garden.id),
        Filter(parent=task.id),
        Filter(due_from=due.start(), due_until=due.instant()),
        Filter(expression=parse("#x | +Garden | milk")),
    ]
    for wanted in asked:
        assert await numbers(database, alice.id, wanted) != []
        assert await numbers(database, bob.id, wanted) == []
        assert await count(database, bob.id, wanted) == Count(0, is_exact=True)


async def test_large_lists_are_counted_by_counters_or_up_to_a_bound(
    database: Database, alice: Owner
) -> None:
    many = MOST_COUNTED + 5
    made = [
        make_task(n, "Buy milk", priority=Priority.HIGH if n > 3 else Priority.LOW, tags=("x",))
        for n in range(1, many + 1)
    ]
    await finding.add(database, alice.id, made)
    assert await count(database, alice.id, Filter()) == Count(many, is_exact=True)
    assert await count(database, alice.id, Filter(tag="X")) == Count(many, is_exact=True)
    few, most = Filter(priority=(Priority.LOW,)), Filter(priority=(Priority.HIGH,))
    assert await count(database, alice.id, few) == Count(3, is_exact=True)
    assert await count(database, alice.id, most) == Count(MOST_COUNTED, is_exact=False)
    words = Filter(text="milk", tag="x")
    assert await count(database, alice.id, words) == Count(MOST_COUNTED, is_exact=False)
