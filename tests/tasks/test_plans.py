"""No list, count or search reads a whole table, and no order is made by sorting all of a person's tasks."""

import re
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from taskchat.db.engine import Database, Transaction
from taskchat.domain.due import Due
from taskchat.domain.filters import parse, resolve
from taskchat.domain.query import Filter, Sort
from taskchat.domain.task import Priority, Status
from taskchat.tasks.finding import narrowing
from taskchat.tasks.finding.listing import TaskListing
from taskchat.tasks.finding.search import Search
from taskchat.tasks.owner import Owner
from tests.domain.filtering import TAGS, TODAY, WORDS
from tests.people import NOW
from tests.tasks import finding
from tests.tasks.finding import ZONE, make_project, make_task

pytestmark = pytest.mark.anyio

TASKS = 400
type Asked = tuple[str, tuple[Any, ...]]

OPEN = (Status.TODO, Status.IN_PROGRESS)
BIG = "tasks|task_texts|task_tags|task_counts"
# The names of common table expressions and of SQLite's search index are none of these.
SQLITE_SCAN = re.compile(rf"\bSCAN ({BIG}|child)\b(?! USING (COVERING )?INDEX)")
POSTGRES_SCAN = re.compile(rf"Seq Scan on ({BIG})\b")


def said(words: str) -> Filter:
    return Filter(expression=resolve(parse(words), now=NOW, zone=ZONE))


def filters(project: str, parent: str) -> list[Filter]:
    return [
        Filter(),
        Filter(status=OPEN),
        Filter(status=(Status.DONE,), priority=(Priority.HIGH,)),
        Filter(tag="home"),
        Filter(project=project),
        Filter(project=""),
        Filter(parent=parent),
        Filter(text="milk ec"),
        Filter(due_from=NOW, due_until=NOW + timedelta(days=3)),
        Filter(status=OPEN, due_until=NOW),
        Filter(with_archived=True, tag="home", text='"buy milk"'),
        said("overdue & (#home | p:high) & !tag:späti"),
        said("this week milk +Garden"),
        said("has:subtasks | has:tags | !has:reminder"),
        said("project:none created>=-7d"),
        said("#home | overdue | (milk & +Garden) | due:none p1"),
        said("#home | +Garden | milk | is:done | today"),
    ]


@asynccontextmanager
async def watching(session: Transaction, asked: list[Asked]) -> AsyncGenerator[None]:
    """Notes each statement that reaches the driver, with its values where they are not in the text."""
    connection = await session.connection()
    driver: Any = (await connection.get_raw_connection()).driver_connection

    def note(sql: str) -> None:
        if not sql.startswith("--"):  # what a statement of ours asks in turn
            asked.append((sql, ()))

    def note_query(query: Any) -> None:
        asked.append((query.query, tuple(query.args)))

    if connection.dialect.name == "sqlite":
        await driver.visit(set_trace, note)
        yield
        await driver.visit(set_trace, None)
    else:
        with driver.query_logger(note_query):
            yield


def set_trace(connection: Any, note: Callable[[str], None] | None) -> None:
    connection.set_trace_callback(note)


async def explain(session: Transaction, sql: str, values: tuple[Any, ...]) -> str:
    connection = await session.connection()
    driver: Any = (await connection.get_raw_connection()).driver_connection
    if connection.dialect.name == "sqlite":
        cursor = await driver.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(row[-1] for row in await cursor.fetchall())
    return "\n".join(row[0] for row in await driver.fetch(f"EXPLAIN {sql}", *values))


async def fill(database: Database, *owners: Owner) -> Filter:
    """Many tasks of all kinds for each; returns a project and a parent of the last one's."""
    place = Filter()
    for owner in owners:
        garden = make_project("Garden")
        await finding.add_projects(database, owner.id, [garden])
        first = make_task(1)
        tasks = [
            make_task(
                number,
                f"{WORDS[number % len(WORDS)]} {WORDS[number % 3]}",
                status=list(Status)[number % 3],
                priority=list(Priority)[number % 3],
                tags=TAGS[: number % 3],
                project=garden.ref if number % 2 else None,
                parent_id=first.id if number % 50 == 0 else None,
                due=Due(TODAY + timedelta(days=number % 60 - 30), None, ZONE),
            )
            for number in range(2, TASKS)
        ]
        await finding.add(database, owner.id, [first, *tasks])
        place = Filter(project=garden.id, parent=first.id)
    if not database.is_embedded:  # which is never told how much there is of what
        async with database.driver_connection() as connection:
            await connection.execute("ANALYZE")
    return place


@pytest.mark.parametrize("few", [0, narrowing.FEW])
async def test_no_statement_reads_a_whole_table(
    database: Database, alice: Owner, bob: Owner, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrowing, "FEW", few)  # with 0 everything is read by its order's index
    place = await fill(database, bob, alice)
    asked: list[Asked] = []
    async with database.reading() as session:
        listing, search = TaskListing(session, alice.id), Search(session, alice.id)
        async with watching(session, asked):
            for wanted in filters(place.project or "", place.parent or ""):
                for sort in Sort:
                    if sort is not Sort.RELEVANCE or wanted.text:
                        _, cursor = await listing.page(wanted, sort, None, 3)
                        await listing.page(wanted, sort, cursor, 3)
                await listing.count(wanted)
                await listing.ids(wanted, 10)
            await listing.tags()
            await listing.project_counts()
            await search.find_similar("buy some milk")
        plans = {sql: await explain(session, sql, values) for sql, values in asked}
    scan = SQLITE_SCAN if database.is_embedded else POSTGRES_SCAN
    assert len(plans) > 100
    assert [(sql, plan) for sql, plan in plans.items() if scan.search(plan)] == []
    if database.is_embedded:
        walks = [plan for sql, plan in plans.items() if "INDEXED BY" in sql and "few" not in sql]
        assert [plan for plan in walks if "FOR ORDER BY" in plan.split("CORRELATED")[0]] == []
