"""Hostile input at every door: the same refusal on both databases, nothing kept, nothing broken."""

import json
import logging
import unicodedata
from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from dirty_equals import IsStr
from sqlalchemy import func, select

from taskchat.accounts.commands import CreateToken
from taskchat.db.engine import Database
from taskchat.db.tables import Base
from tests.api import hostile
from tests.api.chat_client import DETACHED, ChatClient, done_items, message, text_of, thread_of
from tests.api.hostile import NO_CURSOR, NO_TASK, NO_TEXT, NO_THREAD, TOO_LARGE, UNFIT, Refusal
from tests.api.serving import Server, StartServer
from tests.people import add_account

pytestmark = pytest.mark.anyio

JSON = {"content-type": "application/json"}
UNKNOWN_TASK, UNKNOWN_THREAD = "tsk_" + "0" * 32, "thr_" + "0" * 32


@dataclass(frozen=True)
class Site:
    """A server with two people, and what its database holds."""

    ann: httpx2.AsyncClient
    ben: httpx2.AsyncClient
    database: Database

    async def rows(self) -> dict[str, int]:
        async with self.database.reading() as session:
            return {
                table.name: await session.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
            }


async def come_in(server: Server, database: Database, email: str) -> httpx2.AsyncClient:
    """With an API token, because hashing a password for every test would take longer than the tests."""
    owner = await add_account(database, email)
    token = await server.accounts.create_token(owner.id, CreateToken(name="test"))
    return server.client(authorization=f"Bearer {token.secret}")


@pytest.fixture
async def site(
    database: Database, database_url: str, start_server: StartServer
) -> AsyncGenerator[Site]:
    server = await start_server(database_url=database_url)
    ann = await come_in(server, database, "ann@example.com")
    ben = await come_in(server, database, "ben@example.com")
    async with ann, ben:
        yield Site(ann, ben, database)


@pytest.fixture(autouse=True)
def unbroken(caplog: pytest.LogCaptureFixture) -> Iterable[None]:
    """Whatever comes in, the server never logs a failure of its own, and never a password."""
    yield
    records = caplog.get_records("call")
    assert [r.getMessage() for r in records if r.levelno >= logging.ERROR] == []
    assert hostile.PASSWORD not in caplog.text


def refusal_of(answer: httpx2.Response) -> Refusal:
    """Status and code, once the answer has the shape of every refusal and repeats no password."""
    assert 400 <= answer.status_code < 500, answer.text[:500]
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    body = {name: body[name] for name in body if name not in ("candidates", "current")}
    assert body == {"detail": IsStr(min_length=10, max_length=400), "code": IsStr(regex="[a-z_]+")}
    assert hostile.PASSWORD not in answer.text
    return answer.status_code, body["code"]


async def check_bodies(
    site: Site, method: str, path: str, bodies: Mapping[bytes, Refusal] | Mapping[str, Refusal]
) -> None:
    """Each is refused as it should be, and the database holds what it held before."""
    before = await site.rows()
    for body, expected in bodies.items():
        refused = await site.ann.request(method, path, content=body, headers=JSON)
        assert (body[:200], refusal_of(refused)) == (body[:200], expected)
    assert await site.rows() == before


def with_title(fields: str) -> str:
    return fields if '"title"' in fields else '{"title": "A", ' + fields[1:]


async def test_what_is_not_the_json_object_that_a_door_takes_is_refused(site: Site) -> None:
    await site.ann.post("/api/tasks", json={"title": "Kept"})
    for method, path in (
        ("POST", "/api/tasks"),
        ("PATCH", "/api/tasks/1"),
        ("POST", "/api/tasks/1/complete"),
        ("POST", "/api/tasks/complete-all"),
        ("POST", "/api/tasks/delete-all"),
        ("PATCH", "/api/auth/me"),
    ):
        await check_bodies(site, method, path, hostile.BODIES)


async def test_a_field_that_a_new_task_cannot_have_is_refused(site: Site) -> None:
    bodies = {with_title(fields): refusal for fields, refusal in hostile.TASK_FIELDS.items()}
    await check_bodies(site, "POST", "/api/tasks", {"{}": UNFIT, **bodies})


async def test_a_change_that_a_task_cannot_take_is_refused(site: Site) -> None:
    kept = (await site.ann.post("/api/tasks", json={"title": "Kept", "tags": ["home"]})).json()
    versions = {
        '{"version": 7}': (409, "stale_version"),
        f'{{"version": {2**70}}}': (409, "stale_version"),
        '{"version": 1.5}': UNFIT,
        '{"version": "new"}': UNFIT,
        '{"version": NaN}': UNFIT,
    }
    await check_bodies(site, "PATCH", "/api/tasks/1", {**hostile.TASK_FIELDS, **versions})
    assert (await site.ann.get("/api/tasks/1")).json() == kept


