"""What a command costs with all that follows from it: activity, counts, search, reminders, events."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import count
from typing import Any

from benchmarks.databases import BACKENDS, add_person, opened
from benchmarks.figures import Figure, compare, summarise
from taskchat.clock import now
from taskchat.db.engine import Database
from taskchat.db.sqlite import SqliteConnection
from taskchat.db.tables import TaskRow
from taskchat.domain.ids import new_id
from taskchat.domain.position import numbered
from taskchat.streams.log import EventLog
from taskchat.tasks.commands import BulkAction, BulkEdit, CreateTask
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions

WARM_UP_ROUNDS = 20
MOST_SLOWER = 2.0
MANY = 1000
BULK_ROUNDS = 5
BULK_GOAL_SECONDS = 1.0
TEXT = "Call the plumber about the kitchen sink before the weekend"

type Insert = Callable[[], Awaitable[object]]

COLUMNS = [column.name for column in TaskRow.__table__.columns]


def measure_commands(rounds: int) -> list[Figure]:
    return [figure for backend in BACKENDS for figure in asyncio.run(_measure(backend, rounds))]


async def _measure(backend: str, rounds: int) -> list[Figure]:
    async with opened(backend) as database:
        tasks = TaskTransactions(database, EventLog(database), now)
        creates = await _measure_creates(database, tasks, backend, rounds)
        return creates + await _measure_many(database, tasks, backend)


async def _measure_creates(
    database: Database, tasks: TaskTransactions, backend: str, rounds: int
) -> list[Figure]:
    ours: list[float] = []
    raw: list[float] = []
    owner, other = await _two(database)
    async with _raw_insert(database, other) as insert:
        for number in range(WARM_UP_ROUNDS + rounds):
            began = time.perf_counter()
            await insert()
            inserted = time.perf_counter()
            async with tasks.begin(owner) as service:
                await service.create(CreateTask(title=f"{TEXT} {number}"))
            if number >= WARM_UP_ROUNDS:
                raw.append(inserted - began)
                ours.append(time.perf_counter() - inserted)
    created = summarise(f"create, {backend}", ours)
    bare = summarise(f"one durable row by the driver, {backend}", raw)
    ratio = compare(f"create to one durable row, {backend}", created, bare, goal=MOST_SLOWER)
    return [created, bare, ratio]


async def _two(database: Database) -> tuple[Owner, Owner]:
    ours = await add_person(database, "ann@example.com")
    return ours, await add_person(database, "ben@example.com")


@asynccontextmanager
async def _raw_insert(database: Database, owner: Owner) -> AsyncGenerator[Insert]:
    """One row of a task in a transaction of its own, by the driver alone and on a connection like ours."""
    numbers = count(1)
    columns = ", ".join(COLUMNS)
    if database.is_embedded:
        connection = SqliteConnection(database.engine.url.database or "")
        await connection
        await connection.visit(_prepare)
        marks = ", ".join("?" * len(COLUMNS))
        statement = f"INSERT INTO tasks ({columns}) VALUES ({marks})"
        yield lambda: connection.visit(_insert, statement, _row(owner, next(numbers)))
        await connection.close()
        return
    async with database.driver_connection() as driver:
        marks = ", ".join(f"${place}" for place in range(1, len(COLUMNS) + 1))
        prepared = await driver.prepare(f"INSERT INTO tasks ({columns}) VALUES ({marks})")
        yield lambda: prepared.fetch(*_row(owner, next(numbers)))


def _row(owner: Owner, number: int) -> list[Any]:
    at = now()
    values: dict[str, Any] = dict.fromkeys(COLUMNS) | {
        "id": new_id("tsk"),
        "owner_id": owner.id,
        "number": number,
        "title": TEXT,
        "title_key": TEXT.casefold(),
        "description": "",
        "status": "todo",
        "priority_rank": 2,
        "position": numbered(number),
        "timezone": "Europe/Berlin",
        "recurrence_from": "schedule",
        "is_untrusted": False,
        "version": 1,
        "created_at": at,
        "updated_at": at,
    }
    return [values[name] for name in COLUMNS]


def _prepare(connection: Any) -> None:
    """Like the connection that commands are written through."""
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _insert(connection: Any, statement: str, values: list[Any]) -> None:
    texts = [value.isoformat(" ") if isinstance(value, datetime) else value for value in values]
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(statement, texts)
    connection.execute("COMMIT")


async def _measure_many(database: Database, tasks: TaskTransactions, backend: str) -> list[Figure]:
    completing: list[float] = []
    undoing: list[float] = []
    redoing: list[float] = []
    owner = await add_person(database, "cleo@example.com")
    async with tasks.begin(owner) as service:
        ids = [
            (await service.create(CreateTask(title=f"{TEXT} {number}", tags=("home",)))).id
            for number in range(MANY)
        ]
    for _ in range(BULK_ROUNDS):
        began = time.perf_counter()
        async with tasks.begin(owner) as service:
            await service.bulk(BulkEdit(action=BulkAction.COMPLETE, tasks=tuple(ids)))
        completed = time.perf_counter()
        async with tasks.begin(owner) as undo:
            await undo.undo(service.change_set)
        undone = time.perf_counter()
        async with tasks.begin(owner) as redo:
            await redo.redo(service.change_set)
        redone = time.perf_counter()
        async with tasks.begin(owner) as undo:
            await undo.undo(service.change_set)
        completing.append(completed - began)
        undoing.append(undone - completed)
        redoing.append(redone - undone)
    return [
        summarise(f"complete {MANY:,} tasks, {backend}", completing, unit="s"),
        summarise(
            f"undo of that, {backend}", undoing, unit="s", goal=BULK_GOAL_SECONDS, judged="most"
        ),
        summarise(
            f"redo of that, {backend}", redoing, unit="s", goal=BULK_GOAL_SECONDS, judged="most"
        ),
    ]
