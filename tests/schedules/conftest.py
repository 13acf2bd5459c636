from datetime import datetime, timedelta

import pytest

from taskchat.db.engine import Database
from taskchat.schedules.service import build_ticker
from taskchat.schedules.ticker import Ticker
from taskchat.streams.log import EventLog
from taskchat.tasks.service import TaskTransactions
from tests.people import NOW


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ticker(database: Database, log: EventLog, clock: Clock) -> Ticker:
    return build_ticker(database, log, clock)


@pytest.fixture
def tasks(database: Database, log: EventLog, clock: Clock, ticker: Ticker) -> TaskTransactions:
    return TaskTransactions(database, log, clock, nudge=ticker.nudge)