async def test_completing_needs_a_yes_or_a_no(site: Site) -> None:
    await site.ann.post("/api/tasks", json={"title": "Kept"})
    bodies = ('{"completed": "maybe"}', '{"completed": 7}', '{"completed": null}', "{}")
    await check_bodies(site, "POST", "/api/tasks/1/complete", dict.fromkeys(bodies, UNFIT))


async def test_a_bulk_command_with_a_wrong_filter_touches_nothing(site: Site) -> None:
    await site.ann.post("/api/tasks", json={"title": "Kept"})
    await check_bodies(site, "POST", "/api/tasks/complete-all", hostile.BULK_FIELDS)
    confirmed = {
        '{"confirm": true, ' + fields[1:]: refusal
        for fields, refusal in hostile.BULK_FIELDS.items()
    }
    unconfirmed = dict.fromkeys(
        ('{"confirm": false}', '{"confirm": "true"}', '{"confirm": null}', "{}"), UNFIT
    )
    await check_bodies(site, "POST", "/api/tasks/delete-all", confirmed | unconfirmed)
    assert (await site.ann.get("/api/tasks/1")).json()["status"] == "todo"


async def test_a_list_that_nobody_can_give_is_refused(site: Site) -> None:
    answers = {query: await site.ann.get(f"/api/tasks?{query}") for query in hostile.LISTS}
    assert {query: refusal_of(answer) for query, answer in answers.items()} == hostile.LISTS
    for query in ("limit=0", "limit=101", f"limit={2**70}", "limit=x"):
        assert refusal_of(await site.ann.get(f"/api/activity?{query}")) == UNFIT


async def test_a_cursor_that_no_page_gave_is_refused(site: Site) -> None:
    for door in ("/api/tasks", "/api/activity"):
        for cursor in hostile.CURSORS:
            answer = await site.ann.get(f"{door}?cursor={cursor}")
            assert (door, cursor, refusal_of(answer)) == (door, cursor, NO_CURSOR)
        assert refusal_of(await site.ann.get(f"{door}?cursor={'x' * 8001}")) == UNFIT
    for sort, cursors in hostile.TASK_CURSORS.items():
        for cursor in cursors:
            answer = await site.ann.get(f"/api/tasks?sort={sort}&cursor={cursor}")
            assert (sort, cursor, refusal_of(answer)) == (sort, cursor, NO_CURSOR)


async def test_a_stream_position_that_no_stream_gave_is_refused(site: Site) -> None:
    for door in ("/api/events", f"/api/chatkit/threads/{UNKNOWN_THREAD}/stream"):
        for cursor in hostile.EVENT_CURSORS:
            by_header = await site.ann.get(door, headers={"Last-Event-ID": cursor})
            by_query = await site.ann.get(f"{door}?after={quote(cursor)}")
            assert (cursor, refusal_of(by_header)) == (cursor, hostile.NO_PLACE)
            assert (cursor, refusal_of(by_query)) == (cursor, hostile.NO_PLACE)


async def test_a_task_that_is_not_the_persons_own_is_no_task(site: Site) -> None:
    task = (await site.ann.post("/api/tasks", json={"title": "Secret"})).json()
    before = await site.rows()
    for method, path, body in (
        ("GET", "/api/tasks/{}", None),
        ("PATCH", "/api/tasks/{}", {"title": "Mine"}),
        ("DELETE", "/api/tasks/{}", None),
        ("POST", "/api/tasks/{}/complete", {"completed": True}),
    ):
        theirs = await site.ben.request(method, path.format(task["id"]), json=body)
        nobodys = await site.ben.request(method, path.format(UNKNOWN_TASK), json=body)
        assert refusal_of(theirs) == NO_TASK
        assert theirs.content == nobodys.content
        for unknown in hostile.PATHS:
            answer = await site.ann.request(method, path.format(unknown), json=body)
            assert (unknown, refusal_of(answer)) == (unknown, NO_TASK)
    assert await site.rows() == before
    assert (await site.ann.get(f"/api/tasks/{task['id']}")).json() == task


async def test_a_conversation_that_is_not_the_persons_own_is_none(site: Site) -> None:
    thread_id = thread_of(await ChatClient(site.ann).say("help"))
    for method, path in (
        ("GET", "/api/chatkit/threads/{}/stream"),
        ("GET", "/api/chatkit/threads/{}/stream?after=0"),
        ("POST", "/api/chatkit/threads/{}/stop"),
    ):
        theirs = await site.ben.request(method, path.format(thread_id))
        nobodys = await site.ben.request(method, path.format(UNKNOWN_THREAD))
        assert refusal_of(theirs) == NO_THREAD
        assert theirs.content == nobodys.content
        for unknown in hostile.PATHS:
            answer = await site.ann.request(method, path.format(unknown))
            assert (unknown, refusal_of(answer)) == (unknown, NO_THREAD)


