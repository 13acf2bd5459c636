"""The ticker with everything that falls due."""

from collections.abc import Callable
from datetime import datetime

from taskchat.db.engine import Database
from taskchat.schedules.digests import Digests
from taskchat.schedules.housekeeping import Housekeeping
from taskchat.schedules.reminders import Reminders
from taskchat.schedules.series import Series
from taskchat.schedules.ticker import Ticker
from taskchat.streams.log import EventLog
from taskchat.tasks.service import TaskTransactions


def build_ticker(database: Database, log: EventLog, clock: Callable[[], datetime]) -> Ticker:
    """What people wait for comes first."""
    # These tasks nudge nobody: the ticker looks again by itself after it has fired something.
    series = Series(TaskTransactions(database, log, clock).join)
    kinds = (Reminders(log), Digests(log), series, Housekeeping())
    return Ticker(database, kinds, clock)
