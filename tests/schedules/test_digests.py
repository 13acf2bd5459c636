from datetime import UTC, date, datetime

import pytest

from taskchat.accounts.commands import ChangeAccount
from taskchat.accounts.digests import moment, next_at
from taskchat.accounts.service import Accounts
from taskchat.db.engine import Database
from taskchat.schedules.ticker import Ticker
from taskchat.streams.log import EventLog
from taskchat.tasks.commands import CompleteTask
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions
from tests.schedules.conftest import Clock
from tests.schedules.people import create, keys_of_notifications, tick_until_idle, told

pytestmark = pytest.mark.anyio


@pytest.fixture
def accounts(database: Database, clock: Clock) -> Accounts:
    return Accounts(database, clock=clock, secret="s" * 32, signup="open")


async def dates(log: EventLog, owner: Owner) -> list[str]:
    return [event["date"] for event in await told(log, owner, "digest.ready")]


async def test_a_digest_counts_what_is_due_today_and_what_is_overdue(
    accounts: Accounts,
    tasks: TaskTransactions,
    alice: Owner,
    ticker: Ticker,
    clock: Clock,
    log: EventLog,
) -> None:
    await accounts.change(alice.id, ChangeAccount(digest_time="08:00"))
    for title, due in (
        ("Yesterday", "2026-11-20"),
        ("Early", "2026-11-21T00:00"),
        ("Today", "2026-11-21"),
        ("Late", "2026-11-21T23:59"),
        ("Tomorrow", "2026-11-22T00:00"),
        ("Done", "2026-11-21"),
        ("Never", "none"),
    ):
        await create(tasks, alice, title, due=due)
    async with tasks.begin(alice) as opened:
        await opened.complete(CompleteTask(task="Done"))

    clock.now = datetime.fromisoformat("2026-11-21T08:00+01:00")
    await tick_until_idle(ticker, clock)
    await tick_until_idle(ticker, clock)

    digest = {"type": "digest.ready", "date": "2026-11-21", "due_today": 3, "overdue": 1}
    assert await told(log, alice, "digest.ready") == [digest]


async def test_a_digest_comes_once_a_day_until_it_is_wanted_no_more(
    accounts: Accounts,
    alice: Owner,
    bob: Owner,
    ticker: Ticker,
    clock: Clock,
    log: EventLog,
    database: Database,
) -> None:
    await accounts.change(alice.id, ChangeAccount(digest_time="08:00"))
    for _ in range(3 * 24):
        clock.go_on(hours=1)
        await tick_until_idle(ticker, clock)
    await accounts.change(alice.id, ChangeAccount(digest_time=None))
    clock.go_on(days=1)
    await tick_until_idle(ticker, clock)

    assert await dates(log, alice) == ["2026-11-21", "2026-11-22", "2026-11-23"]
    assert await dates(log, bob) == []
    assert len(await keys_of_notifications(database)) == 3


async def test_after_a_long_absence_there_is_only_the_digest_of_today(
    accounts: Accounts, alice: Owner, ticker: Ticker, clock: Clock, log: EventLog
) -> None:
    await accounts.change(alice.id, ChangeAccount(digest_time="08:00"))

    clock.now = datetime.fromisoformat("2026-11-24T07:00+01:00")
    await tick_until_idle(ticker, clock)
    assert await dates(log, alice) == []

    clock.now = datetime.fromisoformat("2026-11-26T21:00+01:00")
    await tick_until_idle(ticker, clock)
    assert await dates(log, alice) == ["2026-11-26"]


async def test_whoever_travels_gets_no_second_digest_for_the_same_day(
    accounts: Accounts, alice: Owner, ticker: Ticker, clock: Clock, log: EventLog
) -> None:
    await accounts.change(alice.id, ChangeAccount(digest_time="08:00"))
    clock.now = datetime.fromisoformat("2026-11-21T08:00+01:00")
    await tick_until_idle(ticker, clock)

    await accounts.change(alice.id, ChangeAccount(timezone="America/New_York"))
    clock.now = datetime.fromisoformat("2026-11-21T08:00-05:00")
    await tick_until_idle(ticker, clock)
    clock.now = datetime.fromisoformat("2026-11-22T08:00-05:00")
    await tick_until_idle(ticker, clock)

    assert await dates(log, alice) == ["2026-11-21", "2026-11-22"]


@pytest.mark.parametrize(
    ("day", "digest_time", "zone", "instant"),
    [
        (date(2026, 3, 28), "02:30", "Europe/Berlin", "2026-03-28T01:30+00:00"),
        (date(2026, 3, 29), "02:30", "Europe/Berlin", "2026-03-29T01:00+00:00"),
        (date(2026, 10, 25), "02:30", "Europe/Berlin", "2026-10-25T00:30+00:00"),
        (date(2026, 3, 8), "02:00", "America/New_York", "2026-03-08T07:00+00:00"),
        (date(2026, 10, 4), "02:15", "Australia/Lord_Howe", "2026-10-03T15:30+00:00"),
    ],
)
async def test_a_time_that_the_clock_leaps_over_is_the_next_one_it_shows(
    day: date, digest_time: str, zone: str, instant: str
) -> None:
    assert moment(day, digest_time, zone) == datetime.fromisoformat(instant)


async def test_days_of_23_and_25_hours_have_one_digest_each() -> None:
    after, seen = datetime(2026, 3, 27, tzinfo=UTC), list[str]()
    while after < datetime(2026, 11, 1, tzinfo=UTC):
        coming = next_at("02:30", "Europe/Berlin", after)
        assert coming is not None
        after = coming
        seen.append(coming.isoformat())

    assert len(set(seen)) == len(seen) == (date(2026, 11, 1) - date(2026, 3, 27)).days + 1
