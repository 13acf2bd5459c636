"""Every test that asks for a log runs on each of the three set-ups."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from taskchat.db.engine import Database
from taskchat.streams.deliveries import build_delivery
from taskchat.streams.log import EventLog

NEVER_SECONDS = 3600.0  # what is heard within a test's patience was not found by looking

type StartLog = Callable[..., Awaitable[EventLog]]


@pytest.fixture(params=["sqlite", "postgresql", "redis"])
def set_up(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def database_url(set_up: str, request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("sqlite_url" if set_up == "sqlite" else "postgres_url")


@pytest.fixture
def redis_url(set_up: str, request: pytest.FixtureRequest) -> str | None:
    return request.getfixturevalue("redis_server").url if set_up == "redis" else None


@pytest.fixture
async def start_log(database_url: str, redis_url: str | None) -> AsyncGenerator[StartLog]:
    """Each call is a process's worth: a log with connections of its own."""
    async with AsyncExitStack() as stack:

        async def start(*, poll: float = NEVER_SECONDS, heartbeat: float = 15.0) -> EventLog:
            database = Database(database_url)
            stack.push_async_callback(database.close)
            delivery = build_delivery(database, redis_url)
            log = EventLog(database, delivery, poll=poll, heartbeat=heartbeat)
            await stack.enter_async_context(log.serving())
            return log

        yield start


@pytest.fixture
async def log(start_log: StartLog) -> EventLog:
    return await start_log()
