from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from taskchat.accounts.service import Accounts, Signup
from taskchat.db.engine import Database

SECRET = "a secret of at least thirty-two bytes"

type MakeAccounts = Callable[[Signup], Accounts]


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make_accounts(database: Database, clock: Clock) -> MakeAccounts:
    def make(signup: Signup) -> Accounts:
        return Accounts(database, clock=clock, secret=SECRET, signup=signup)

    return make


@pytest.fixture
def accounts(make_accounts: MakeAccounts) -> Accounts:
    return make_accounts("open")
