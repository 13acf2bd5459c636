import logging
from datetime import date
from typing import Any, cast

import httpx2
import pytest
from fastapi import FastAPI
from icalendar import Calendar

from taskchat.api.errors import add_error_handlers
from tests.api.chat_client import ChatClient
from tests.api.serving import Serve, Server

pytestmark = pytest.mark.anyio

ORIGIN = "http://tasks.example"


async def open_feed(client: ChatClient) -> str:
    """The path of its address."""
    answer = await client.http.post("/api/calendar-feed")
    assert answer.status_code == 201
    url: str = answer.json()["url"]
    assert url.startswith(f"{ORIGIN}/calendar/")
    return url.removeprefix(ORIGIN)


async def add(client: ChatClient, **fields: object) -> None:
    assert (await client.http.post("/api/tasks", json=fields)).status_code == 201


async def fill(client: ChatClient) -> None:
    await add(client, title="Water", due="2026-12-01", recurrence="FREQ=WEEKLY", remind_before=30)
    await add(client, title="Call Bob", due="2026-12-02T15:00", timezone="Europe/Berlin")
    await add(client, title="Some day")
    await add(client, title="Done", due="2026-12-03", status="done")
    counted = {"recurrence": "FREQ=DAILY", "recurrence_from": "completion"}
    await add(client, title="Sweep", due="2026-12-04", **counted)


def entries(answer: httpx2.Response, kind: str) -> list[Any]:
    """As a calendar program reads them, which has types for hardly anything."""
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar = cast("Any", Calendar.from_ical(answer.content))
    assert [error for component in calendar.walk() for error in component.errors] == []
    return calendar.walk(kind)


async def test_a_calendar_program_reads_what_is_to_be_done(server: Server, ann: ChatClient) -> None:
    await fill(ann)
    path = await open_feed(ann)
    async with server.client() as program:
        answer = await program.get(path)
    water, call, sweep = entries(answer, "VTODO")
    assert [str(todo["summary"]) for todo in (water, call, sweep)] == ["Water", "Call Bob", "Sweep"]
    assert water["due"].dt == date(2026, 12, 1)
    assert water["rrule"].to_ical() == b"FREQ=WEEKLY"
    assert call["due"].dt.isoformat() == "2026-12-02T15:00:00+01:00"
    assert answer.headers["cache-control"] == "private, no-cache"


async def test_a_calendar_that_shows_no_to_dos_is_given_events(
    server: Server, ann: ChatClient
) -> None:
    await fill(ann)
    path = await open_feed(ann)
    async with server.client() as program:
        answer = await program.get(path, params={"as": "events"})
    assert entries(answer, "VTODO") == []
    water, call, sweep = entries(answer, "VEVENT")
    assert (water["dtstart"].dt, water["rrule"].to_ical()) == (date(2026, 12, 1), b"FREQ=WEEKLY")
    assert call["dtstart"].dt.isoformat() == "2026-12-02T15:00:00+01:00"
    assert "rrule" not in sweep
    (alarm,) = water.walk("VALARM")
    assert str(alarm["trigger"].to_ical().decode()) == "PT8H30M"  # half an hour before nine


async def test_what_has_not_changed_is_not_sent_again(server: Server, ann: ChatClient) -> None:
    await fill(ann)
    path = await open_feed(ann)
    async with server.client() as program:
        tag = (await program.head(path)).headers["etag"]
        same = await program.get(path, headers={"if-none-match": tag})
        assert (same.status_code, same.content) == (304, b"")
        await add(ann, title="More", due="2026-12-09")
        assert (await program.get(path, headers={"if-none-match": tag})).status_code == 200


async def test_a_new_address_ends_the_old_one_and_closing_ends_them_all(
    server: Server, ann: ChatClient
) -> None:
    none = await ann.http.get("/api/calendar-feed")
    assert none.json() == {"exists": False, "created_at": None}
    first, second = await open_feed(ann), await open_feed(ann)
    assert (await ann.http.get("/api/calendar-feed")).json()["exists"] is True
    async with server.client() as program:
        assert (await program.get(first)).status_code == 404
        assert (await program.get(second)).status_code == 200
        assert (await ann.http.delete("/api/calendar-feed")).status_code == 204
        assert (await program.get(second)).status_code == 404
    assert (await ann.http.get("/api/calendar-feed")).json()["exists"] is False


async def test_each_address_shows_its_own_persons_tasks(
    server: Server, ann: ChatClient, ben: ChatClient
) -> None:
    await fill(ann)
    await open_feed(ann)
    path = await open_feed(ben)
    async with server.client() as program:
        assert entries(await program.get(path), "VTODO") == []


@pytest.mark.parametrize(
    "path",
    [
        f"/calendar/{'0' * 64}.ics",
        "/calendar/short.ics",
        "/calendar/%00.ics",
        f"/calendar/{'é' * 64}.ics",
        f"/calendar/{'0' * 5000}.ics",
        f"/calendar/{'0' * 64}.ics?as=xml",
    ],
)
async def test_anything_else_is_as_if_there_were_nothing(server: Server, path: str) -> None:
    async with server.client() as program:
        answer, unknown = await program.get(path), await program.get("/api/unknown")
    assert (answer.status_code, answer.json()) == (404, unknown.json())


async def test_the_address_is_in_no_log_and_its_secret_not_in_the_database(
    server: Server, ann: ChatClient, tmp_path: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "taskchat"):
        path = await open_feed(ann)
        async with server.client() as program:
            assert (await program.get(path)).status_code == 200
    secret = path.removeprefix("/calendar/").removesuffix(".ics")
    ours = [each.getMessage() for each in caplog.records if each.name.startswith("taskchat")]
    assert not [line for line in ours if secret in line]
    files = [file for file in tmp_path.iterdir() if file.is_file()]
    assert files
    assert not [file for file in files if secret.encode() in file.read_bytes()]


async def test_a_failure_is_logged_without_the_address(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    app = FastAPI()

    @app.get("/calendar/{secret}.ics")
    async def fail(secret: str) -> None:
        raise RuntimeError(f"failed for {len(secret)} characters")

    add_error_handlers(app)
    async with httpx2.AsyncClient(base_url=await serve(app)) as program:
        assert (await program.get("/calendar/canary.ics")).status_code == 500
    assert "failed for 6 characters" in caplog.text
    ours = [each.getMessage() for each in caplog.records if each.name.startswith("taskchat")]
    assert ours == ["GET '/calendar/…' failed"]


async def test_nobody_opens_a_feed_without_an_account(server: Server) -> None:
    async with server.client() as client:
        for method in ("GET", "POST", "DELETE"):
            assert (await client.request(method, "/api/calendar-feed")).status_code == 401