def request_for(name: str, /, **params: object) -> dict[str, Any]:
    return {"type": name, "params": params}


def requests_naming(bad: str, thread: str) -> Iterable[dict[str, Any]]:
    """With `bad` in every place that takes an id."""
    yield message("hi", bad)
    yield request_for("threads.get_by_id", thread_id=bad)
    yield request_for("threads.list", after=bad)
    yield request_for("threads.update", thread_id=bad, title="Mine")
    yield request_for("threads.delete", thread_id=bad)
    yield request_for("items.list", thread_id=bad)
    yield request_for("items.list", thread_id=thread, after=bad)
    yield request_for("items.feedback", thread_id=thread, item_ids=[bad], kind="positive")
    yield request_for("threads.retry_after_item", thread_id=thread, item_id=bad)
    action = {"type": "confirmation.approve", "payload": {"token": bad}}
    for kind in ("threads.custom_action", "threads.sync_custom_action"):
        yield request_for(kind, thread_id=thread, item_id=bad, action=action)


async def test_an_id_that_no_server_ever_made_is_an_unknown_one(site: Site) -> None:
    chat = ChatClient(site.ann)
    thread_id = thread_of(await chat.say("help"))
    before = await site.rows()

    for bad in hostile.IDS:
        for request in requests_naming(bad, thread_id):
            status, code = refusal_of(await chat.ask(request, **DETACHED))
            asked = (bad[:20], request["type"], status)
            assert asked == (bad[:20], request["type"], 404)
            assert code in ("thread_not_found", "item_not_found")
    assert await site.rows() == before


async def test_a_chat_request_that_cannot_be_answered_is_refused_before_anything_begins(
    site: Site,
) -> None:
    chat = ChatClient(site.ann)
    thread_id = thread_of(await chat.say("help"))
    quoting = message("hi", thread_id)
    before = await site.rows()
    for quoted in ("x" * 500_000, "a\x00b"):
        quoting["params"]["input"]["quoted_text"] = quoted
        assert refusal_of(await chat.ask(quoting, **DETACHED))[0] == 422
    for title in ("", " ", "x" * 201, "a\x00b"):
        renaming = request_for("threads.update", thread_id=thread_id, title=title)
        assert refusal_of(await chat.ask(renaming))[0] == 422
    many = request_for("items.feedback", thread_id=thread_id, item_ids=["a"] * 101, kind="positive")
    assert refusal_of(await chat.ask(many))[0] == 422
    for limit in (-1, 101, 2**70):
        listing = request_for("items.list", thread_id=thread_id, limit=limit)
        assert refusal_of(await chat.ask(listing))[0] == 422
    assert await site.rows() == before


async def test_no_body_breaks_the_chat(site: Site) -> None:
    before = await site.rows()
    for body, (status, _) in hostile.BODIES.items():
        refused = await site.ann.post("/api/chatkit", content=body, headers=JSON)
        expected = TOO_LARGE if status == 413 else (422, "invalid_request")
        assert (body[:200], refusal_of(refused)) == (body[:200], expected)
    surrogate = json.dumps(message("a\ud800b")).encode()
    assert refusal_of(await site.ann.post("/api/chatkit", content=surrogate, headers=JSON)) == UNFIT
    assert refusal_of(await ChatClient(site.ann).ask(message("a\x00b"))) == NO_TEXT
    assert await site.rows() == before


async def test_a_task_in_any_script_comes_back_as_it_was_written(site: Site) -> None:
    for text in hostile.TEXTS:
        written = unicodedata.normalize("NFC", text)
        fields = {"title": text, "description": f"{text}\n{text}", "tags": [text[:50]]}
        created = (await site.ann.post("/api/tasks", json=fields)).json()

        shown = (await site.ann.get("/api/tasks", params={"q": text, "tag": text[:50]})).json()
        assert shown["items"] == [created]
        assert (created["title"], created["description"]) == (written, f"{written}\n{written}")


async def test_a_message_in_any_script_comes_back_as_it_was_written(site: Site) -> None:
    chat = ChatClient(site.ann)
    for text in hostile.TEXTS:
        events = await chat.say(text)
        (said,) = done_items(events, "user_message")
        assert text_of(said) == unicodedata.normalize("NFC", text)
        assert await chat.items(thread_of(events)) == done_items(events)
