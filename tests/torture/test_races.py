"""Clients that get in each other's way, on a server that is left alone."""

import asyncio

import pytest

from tests.torture.people import Person
from tests.torture.scenes import Scene
from tests.torture.sites import Site
from tests.torture.wire import asking

pytestmark = pytest.mark.anyio

HOSTILE = (
    "-1",
    "1" + "0" * 30,
    "garbage",
    "17-",
    "-",
    "1-2-3",
    "１７",
    "0x10",
    "1 or 1=1",
    "9" * 18,
)
SESSION_SECONDS = 30.0
REFUSED = 400


@pytest.fixture(autouse=True)
def nothing_goes_wrong(single: Site):
    yield
    wrong, single.tally.wrong = single.tally.wrong, []
    assert wrong == []


async def test_five_equal_posts_at_once_are_one_message_and_one_answer(
    single: Site, ann: Person
) -> None:
    async with Scene(single, ann) as scene:
        watch = await scene.begin(posts=5)
        await scene.ends()
        await scene.judge()
    turns = await single.model.turns()
    assert [turns[f"{watch.begun[0].title}/{step}"] for step in (0, 1)] == [1, 1]


@pytest.mark.parametrize("events", [1, 2, 3, 4, 6, 9, 12, 15, 18, 21])
async def test_a_second_message_waits_its_turn_wherever_the_first_answer_is(
    single: Site, ann: Person, events: int
) -> None:
    async with Scene(single, ann) as scene:
        watch = await scene.begin()
        await watch.steady.saw(events)
        await scene.add(watch)
        await scene.ends()
        await scene.judge()
    asked = [item for item in await ann.items(watch.thread_id) if item["type"] == "user_message"]
    said = [item["content"][0]["text"] for item in asked]
    assert said == [f"Note {begun.title}" for begun in watch.begun]


@pytest.mark.parametrize("events", [1, 3, 5, 8, 11, 14, 17, 20, 23])
async def test_stopping_twice_at_any_moment_tells_one_end(
    single: Site, ann: Person, events: int
) -> None:
    async with Scene(single, ann) as scene:
        watch = await scene.begin()
        await watch.steady.saw(events)
        path = f"/api/chatkit/threads/{watch.thread_id}/stop"
        stopped = await asyncio.gather(ann.send("POST", path), ann.send("POST", path))
        await scene.ends()
        await scene.judge("stopped")
    assert [status for status, _ in stopped] == [204, 204]


async def test_a_conversation_that_is_deleted_during_its_answer_is_gone_for_all(
    single: Site, ann: Person
) -> None:
    async with Scene(single, ann) as scene:
        watch = await scene.begin()
        await watch.steady.saw(6)
        await ann.call("threads.delete", thread_id=watch.thread_id)
        path = f"/api/chatkit/threads/{watch.thread_id}/stream"
        status, answer = await ann.send("GET", path)
    assert (status, answer["code"]) == (404, "thread_not_found")
    statement = "SELECT count(*) FROM runs WHERE thread_id = :id"
    assert await single.backend.rows(statement, id=watch.thread_id) == [(0,)]


async def test_streams_end_soon_after_the_session(single: Site, ann: Person) -> None:
    headers = {"Cookie": ann.cookie}
    async with asking(single.urls[0], "/api/events?answers=1", headers) as reply:
        assert reply.status == 200
        status, _ = await ann.send("POST", "/api/auth/logout")
        assert status == 204
        async with asyncio.timeout(SESSION_SECONDS):
            async for _ in reply.pieces():
                pass
    async with asking(single.urls[0], "/api/events", headers) as reply:
        assert reply.status == 401


@pytest.mark.parametrize("path", ["/api/events", "/api/chatkit/threads/{}/stream"])
async def test_hostile_cursors_are_refused_or_begin_anew(
    single: Site, ann: Person, path: str
) -> None:
    async with Scene(single, ann) as scene:
        watch = await scene.begin()
        await watch.steady.saw(3)
        for cursor in HOSTILE:
            headers = {"Cookie": ann.cookie, "Last-Event-ID": cursor.encode().decode("latin-1")}
            async with asking(single.urls[0], path.format(watch.thread_id), headers) as reply:
                if reply.status == REFUSED:
                    continue
                assert reply.status == 200, cursor
                blocks = reply.blocks()
                first = await anext(blocks)
                await blocks.aclose()
            assert first.data == '{"type": "resync"}', cursor
        await scene.ends()
        await scene.judge()


async def test_a_nul_in_a_cursor_is_refused(single: Site, ann: Person) -> None:
    headers = {"Cookie": ann.cookie}
    async with asking(single.urls[0], "/api/events?after=%00", headers) as reply:
        assert reply.status == REFUSED
    async with asking(single.urls[0], "/api/events", {**headers, "Last-Event-ID": "1\0"}) as reply:
        assert reply.status == 400  # by the HTTP parser


async def test_a_conversation_of_somebody_else_is_not_there(single: Site, ann: Person) -> None:
    eve = Person(single.urls)
    await eve.register()
    async with Scene(single, ann) as scene:
        watch = await scene.begin()
        await scene.ends()
        for cursor in ("0", "5", "100"):
            path = f"/api/chatkit/threads/{watch.thread_id}/stream?after={cursor}"
            assert (await eve.send("GET", path))[0] == 404
