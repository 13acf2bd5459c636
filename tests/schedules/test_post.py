"""What a reminder or a digest puts into the outbox, and for whom."""

from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Any

import pytest
from anyio import fail_after

from taskchat.accounts.commands import ChangeAccount
from taskchat.accounts.service import Accounts
from taskchat.db.engine import Database
from taskchat.schedules.post.subscriptions import Subscriptions
from taskchat.schedules.service import Schedules
from taskchat.schedules.ticker import Ticker
from taskchat.streams.cursor import Cursor
from taskchat.streams.log import EventLog
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions
from tests.people import NOW
from tests.schedules.conftest import Clock
from tests.schedules.letterbox import contents
from tests.schedules.mail_server import serving_mail, serving_nothing
from tests.schedules.people import create, hear, tick_until_idle, told
from tests.schedules.push_service import Browser

pytestmark = pytest.mark.anyio

ENDPOINT = "https://push.example.com/"


@pytest.fixture
def accounts(database: Database, clock: Clock) -> Accounts:
    return Accounts(database, clock=clock, secret="s" * 32, signup="open", mail_available=True)


async def want_mail(accounts: Accounts, owner: Owner) -> None:
    await accounts.change(owner.id, ChangeAccount(reminders_by_email=True))


async def subscribe(database: Database, owner: Owner, *names: str) -> None:
    async with database.transaction() as session:
        for name in names:
            command = Browser().subscription(ENDPOINT + name)
            await Subscriptions(session, owner.id, NOW).add(command)


async def mails(database: Database) -> list[dict[str, Any]]:
    return [payload for kind, _, payload in await contents(database) if kind == "mail"]


async def test_a_reminder_goes_to_those_who_asked_for_it_and_says_what_is_due_when(
    accounts: Accounts,
    tasks: TaskTransactions,
    alice: Owner,
    bob: Owner,
    ticker: Ticker,
    clock: Clock,
    database: Database,
) -> None:
    await want_mail(accounts, alice)
    await subscribe(database, alice, "one", "two")
    for owner in (alice, bob):
        due = "2026-11-21T17:00+01:00"
        task = await create(tasks, owner, "Call", due=due, remind_before=30)
        assert task.number == 1
    clock.now = datetime.fromisoformat("2026-11-21T16:30+01:00")
    await tick_until_idle(ticker, clock)

    (_, address, mail), (_, _, first), (_, _, second) = await contents(database)
    assert address == "alice@example.com"
    assert mail == {
        "subject": "Reminder: Call",
        "text": "Call\n\n"
        "Due Saturday 2026-11-21 17:00 (Europe/Berlin).\n\n"
        "https://tasks.example/dashboard?task=1\n\n"
        "-- \n"
        "TaskChat writes to you because you asked for e-mail. "
        "Change it at https://tasks.example/settings\n",
    }
    assert first == second
    assert first["title"] == "Call"
    assert first["body"] == "Due Saturday 2026-11-21 17:00 (Europe/Berlin)."
    assert first["url"] == "https://tasks.example/dashboard?task=1"
    assert first["id"] == f"reminder:{first['task_id']}:2026-11-21T15:30:00+00:00"


async def test_a_day_is_shown_as_a_day_and_a_moment_on_the_clock_of_whoever_reads_it(
    accounts: Accounts,
    tasks: TaskTransactions,
    bob: Owner,
    ticker: Ticker,
    clock: Clock,
    database: Database,
) -> None:
    await want_mail(accounts, bob)
    await create(tasks, bob, "Trip", due="2026-12-24", remind_before=0)
    due = {"due": "2026-12-24T16:00", "timezone": "Europe/Berlin"}
    await create(tasks, bob, "Call", **due, remind_before=60)
    clock.now = datetime.fromisoformat("2026-12-24T09:00-05:00")
    await tick_until_idle(ticker, clock)

    texts = [mail["text"].splitlines()[2] for mail in await mails(database)]
    assert sorted(texts) == [
        "Due Thursday 2026-12-24 10:00 (America/New_York).",
        "Due Thursday 2026-12-24.",
    ]


@pytest.mark.parametrize(
    ("late", "ends"),
    [
        (timedelta(minutes=1), ["(Europe/Berlin)."]),
        (timedelta(hours=23), ["This reminder is late."]),
        (timedelta(days=1), []),
    ],
)
async def test_nothing_is_sent_of_what_is_more_than_a_day_late(
    accounts: Accounts,
    tasks: TaskTransactions,
    alice: Owner,
    ticker: Ticker,
    clock: Clock,
    database: Database,
    log: EventLog,
    late: timedelta,
    ends: list[str],
) -> None:
    await want_mail(accounts, alice)
    await create(tasks, alice, "Call", due="2026-11-21T17:00", remind_before=0)
    clock.now = datetime.fromisoformat("2026-11-21T17:00+01:00") + late
    await tick_until_idle(ticker, clock)

    texts = [mail["text"].splitlines()[2] for mail in await mails(database)]
    assert [text.endswith(end) for text, end in zip(texts, ends, strict=True)] == [True] * len(ends)
    assert len(await told(log, alice, "reminder.due")) == 1


