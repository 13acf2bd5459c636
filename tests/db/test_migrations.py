"""What an older version stored is all there after the update."""

import shutil
import sqlite3
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, text

from taskchat.db.engine import Database
from taskchat.db.migrate import alembic_config, migrate
from taskchat.domain.actor import Actor, ActorKind
from taskchat.domain.query import Sort
from taskchat.domain.task import UserId
from taskchat.streams.log import EventLog
from taskchat.tasks.commands import CompleteTask, ListTasks
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions
from tests.databases import PostgresServer, run
from tests.people import NOW

pytestmark = pytest.mark.anyio

ANN = Owner(UserId("usr_ann"), "Europe/Berlin", Actor(ActorKind.PERSON, "ann@example.com"))
TASK = """
    INSERT INTO tasks (id, owner_id, number, title, title_key, description, description_key, status,
        priority_rank, due_day, due_time, timezone, due_at, created_at, updated_at, completed_at,
        remind_before, recurrence, version)
    VALUES (:id, 'usr_ann', :number, :title, lower(CAST(:title AS varchar)), :description,
        lower(CAST(:description AS varchar)),
        :status, 2, :due_day, NULL, 'Europe/Berlin', :due_at, :now, :now, NULL, NULL, :rule, 1)
"""
SERIES = """
    INSERT INTO series (id, owner_id, task_id, rule, timezone, anchor, next_due, next_at)
    VALUES ('ser_1', 'usr_ann', 'tsk_new', 'FREQ=WEEKLY', 'Europe/Berlin', '2026-11-13',
        '2026-11-27', :now)
"""


def _as_of_0003(connection: Connection) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "0003")
    now = "2026-11-20 18:00:00.000000" if connection.dialect.name == "sqlite" else NOW

    def insert(statement: str, **values: object) -> None:
        connection.execute(text(statement), values)

    insert(
        "INSERT INTO accounts (id, email, password_hash, timezone, last_task_number, created_at)"
        " VALUES ('usr_ann', 'ann@example.com', '-', 'Europe/Berlin', 3, :now)",
        now=now,
    )
    insert("INSERT INTO streams (id, owner_id, head) VALUES ('usr_ann', 'usr_ann', 0)")
    blank = {"due_day": None, "due_at": None, "rule": None, "description": "", "now": now}
    weekly = {"title": "Water plants", "rule": "FREQ=WEEKLY", "due_at": now}
    insert(TASK, **blank, id="tsk_milk", number=1, title="Émilie's milk", status="todo")
    old = {"id": "tsk_old", "number": 2, "status": "done", "due_day": "2026-11-13"}
    insert(TASK, **{**blank, **weekly, **old})
    new = {"id": "tsk_new", "number": 3, "status": "todo", "due_day": "2026-11-20"}
    insert(TASK, **{**blank, **weekly, **new})
    insert(SERIES, now=now)
    for day, task in (("2026-11-13", "tsk_old"), ("2026-11-20", "tsk_new")):
        insert("INSERT INTO occurrences VALUES ('ser_1', :day, :task)", day=day, task=task)
    insert(
        "INSERT INTO task_tags (task_id, position, owner_id, tag, tag_key)"
        " VALUES ('tsk_milk', 0, 'usr_ann', 'Shop', 'shop')"
    )


async def _at_0003(url: str) -> Database:
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.run_sync(_as_of_0003)
    return database


@pytest.fixture
async def older_sqlite(tmp_path: Path) -> AsyncGenerator[Database]:
    database = await _at_0003(f"sqlite:///{tmp_path}/older.db")
    yield database
    await database.close()


@pytest.fixture
async def older_postgres(postgres: PostgresServer) -> AsyncGenerator[Database]:
    run(postgres.execute("DROP DATABASE IF EXISTS older"))
    run(postgres.execute("CREATE DATABASE older"))
    database = await _at_0003(postgres.uri.replace("/postgres?", "/older?"))
    yield database
    await database.close()
    run(postgres.execute("DROP DATABASE older"))


@pytest.fixture(params=["older_sqlite", "older_postgres"])
def older(request: pytest.FixtureRequest) -> Database:
    return request.getfixturevalue(request.param)


async def test_tasks_of_an_older_version_are_found_counted_and_in_order(older: Database) -> None:
    await migrate(older)

    tasks = TaskTransactions(older, EventLog(older), lambda: NOW)
    async with tasks.read(ANN) as opened:
        by_hand = await opened.list(ListTasks(sort=Sort.POSITION))
        found = await opened.list(ListTasks(q="emilie"))
        tags = await opened.tags()
    assert [task.number for task in by_hand.items] == [1, 2, 3]
    assert (by_hand.total, by_hand.total_is_exact) == (3, True)
    assert [task.number for task in found.items] == [1]
    assert [(tag.tag, tag.count) for tag in tags.items] == [("Shop", 1)]


async def test_a_series_of_an_older_version_goes_on_when_its_task_is_completed(
    older: Database,
) -> None:
    await migrate(older)

    tasks = TaskTransactions(older, EventLog(older), lambda: NOW)
    async with tasks.begin(ANN) as opened:
        done = await opened.complete(CompleteTask(task="#3"))
    async with tasks.begin(ANN) as opened:
        again = await opened.complete(CompleteTask(task="#2", completed=False))
    async with tasks.begin(ANN) as opened:
        old = await opened.complete(CompleteTask(task="#2"))

    assert done.next_task
    assert (done.next_task.due, done.next_task.number) == ("2026-11-27", 4)
    assert again.number == 2
    assert old.next_task is None


async def test_an_update_that_fails_leaves_the_older_version_as_it_was(tmp_path: Path) -> None:
    database = await _at_0003(f"sqlite:///{tmp_path}/older.db")
    await database.close()
    with sqlite3.connect(tmp_path / "older.db") as connection:
        connection.execute("CREATE TABLE projects (in_the_way INTEGER)")
    connection.close()
    before = shutil.copy(tmp_path / "older.db", tmp_path / "before.db")

    database = Database(f"sqlite:///{tmp_path}/older.db")
    with pytest.raises(Exception, match="projects"):
        await migrate(database)
    await database.close()

    assert _dump(tmp_path / "older.db") == _dump(Path(before))


def _dump(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()
