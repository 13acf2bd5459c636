"""A post that is repeated, because its answer was lost or a finger was quick."""

import asyncio

import pytest

from tests.api.chat_client import (
    DETACHED,
    ChatClient,
    Event,
    message,
)

pytestmark = pytest.mark.anyio

WORDS = " ".join(f"word{number}" for number in range(1, 41))


async def test_the_same_message_posted_again_is_the_same_message(ann: ChatClient) -> None:
    request = message("create a task called A")
    headers = {**DETACHED, "Idempotency-Key": "key-1"}
    async with ann.streaming(request, headers) as frames:
        first = [frame async for frame in frames]
    async with ann.streaming(request, headers) as frames:
        again = [frame async for frame in frames]

    assert again == first
    assert len((await ann.call("threads.list"))["data"]) == 1
    assert (await ann.http.get("/api/tasks")).json()["total"] == 1


async def test_five_equal_posts_at_once_are_one_message_and_one_answer(ann: ChatClient) -> None:
    async def post() -> list[Event]:
        headers = {**DETACHED, "Idempotency-Key": "key-1"}
        async with ann.streaming(message("create a task called A"), headers) as frames:
            return [frame.event async for frame in frames]

    answers = await asyncio.gather(*(post() for _ in range(5)))

    assert answers == [answers[0]] * 5
    assert len((await ann.call("threads.list"))["data"]) == 1
    assert (await ann.http.get("/api/tasks")).json()["total"] == 1


async def test_a_key_belongs_to_the_request_it_came_with(ann: ChatClient) -> None:
    headers = {**DETACHED, "Idempotency-Key": "key-1"}
    async with ann.streaming(message("create a task called A"), headers) as frames:
        assert [frame async for frame in frames]

    refused = await ann.ask(message("create a task called B"), **headers)

    assert (refused.status_code, refused.json()["code"]) == (409, "idempotency_key_reused")
    assert (await ann.http.get("/api/tasks")).json()["total"] == 1
