from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from taskchat.db.engine import Database
from taskchat.db.idempotency import Answer, IdempotencyKeys
from taskchat.db.tables import Base, IdempotencyKeyRow, ScheduleRow, TaskRow, TaskTextRow
from taskchat.domain.errors import UnclearReference
from taskchat.schedules.ticker import Ticker
from taskchat.tasks.commands import CreateTask, DeleteTask
from taskchat.tasks.history.undo import NothingReverted
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions
from tests.people import NOW
from tests.schedules.conftest import Clock
from tests.schedules.people import tick_until_idle

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def due(database: Database) -> None:
    """Databases are used again, and with them the time of the last round."""
    async with database.transaction() as session:
        await session.execute(update(ScheduleRow).values(next_at=NOW))


async def count(database: Database, table: type[Base]) -> int | None:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table))


async def test_the_trash_is_emptied_after_thirty_days_and_not_before(
    database: Database, tasks: TaskTransactions, alice: Owner, ticker: Ticker, clock: Clock
) -> None:
    async with tasks.begin(alice) as opened:
        kept = await opened.create(CreateTask(title="Kept"))
        old = await opened.create(CreateTask(title="Old"))
    async with tasks.begin(alice) as opened:
        await opened.delete(DeleteTask(task=old.id))
        change_set = opened.change_set

    clock.now = NOW + timedelta(days=29)
    await tick_until_idle(ticker, clock)
    assert await count(database, TaskRow) == 2

    clock.now = NOW + timedelta(days=31)
    await tick_until_idle(ticker, clock)
    assert (await count(database, TaskRow), await count(database, TaskTextRow)) == (1, 1)
    async with tasks.read(alice) as opened:
        assert (await opened.get(kept.id)).title == "Kept"
    async with tasks.begin(alice) as opened:
        with pytest.raises(UnclearReference):
            await opened.restore(old.id)
        with pytest.raises(NothingReverted) as refused:
            await opened.undo(change_set)
    assert [(one.title, one.field) for one in refused.value.conflicts] == [("Old", "deleted")]


async def test_an_idempotency_key_is_forgotten_after_a_day(
    database: Database, alice: Owner, ticker: Ticker, clock: Clock
) -> None:
    async with database.transaction() as session:
        keys = IdempotencyKeys(session, alice.id)
        assert await keys.take("old", "one", NOW) is None
        await keys.keep("old", Answer(201, "{}", None))
        assert await keys.take("young", "one", NOW + timedelta(hours=23)) is None

    clock.now = NOW + timedelta(hours=25)
    await tick_until_idle(ticker, clock)

    assert await count(database, IdempotencyKeyRow) == 1
