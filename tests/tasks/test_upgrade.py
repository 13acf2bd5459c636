"""Tasks from before there were counters and an index of words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, column, insert, table
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from taskchat.db.engine import Database
from taskchat.db.migrate import alembic_config, migrate
from taskchat.db.types import UtcDateTime
from taskchat.domain.ids import new_id
from taskchat.domain.query import Filter, Sort
from taskchat.domain.recurrence import RecurrenceFrom
from taskchat.domain.task import UserId
from taskchat.tasks.finding.listing import Count, TaskListing
from tests.databases import PostgresServer
from tests.people import NOW
from tests.tasks.finding import closing

pytestmark = pytest.mark.anyio

BEFORE = "0004"
TASKS = 1200  # more than are carried over at a time


def upgrade(connection: Connection) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, BEFORE)


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    name = new_id("db")
    await server.execute(f"CREATE DATABASE {name}")
    return make_url(server.uri).set(database=name).render_as_string(hide_password=False)


def row(owner: str, number: int) -> dict[str, object]:
    return {
        "id": f"tsk_{owner[4:20]}{number:016x}",
        "owner_id": owner,
        "number": number,
        "title": f"Écrire {number}",
        "title_key": f"écrire {number}",
        "description": "soon",
        "status": "todo" if number % 2 else "done",
        "priority_rank": 2,
        "position": "a1",
        "timezone": "UTC",
        "created_at": NOW,
        "updated_at": NOW,
        "deleted_at": NOW if number == 1 else None,
        "recurrence_from": RecurrenceFrom.SCHEDULE.value,
        "is_untrusted": False,
        "version": 1,
    }


async def add(connection: AsyncConnection, name: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Into a table as it was then, whatever columns it has got since."""
    moments = {key for row in rows for key, value in row.items() if isinstance(value, datetime)}
    columns = [column(key, UtcDateTime() if key in moments else None) for key in rows[0]]
    await connection.execute(insert(table(name, *columns)), [dict(row) for row in rows])


async def test_tasks_from_before_are_found_and_counted(empty_url: str) -> None:
    owners = [UserId(new_id("usr")), UserId(new_id("usr"))]
    async with closing(Database(empty_url)) as database:
        async with database.engine.begin() as connection:
            await connection.run_sync(upgrade)
            for owner in owners:
                account = {"id": owner, "email": owner, "password_hash": "-", "timezone": "UTC"}
                account |= {"last_task_number": 0, "created_at": NOW}
                await add(connection, "accounts", [account])
                rows = [row(owner, number) for number in range(1, TASKS // 2 + 1)]
                await add(connection, "tasks", rows)
                tag = {"position": 0, "owner_id": owner, "tag": "Home", "tag_key": "home"}
                await add(connection, "task_tags", [tag | {"task_id": r["id"]} for r in rows[:3]])
        await migrate(database)

        for owner in owners:
            async with database.reading() as session:
                listing = TaskListing(session, owner)
                found, _ = await listing.page(Filter(text="ecrire 600"), Sort.CREATED, None, 9)
                assert [task.number for task in found] == [TASKS // 2]
                trashed, _ = await listing.page(Filter(text='"1"'), Sort.CREATED, None, 9)
                assert trashed == []
                assert await listing.count(Filter()) == Count(TASKS // 2 - 1, is_exact=True)
                assert await listing.tags() == [("Home", 2)]
