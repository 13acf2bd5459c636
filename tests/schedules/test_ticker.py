import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from anyio import fail_after

from taskchat.db.engine import Database, Transaction
from taskchat.schedules.ticker import RETRIED_AFTER, Ticker
from tests.people import NOW
from tests.schedules.conftest import Clock

pytestmark = pytest.mark.anyio


class Alarm:
    """Is due at a moment, and rings once."""

    name = "alarm"

    def __init__(self, at: datetime | None) -> None:
        self.at = at
        self.rang = asyncio.Event()

    async def due(self, session: Transaction, now: datetime) -> Sequence[str]:
        return ["bell"] if self.at and self.at <= now else []

    async def next_due(self, session: Transaction) -> datetime | None:
        return self.at

    async def fire(self, session: Transaction, subject: str, now: datetime) -> int:
        self.at = None
        self.rang.set()
        return 1


class Broken(Alarm):
    name = "broken"

    async def fire(self, session: Transaction, subject: str, now: datetime) -> int:
        raise RuntimeError("this one never works")


class Unreadable(Alarm):
    name = "unreadable"

    async def due(self, session: Transaction, now: datetime) -> Sequence[str]:
        raise RuntimeError("nobody knows")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


async def test_what_fails_is_logged_and_keeps_nothing_else_from_firing(
    database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    alarm = Alarm(NOW)
    ticker = Ticker(database, [Unreadable(NOW), Broken(NOW), alarm], clock)

    with caplog.at_level(logging.ERROR):
        assert await ticker.tick(NOW) == 1

    assert alarm.rang.is_set()
    assert [record.getMessage() for record in caplog.records] == [
        "What is due of unreadable could not be read",
        "broken of bell could not be fired",
    ]


async def test_what_fails_is_tried_again_after_a_while(
    database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    ticker = Ticker(database, [Broken(NOW)], clock)

    for now in (NOW, NOW + RETRIED_AFTER - timedelta(seconds=1), NOW + RETRIED_AFTER):
        await ticker.tick(now)

    assert len(caplog.records) == 2


async def test_the_next_due_is_the_earliest_of_all(database: Database, clock: Clock) -> None:
    later = NOW + timedelta(hours=1)
    ticker = Ticker(database, [Alarm(None), Alarm(later), Alarm(later + timedelta(1))], clock)

    assert await ticker.next_due() == later
    assert await Ticker(database, [Alarm(None)], clock).next_due() is None


async def test_a_served_ticker_wakes_when_it_is_nudged_and_ends_at_once(
    database: Database, clock: Clock
) -> None:
    alarm = Alarm(None)
    ticker = Ticker(database, [alarm], clock)

    with fail_after(5):
        async with ticker.serving():
            alarm.at = NOW
            ticker.nudge()
            await alarm.rang.wait()
