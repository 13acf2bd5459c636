"""Reminders across processes and restarts, by the real clock."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from anyio import fail_after
from sqlalchemy import select

from taskchat.app import create_app
from taskchat.clock import now
from taskchat.db.engine import Database
from taskchat.db.tables import ReminderRow
from taskchat.schedules.service import Schedules
from taskchat.settings import Settings
from taskchat.streams.cursor import Cursor
from taskchat.streams.log import EventLog
from tests.api.chat_client import ChatClient
from tests.api.serving import running
from tests.people import add_account
from tests.schedules.people import hear, told

pytestmark = pytest.mark.anyio

START_SECONDS = 60
MARGIN = timedelta(
    seconds=5
)  # for a busy machine; a process that looks by itself may take three times as long


async def test_what_one_process_writes_down_is_told_in_time_while_another_one_sleeps(
    postgres_url: str,
) -> None:
    database = Database(postgres_url)
    owner = await add_account(database, "ann@example.com")
    log = EventLog(database)
    asleep = Schedules(database, log, now, origin="https://tasks.example").ticker
    async with (
        log.serving(),
        asleep.serving(),
        aclosing(log.follow(owner.id, Cursor(0))) as entries,
    ):
        script = (sys.executable, "-m", "tests.schedules.writing", postgres_url, owner.id)
        writing = await asyncio.create_subprocess_exec(*script, stdout=PIPE)
        assert writing.stdout is not None
        with fail_after(START_SECONDS):
            due = datetime.fromisoformat((await writing.stdout.readline()).decode().strip())
        with fail_after((due + MARGIN - now()).total_seconds()):
            await hear(entries, "reminder.due")
        with fail_after(START_SECONDS):
            assert await writing.wait() == 0

    (event,) = await told(log, owner, "reminder.due")
    assert event["late"] is False
    await database.close()


async def let_two_hours_pass(url: str) -> None:
    """As far as reminders can tell."""
    database = Database(url)
    async with database.transaction() as session:
        for row in await session.scalars(select(ReminderRow)):
            row.fires_at -= timedelta(hours=2)
    await database.close()


@asynccontextmanager
async def serving(
    url: str, directory: Path, cookies: httpx2.Cookies | None = None
) -> AsyncGenerator[ChatClient]:
    fields = {"database_url": url, "data_dir": directory, "jwt_secret": "s" * 32}
    app = create_app(Settings.model_validate(fields))
    async with (
        running(app) as origin,
        httpx2.AsyncClient(base_url=origin, cookies=cookies) as http,
    ):
        yield ChatClient(http)


async def reminded_of(client: ChatClient, until: str) -> list[tuple[str, bool]]:
    """Titles, and whether each came late, from the very first to the one of that title."""
    seen: list[tuple[str, bool]] = []
    async with client.following("/api/events", **{"Last-Event-ID": "0"}) as frames:
        async for frame in frames:
            if frame.event["type"] == "reminder.due":
                seen.append((frame.event["task"]["title"], frame.event["late"]))
                if seen[-1][0] == until:
                    break
    return seen


async def test_what_was_due_while_nobody_served_is_told_once_at_the_next_start_and_says_so(
    database_url: str, tmp_path: Path
) -> None:
    async with serving(database_url, tmp_path) as client:
        await client.register()
        cookies = client.http.cookies
        for title, due in (("Call", "in 1 hour"), ("Write", "in 3 hours")):
            fields = {"title": title, "due": due, "remind_before": 0}
            assert (await client.http.post("/api/tasks", json=fields)).status_code == 201
        snooze = {"minutes": 90}
        assert (await client.http.post("/api/tasks/2/snooze", json=snooze)).status_code == 200
    await let_two_hours_pass(database_url)

    async with serving(database_url, tmp_path, cookies) as client:
        assert await reminded_of(client, "Write") == [("Call", True), ("Write", True)]

    async with serving(database_url, tmp_path, cookies) as client:
        fields = {"title": "Last", "due": "in 5 minutes", "remind_before": 60}
        assert (await client.http.post("/api/tasks", json=fields)).status_code == 201
        titles = [title for title, _ in await reminded_of(client, "Last")]
        assert titles == ["Call", "Write", "Last"]
