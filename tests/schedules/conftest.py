from datetime import datetime, timedelta

import pytest

from taskchat.db.engine import Database
from taskchat.schedules.service import Schedules
from taskchat.schedules.ticker import Ticker
from taskchat.streams.log import EventLog
from taskchat.tasks.transactions import TaskTransactions
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
def schedules(database: Database, log: EventLog, clock: Clock) -> Schedules:
    """With a mail server that nobody asks for anything before it is served."""
    return Schedules(
        database,
        log,
        clock,
        origin="https://tasks.example",
        smtp_url="smtp://127.0.0.1:1",
        mail_from="TaskChat <tasks@example.com>",
    )


@pytest.fixture
def ticker(schedules: Schedules) -> Ticker:
    return schedules.ticker


@pytest.fixture
def tasks(database: Database, log: EventLog, clock: Clock, ticker: Ticker) -> TaskTransactions:
    return TaskTransactions(database, log, clock, nudge=ticker.nudge)
