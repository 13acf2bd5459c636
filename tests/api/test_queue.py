"""Messages that are sent while the assistant answers: they wait, in order, and can be taken back."""

from collections.abc import AsyncGenerator

import pytest

from taskchat.standin.server import StandIn
from tests.api.chat_client import (
    ChatClient,
    Event,
    Frame,
    done_items,
    message,
    signed_in,
    status_of,
    text_of,
    thread_of,
    until_text,
)
from tests.api.serving import StartServer
from tests.gemini.reading import said_in

pytestmark = pytest.mark.anyio

MOST_QUEUED = 10


@pytest.fixture
async def ann(
    start_server: StartServer, endpoint: StandIn, database_url: str
) -> AsyncGenerator[ChatClient]:
    server = await start_server(
        database_url=database_url,
        gemini_api_key=endpoint.api_key,
        gemini_base_url=endpoint.base_url,
    )
    async with signed_in(server, "ann@example.com") as client:
        yield client


@pytest.fixture
async def busy(ann: ChatClient) -> str:
    """A conversation whose answer is on its way."""
    async with ann.streaming(message("[[slow]] tell me")) as frames:
        return thread_of([frame.event for frame in await until_text(frames)])


async def queue(ann: ChatClient, thread_id: str) -> list[Event]:
    answer = await ann.http.get(f"/api/chatkit/threads/{thread_id}/queue")
    assert answer.status_code == 200
    return answer.json()["items"]


async def send(ann: ChatClient, thread_id: str, text: str) -> Event:
    """Sends a message and leaves; the event that says that it waits."""
    async with ann.streaming(message(text, thread_id)) as frames:
        async for frame in frames:
            return frame.event
    raise AssertionError("nothing came")


async def first(frames: AsyncGenerator[Frame], count: int) -> AsyncGenerator[Frame]:
    for _ in range(count):
        yield await anext(frames)


async def stop(ann: ChatClient, thread_id: str) -> None:
    assert (await ann.http.post(f"/api/chatkit/threads/{thread_id}/stop")).status_code == 204


async def test_messages_wait_for_the_running_answer_and_are_answered_in_order(
    ann: ChatClient, busy: str
) -> None:
    first = await send(ann, busy, "create a task called A")
    assert first["type"] == "run.queued"
    waiting = await queue(ann, busy)
    assert [(entry["run_id"], text_of(entry["item"])) for entry in waiting] == [
        (first["run_id"], "create a task called A")
    ]
    assert len(await ann.items(busy)) == 1

    async with ann.streaming(message("create a task called B", busy)) as frames:
        await stop(ann, busy)
        events = [frame.event async for frame in frames]

    assert [text_of(item) for item in done_items(events, "user_message")] == [
        "create a task called A",
        "create a task called B",
    ]
    assert status_of(events) == "completed"
    assert await queue(ann, busy) == []
    items = await ann.items(busy)
    said = [text_of(item) for item in items if item["type"] == "user_message"]
    assert said == ["[[slow]] tell me", "create a task called A", "create a task called B"]
    assert items[-3]["type"] == "assistant_message"
    titles = [t["title"] for t in (await ann.http.get("/api/tasks?sort=created")).json()["items"]]
    assert sorted(titles) == ["A", "B"]


async def test_what_waits_is_not_in_what_the_model_reads_of_the_answer_before(
    ann: ChatClient, busy: str, endpoint: StandIn
) -> None:
    async with ann.streaming(message("and then?", busy)) as frames:
        await stop(ann, busy)
        assert [frame async for frame in frames]

    asked = [said_in(request) for request in endpoint.requests]
    assert asked == [["[[slow]] tell me"], ["[[slow]] tell me", "and then?"]]


async def test_a_message_that_waits_can_be_taken_back(ann: ChatClient, busy: str) -> None:
    async with ann.streaming(message("forget it", busy)) as frames:
        queued = (await anext(frames)).event
        path = f"/api/chatkit/threads/{busy}/queue/{queued['run_id']}"
        assert (await ann.http.delete(path)).status_code == 204
        assert (await ann.http.delete(path)).status_code == 204
        events = [frame.event async for frame in frames]

    assert events[-1] == {
        "type": "run.withdrawn",
        "thread_id": busy,
        "run_id": queued["run_id"],
    }
    await stop(ann, busy)
    said = [text_of(i) for i in await ann.items(busy) if i["type"] == "user_message"]
    assert said == ["[[slow]] tell me"]


async def test_a_message_that_is_being_answered_cannot_be_taken_back(
    ann: ChatClient, busy: str
) -> None:
    queued = await send(ann, busy, "create a task called A")
    await stop(ann, busy)
    path = f"/api/chatkit/threads/{busy}/queue/{queued['run_id']}"
    refused = await ann.http.delete(path)
    assert (refused.status_code, refused.json()["code"]) == (409, "already_started")
    unknown = await ann.http.delete(f"/api/chatkit/threads/{busy}/queue/run_0")
    assert unknown.status_code == 404


async def test_stopping_an_answer_twice_does_not_stop_the_one_that_waited(
    ann: ChatClient, busy: str
) -> None:
    async with ann.following(f"/api/chatkit/threads/{busy}/stream") as frames:
        running = [f.event async for f in first(frames, 2)][-1]["run_id"]
    async with ann.streaming(message("create a task called A", busy)) as frames:
        for _ in range(2):
            path = f"/api/chatkit/threads/{busy}/stop?run_id={running}"
            assert (await ann.http.post(path)).status_code == 204
        events = [frame.event async for frame in frames]

    assert status_of(events) == "completed"


async def test_only_so_many_messages_wait(ann: ChatClient, busy: str) -> None:
    for number in range(MOST_QUEUED):
        await send(ann, busy, f"message {number}")
    refused = await ann.ask(message("one more", busy))
    assert (refused.status_code, refused.json()["code"]) == (429, "queue_full")
    assert len(await queue(ann, busy)) == MOST_QUEUED


async def test_a_client_of_the_bare_protocol_takes_its_waiting_message_back_by_leaving(
    ann: ChatClient, busy: str
) -> None:
    async with ann.http.stream("POST", "/api/chatkit", json=message("never mind", busy)):
        assert len(await queue(ann, busy)) == 1
    path = f"/api/chatkit/threads/{busy}/stream"
    async with ann.following(path) as frames:
        async for frame in frames:
            if frame.event["type"] == "run.withdrawn":
                break
    assert await queue(ann, busy) == []


async def test_an_answer_is_not_tried_again_while_another_is_on_its_way(
    ann: ChatClient, busy: str
) -> None:
    question = (await ann.items(busy))[0]
    retry = {
        "type": "threads.retry_after_item",
        "params": {"thread_id": busy, "item_id": question["id"]},
    }
    refused = await ann.ask(retry)
    assert (refused.status_code, refused.json()["code"]) == (409, "run_active")


async def test_nobody_else_sees_or_takes_back_what_waits(
    ann: ChatClient, busy: str, start_server: StartServer
) -> None:
    queued = await send(ann, busy, "mine")
    ann.http.cookies.clear()
    await ann.register("ben@example.com")
    assert (await ann.http.get(f"/api/chatkit/threads/{busy}/queue")).status_code == 404
    path = f"/api/chatkit/threads/{busy}/queue/{queued['run_id']}"
    assert (await ann.http.delete(path)).status_code == 404
