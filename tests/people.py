from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from taskchat.db.engine import Database
from taskchat.db.tables import AccountRow, StreamRow
from taskchat.domain.actor import Actor, ActorKind
from taskchat.domain.ids import new_id
from taskchat.domain.task import UserId
from taskchat.streams.log import EventLog
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)  # a Friday, 19:00 in Berlin


async def add_account(database: Database, email: str, timezone: str = "Europe/Berlin") -> Owner:
    user = UserId(new_id("usr"))
    async with database.transaction() as session:
        row = {"id": user, "email": email, "password_hash": "-", "timezone": timezone}
        await session.execute(insert(AccountRow).values(**row, created_at=NOW))
        await session.execute(insert(StreamRow).values(id=user, owner_id=user))
    return Owner(user, timezone, Actor(ActorKind.PERSON, email))


@pytest.fixture
def log(database: Database) -> EventLog:
    return EventLog(database)


@pytest.fixture
def tasks(database: Database, log: EventLog) -> TaskTransactions:
    return TaskTransactions(database, log, lambda: NOW)


@pytest.fixture
async def alice(database: Database) -> Owner:
    return await add_account(database, "alice@example.com")


@pytest.fixture
async def bob(database: Database) -> Owner:
    return await add_account(database, "bob@example.com", "America/New_York")
