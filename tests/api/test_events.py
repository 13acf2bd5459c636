"""The live feed of one person's changes, over a real connection."""

import asyncio
import gc
from collections.abc import AsyncGenerator, AsyncIterator
from logging import WARNING

import httpx2
import pytest
from anyio import fail_after, move_on_after
from dirty_equals import IsPartialDict, IsStr

from taskchat.db.engine import Database
from taskchat.standin.server import StandIn
from taskchat.streams.log import HEARTBEAT_SECONDS
from taskchat.streams.retention import trim
from tests.api.chat_client import (
    ChatClient,
    Frame,
    message,
    signed_in,
    thread_of,
    until_text,
)
from tests.api.serving import Server, StartServer

pytestmark = pytest.mark.anyio

EVENTS = "/api/events"
SOON_SECONDS = 3


async def until(frames: AsyncIterator[Frame], kind: str) -> list[Frame]:
    """The frames up to the first of that type."""
    seen: list[Frame] = []
    with fail_after(SOON_SECONDS):
        async for frame in frames:
            seen.append(frame)
            if frame.event["type"] == kind:
                return seen
    raise AssertionError(f"the stream ended without {kind}: {seen}")


async def rest_of(frames: AsyncIterator[Frame]) -> tuple[list[Frame], bool]:
    """What still comes soon, and whether the stream ends by itself."""
    rest: list[Frame] = []
    with move_on_after(SOON_SECONDS) as patience:
        async for frame in frames:
            rest.append(frame)
    return rest, not patience.cancelled_caught


@pytest.fixture
async def feed(ann: ChatClient) -> AsyncGenerator[AsyncGenerator[Frame]]:
    """Ann's feed, after its greeting."""
    async with ann.following(EVENTS) as frames:
        await until(frames, "ready")
        yield frames


async def test_a_fresh_feed_begins_with_ready_and_leaves_out_what_was_before(
    ann: ChatClient,
) -> None:
    await ann.http.post("/api/tasks", json={"title": "Old"})

    async with ann.following(EVENTS) as frames:
        greeting = await anext(frames)
        await ann.http.post("/api/tasks", json={"title": "New"})
        news = await anext(frames)

    assert greeting.event == {"type": "ready"}
    assert news.event["task"]["title"] == "New"
    assert news.fact == greeting.fact + 1


async def test_every_change_of_a_task_is_told_as_the_api_shows_it(
    ann: ChatClient, feed: AsyncGenerator[Frame]
) -> None:
    created = (await ann.http.post("/api/tasks", json={"title": "Milk"})).json()
    changed = (await ann.http.patch("/api/tasks/1", json={"due": "2027-01-01"})).json()
    await ann.http.delete("/api/tasks/1")

    events = [frame.event for frame in await until(feed, "task.deleted")]
    assert events == [
        {"type": "task.created", "task": created},
        {"type": "task.updated", "task": changed},
        {"type": "task.deleted", "id": created["id"], "number": 1},
    ]


async def test_many_changes_at_once_are_told_as_one(
    ann: ChatClient, feed: AsyncGenerator[Frame]
) -> None:
    for number in range(21):
        await ann.http.post("/api/tasks", json={"title": f"Task {number}"})
    await ann.http.post("/api/tasks/complete-all", json={})

    events = [frame.event["type"] for frame in await until(feed, "tasks.changed")]
    assert events == ["task.created"] * 21 + ["tasks.changed"]


async def test_what_the_assistant_does_is_told_with_its_conversation_and_its_run(
    ann: ChatClient, feed: AsyncGenerator[Frame]
) -> None:
    thread_id = thread_of(await ann.say("add milk"))
    await ann.call("threads.update", thread_id=thread_id, title="Shopping")
    await ann.call("threads.delete", thread_id=thread_id)

    events = [frame.event for frame in await until(feed, "thread.deleted")]
    run = {"thread_id": thread_id, "run_id": IsStr(regex="run_.*")}
    thread = IsPartialDict(id=thread_id, created_at=IsStr(regex=".*Z"))
    assert events == [
        {"type": "thread.created", "thread": thread},
        {"type": "run.started", "start": "0", **run},
        {"type": "task.created", "task": IsPartialDict(title="milk")},
        IsPartialDict(type="run.finished", status="completed", changes=1, error=None, **run),
        {"type": "thread.updated", "thread": thread & IsPartialDict(title="Shopping")},
        {"type": "thread.deleted", "thread_id": thread_id},
    ]


@pytest.mark.parametrize("by_header", [True, False])
async def test_a_feed_taken_up_again_gives_exactly_what_was_missed(
    ann: ChatClient, by_header: bool
) -> None:
    async with ann.following(EVENTS) as frames:
        seen = await anext(frames)
    for title in "ABC":
        await ann.http.post("/api/tasks", json={"title": title})

    cursor = str(seen.fact + 1)
    path = EVENTS if by_header else f"{EVENTS}?after={cursor}"
    headers = {"Last-Event-ID": cursor} if by_header else {}
    async with ann.following(path, **headers) as frames:
        missed = [await anext(frames), await anext(frames)]
        await ann.http.post("/api/tasks", json={"title": "D"})
        missed.append(await anext(frames))

    assert [frame.event["task"]["title"] for frame in missed] == ["B", "C", "D"]
    assert [frame.fact for frame in missed] == [seen.fact + 2, seen.fact + 3, seen.fact + 4]


