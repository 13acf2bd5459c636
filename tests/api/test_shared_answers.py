"""Running answers on the one feed that a browser keeps open."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from anyio import fail_after

from taskchat.standin.server import StandIn
from tests.api.chat_client import (
    ChatClient,
    Event,
    Frame,
    fold,
    message,
    signed_in,
    thread_of,
    until_text,
)
from tests.api.serving import Server, StartServer

pytestmark = pytest.mark.anyio

FEED = "/api/events?answers=1"
PATIENCE_SECONDS = 20


@pytest.fixture
async def server(start_server: StartServer) -> AsyncGenerator[Server]:
    async with StandIn() as endpoint:
        yield await start_server(gemini_api_key=endpoint.api_key, gemini_base_url=endpoint.base_url)


async def answers_until_end(
    frames: AsyncGenerator[Frame], thread_id: str, runs: int = 1
) -> list[Event]:
    """What the feed tells of a conversation, up to the end of that many runs."""
    seen: list[Event] = []
    with fail_after(PATIENCE_SECONDS):
        async for frame in frames:
            if frame.event["type"] == "thread.event" and frame.event["thread_id"] == thread_id:
                assert frame.id == ""
                seen.append(frame.event)
                runs -= frame.event["event"]["type"] == "run.finished"
                if not runs:
                    return seen
    raise AssertionError(f"the feed ended early: {seen}")


def assert_chained(told: list[Event]) -> None:
    """Each says what came before it, so that whoever has that knows that nothing is missing."""
    assert [each["previous"] for each in told[1:]] == [each["cursor"] for each in told[:-1]]


async def test_an_answer_comes_from_its_start_to_its_end_as_its_own_stream_tells_it(
    ann: ChatClient,
) -> None:
    async with ann.following(FEED) as feed:
        assert (await anext(feed)).event == {"type": "ready"}
        async with ann.streaming(message("create a task called A")) as frames:
            own = [frame async for frame in frames]
        told = await answers_until_end(feed, thread_of([frame.event for frame in own]))

    assert [each["event"] for each in told] == [frame.event for frame in own]
    assert [each["cursor"] for each in told] == [frame.id for frame in own]
    assert told[0]["previous"] == "0"
    assert_chained(told)


async def test_who_comes_in_the_middle_of_an_answer_gets_it_from_the_start(
    ann: ChatClient,
) -> None:
    async with ann.streaming(message("[[slow]] tell me")) as frames:
        begun = await until_text(frames)
        async with ann.following(FEED) as feed:
            thread_id = thread_of([frame.event for frame in begun])
            reading = asyncio.create_task(answers_until_end(feed, thread_id))
            own = [*begun, *[frame async for frame in frames]]
            told = await reading

    assert [each["cursor"] for each in told] == [frame.id for frame in own]
    assert_chained(told)


async def test_a_message_that_waited_is_carried_on_without_gap_or_double(
    ann: ChatClient,
) -> None:
    async with ann.following(FEED) as feed:
        async with ann.streaming(message("[[slow]] one")) as frames:
            begun = await until_text(frames)
            thread_id = thread_of([frame.event for frame in begun])
            async with ann.streaming(message("two", thread_id)) as second:
                assert (await anext(second)).event["type"] == "run.queued"
        told = await answers_until_end(feed, thread_id, runs=2)
        await ann.say("three", thread_id)
        told += await answers_until_end(feed, thread_id)

    cursors = [int(each["cursor"]) for each in told]
    assert cursors == list(range(1, len(cursors) + 1))
    assert_chained(told)
    assert fold([each["event"] for each in told]) == await ann.items(thread_id)


async def test_several_answers_come_side_by_side(ann: ChatClient) -> None:
    async with ann.following(FEED) as feed, ann.following(FEED) as other:
        said = await asyncio.gather(*(ann.say(f"hello {number}") for number in range(3)))
        for events in said:
            thread_id = thread_of(events)
            async with ann.following(f"/api/chatkit/threads/{thread_id}/stream?after=0") as frames:
                own = [frame.event async for frame in frames]
            assert own == events
        left = {thread_of(events): events for events in said}
        for frames in (feed, other):
            told: dict[str, list[Event]] = {thread_id: [] for thread_id in left}
            with fail_after(PATIENCE_SECONDS):
                async for frame in frames:
                    if frame.event["type"] == "thread.event":
                        told[frame.event["thread_id"]].append(frame.event["event"])
                    if told == left:
                        break


async def test_nobody_hears_the_answers_of_another_person(server: Server, ann: ChatClient) -> None:
    async with signed_in(server, "ben@example.com") as ben, ann.following(FEED) as feed:
        await ben.say("a secret")
        thread_id = thread_of(await ann.say("mine"))
        told: list[Event] = []
        with fail_after(PATIENCE_SECONDS):
            async for frame in feed:
                told.append(frame.event)
                if frame.event.get("event", {}).get("type") == "run.finished":
                    break

    assert {each["thread_id"] for each in told if "thread_id" in each} == {thread_id}


async def test_a_feed_that_did_not_ask_for_answers_has_none(ann: ChatClient) -> None:
    async with ann.following("/api/events") as feed:
        await ann.say("hello")
        seen: list[str] = []
        with fail_after(PATIENCE_SECONDS):
            async for frame in feed:
                seen.append(frame.event["type"])
                if seen[-1] == "run.finished":
                    break
    assert seen == ["ready", "thread.created", "run.started", "run.finished"]