async def test_many_reminders_at_once_are_one_letter(
    accounts: Accounts,
    tasks: TaskTransactions,
    alice: Owner,
    ticker: Ticker,
    clock: Clock,
    database: Database,
    log: EventLog,
) -> None:
    await want_mail(accounts, alice)
    for number in range(12):
        await create(tasks, alice, f"Task {number} {'x' * 200}", due="today 8pm", remind_before=0)
    await tick_until_idle(ticker, clock)
    clock.now = datetime.fromisoformat("2026-11-20T20:00+01:00")
    await tick_until_idle(ticker, clock)

    (mail,) = await mails(database)
    assert mail["subject"] == "12 reminders"
    lines = mail["text"].splitlines()
    assert len([line for line in lines if line.startswith("- Task")]) == 10
    assert "and 2 more" in lines
    assert len(await told(log, alice, "reminder.due")) == 12


async def test_a_digest_goes_out_when_something_is_due(
    accounts: Accounts,
    tasks: TaskTransactions,
    alice: Owner,
    ticker: Ticker,
    clock: Clock,
    database: Database,
) -> None:
    await accounts.change(alice.id, ChangeAccount(digest_time="08:00", reminders_by_email=True))
    clock.now = datetime.fromisoformat("2026-11-21T08:00+01:00")
    await tick_until_idle(ticker, clock)
    assert await mails(database) == []

    await create(tasks, alice, "Call", due="2026-11-22")
    clock.go_on(days=1)
    await tick_until_idle(ticker, clock)
    (mail,) = await mails(database)
    assert mail["subject"] == "1 task due today, 0 overdue"
    assert "Sunday 2026-11-22." in mail["text"]
    assert "https://tasks.example/dashboard\n" in mail["text"]


async def test_a_server_without_mail_writes_none(
    accounts: Accounts,
    tasks: TaskTransactions,
    alice: Owner,
    clock: Clock,
    database: Database,
    log: EventLog,
) -> None:
    """Though people asked for it when it had some."""
    await want_mail(accounts, alice)
    await create(tasks, alice, "Call", due="2026-11-21T17:00", remind_before=0)
    clock.now = datetime.fromisoformat("2026-11-21T17:00+01:00")
    schedules = Schedules(database, log, clock, origin="https://tasks.example")
    await tick_until_idle(schedules.ticker, clock)

    assert await contents(database) == []


async def test_a_served_reminder_arrives_by_mail(
    accounts: Accounts, alice: Owner, clock: Clock, database: Database, log: EventLog
) -> None:
    await want_mail(accounts, alice)
    async with serving_mail() as mail:
        schedules = schedules_with(mail.port, database, log, clock)
        tasks = TaskTransactions(database, log, clock, nudge=schedules.ticker.nudge)
        async with schedules.post.serving(), schedules.ticker.serving():
            await create(tasks, alice, "Call", due="2026-11-20T19:05", remind_before=30)
            with fail_after(5):
                await mail.took_one.wait()

    (message,) = mail.messages
    assert (message["Subject"], mail.recipients) == ("Reminder: Call", ["alice@example.com"])


async def test_a_mail_server_that_hangs_delays_nothing(
    accounts: Accounts, alice: Owner, clock: Clock, database: Database, log: EventLog
) -> None:
    await want_mail(accounts, alice)
    async with serving_nothing() as port:
        schedules = schedules_with(port, database, log, clock)
        tasks = TaskTransactions(database, log, clock, nudge=schedules.ticker.nudge)
        async with schedules.post.serving(), schedules.ticker.serving():
            with fail_after(10):
                for number in range(20):
                    due = "2026-11-20T19:05"
                    await create(tasks, alice, f"Call {number}", due=due, remind_before=30)
                async with aclosing(log.follow(alice.id, Cursor(0))) as entries:
                    await hear(entries, "reminder.due", 20)


def schedules_with(port: int, database: Database, log: EventLog, clock: Clock) -> Schedules:
    return Schedules(
        database,
        log,
        clock,
        origin="https://tasks.example",
        smtp_url=f"smtp://127.0.0.1:{port}",
        mail_from="tasks@example.com",
    )