async def test_a_feed_that_has_seen_what_never_was_begins_anew(ann: ChatClient) -> None:
    await ann.http.post("/api/tasks", json={"title": "Milk"})

    async with ann.following(EVENTS, **{"Last-Event-ID": "999"}) as frames:
        greeting = await anext(frames)
        await ann.http.post("/api/tasks", json={"title": "Eggs"})
        news = await anext(frames)

    assert (greeting.event, greeting.fact < 999) == ({"type": "resync"}, True)
    assert (news.fact, news.event["task"]["title"]) == (greeting.fact + 1, "Eggs")


async def test_nobody_hears_of_another_person(
    ann: ChatClient, ben: ChatClient, feed: AsyncGenerator[Frame]
) -> None:
    await ben.http.post("/api/tasks", json={"title": "Secret"})
    await ben.say("add another secret")
    await ann.http.post("/api/tasks", json={"title": "Mine"})

    news = await anext(feed)
    assert news.event["task"]["title"] == "Mine"


async def test_two_tabs_hear_the_same(ann: ChatClient, feed: AsyncGenerator[Frame]) -> None:
    async with ann.following(EVENTS) as other:
        await until(other, "ready")
        await ann.http.post("/api/tasks", json={"title": "Milk"})
        assert await anext(other) == await anext(feed)


async def test_a_feed_needs_a_session(server: Server) -> None:
    async with server.client() as nobody:
        refused = await nobody.get(EVENTS)
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")


async def test_a_feed_tells_nothing_more_once_its_session_has_ended(
    server: Server, ann: ChatClient, feed: AsyncGenerator[Frame]
) -> None:
    async with server.client() as other_browser:
        credentials = {"email": "ann@example.com", "password": "long enough"}
        await other_browser.post("/api/auth/login", json=credentials)
        assert (await ann.http.post("/api/auth/logout")).status_code == 204
        await other_browser.post("/api/tasks", json={"title": "Secret"})

        assert await rest_of(feed) == ([], True)


async def test_an_answer_tells_nothing_more_once_its_session_has_ended(
    start_server: StartServer,
) -> None:
    async with StandIn() as endpoint:
        server = await start_server(
            gemini_api_key=endpoint.api_key, gemini_base_url=endpoint.base_url
        )
        async with (
            signed_in(server, "ann@example.com") as ann,
            ann.streaming(message("[[slow]] tell me")) as frames,
        ):
            await until_text(frames)
            await ann.http.post("/api/auth/logout")
            rest, has_ended = await rest_of(frames)

    assert has_ended
    assert "run.finished" not in [frame.event["type"] for frame in rest]


async def test_a_quiet_feed_gives_signs_of_life_and_ends_with_its_session(
    server: Server, ann: ChatClient, feed: AsyncGenerator[Frame]
) -> None:
    quiet_seconds = HEARTBEAT_SECONDS + SOON_SECONDS
    async with server.client() as other_browser:
        credentials = {"email": "ann@example.com", "password": "long enough"}
        await other_browser.post("/api/auth/login", json=credentials)
        no_limit = httpx2.Timeout(None)
        async with other_browser.stream("GET", EVENTS, timeout=no_limit) as answer:
            pieces = answer.aiter_raw()
            assert b"ready" in await anext(pieces)
            await ann.http.post("/api/auth/logout")
            with fail_after(quiet_seconds):
                assert await anext(pieces) == b": keep-alive\n\n"
    assert await rest_of(feed) == ([], True)


async def test_readers_that_go_away_at_any_moment_cost_no_connection_to_the_database(
    ann: ChatClient, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(10):
        await ann.http.post("/api/tasks", json={"title": f"Task {number}"})

    async def read_some(pieces: int) -> None:
        async with ann.following(f"{EVENTS}?after=0") as frames:
            async for _ in frames:
                pieces -= 1
                if not pieces:
                    return

    for pieces in (1, 2, 3, 5, 8):
        await asyncio.gather(*(read_some(pieces) for _ in range(12)))
    await asyncio.gather(*(ann.http.get("/api/tasks") for _ in range(20)))

    gc.collect()  # what was cut off in the middle is noticed when it is thrown away
    assert [record.getMessage() for record in caplog.records if record.levelno >= WARNING] == []


async def test_a_feed_whose_place_is_forgotten_begins_anew(
    start_server: StartServer, sqlite_url: str
) -> None:
    async with (
        signed_in(await start_server(database_url=sqlite_url), "ann@example.com") as ann,
        ann.following(f"{EVENTS}?after=0") as frames,
    ):
        for title in "ABCD":
            await ann.http.post("/api/tasks", json={"title": title})
        seen = [await anext(frames) for _ in range(4)]
        user = (await ann.http.get("/api/auth/me")).json()["id"]
        database = Database(sqlite_url)
        async with database.transaction() as session:
            await trim(session, user, seen[2].fact)
        await database.close()

        async with ann.following(EVENTS, **{"Last-Event-ID": seen[1].id}) as late:
            greeting = await anext(late)
            await ann.http.post("/api/tasks", json={"title": "E"})
            news = await anext(late)
        async with ann.following(EVENTS, **{"Last-Event-ID": seen[2].id}) as in_time:
            assert await anext(in_time) == seen[3]

    assert (greeting.event, greeting.id) == ({"type": "resync"}, seen[3].id)
    assert (news.event["task"]["title"], news.fact) == ("E", greeting.fact + 1)
