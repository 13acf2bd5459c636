"""What a person may use in a day: messages, tokens and money, checked before it is spent."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dirty_equals import IsPartialDict

from taskchat.chat.books import ANSWER_TOKENS, PROMPT_TOKENS
from taskchat.standin.server import StandIn
from tests.api.chat_client import (
    DETACHED,
    ChatClient,
    Event,
    calls_of,
    done_items,
    message,
    status_of,
    thread_of,
    until_text,
)
from tests.api.serving import StartServer
from tests.usage.replies import counts, creates, lingers, says

pytestmark = pytest.mark.anyio

ZONE = "Europe/Berlin"
FIRST_CALL = PROMPT_TOKENS + ANSWER_TOKENS + 4  # with a message of 12 characters
WORDS = "please do it"


@pytest.fixture
def start(start_server: StartServer, endpoint: StandIn, database_url: str) -> Any:
    """Signs Ann in at a server with these limits."""

    @asynccontextmanager
    async def begin(**limits: object) -> AsyncGenerator[ChatClient]:
        server = await start_server(
            database_url=database_url,
            gemini_api_key=endpoint.api_key,
            gemini_base_url=endpoint.base_url,
            gemini_models="gemini-2.5-pro",
            **limits,
        )
        async with server.client() as http:
            client = ChatClient(http)
            await client.register(timezone=ZONE)
            yield client

    return begin


def notices(events: list[Event]) -> list[str]:
    return [event["message"] for event in events if event["type"] == "notice"]


async def today(ann: ChatClient) -> Any:
    return (await ann.http.get("/api/usage")).json()["today"]


async def test_of_many_messages_sent_at_once_those_go_through_that_the_budget_is_for(
    start: Any, endpoint: StandIn
) -> None:
    async with start(daily_tokens=3 * FIRST_CALL, daily_messages=0) as ann:
        endpoint.script([lingers("Begun", counts(1, 1))] * 50)
        sent = [asyncio.create_task(_status(ann)) for _ in range(50)]
        statuses = Counter([await one for one in asyncio.as_completed(sent)])
        assert statuses == {200: 3, 429: 47}
        assert len(endpoint.requests) == 3
        threads = await ann.call("threads.list", limit=50, order="desc")
        assert len(threads["data"]) == 3
        for thread in threads["data"]:
            await ann.http.post(f"/api/chatkit/threads/{thread['id']}/stop")


async def _status(ann: ChatClient) -> int:
    """Of one message; an answer is followed up to its first words."""
    asked = ann.http.stream("POST", "/api/chatkit", json=message(WORDS), headers=DETACHED)
    async with asked as answer:
        if answer.status_code == 200:
            async for piece in answer.aiter_raw():
                if b"text_delta" in piece:
                    break
        return answer.status_code


async def test_a_refusal_says_when_it_is_lifted_and_what_can_be_had_instead(
    start: Any, endpoint: StandIn
) -> None:
    async with start(daily_tokens=FIRST_CALL - 1) as ann:
        refused = await ann.ask(message(WORDS))
        assert refused.status_code == 429
        midnight = datetime.now(ZoneInfo(ZONE)).date() + timedelta(days=1)
        resets_at = datetime.fromisoformat(refused.json()["resets_at"])
        assert refused.json() == {
            "detail": "Today's token budget is used up. The limit is lifted at midnight.",
            "code": "daily_tokens",
            "resets_at": resets_at.isoformat(),
            "offers": ["commands"],
        }
        assert (resets_at.date(), resets_at.hour) == (midnight, 0)
        assert resets_at.utcoffset() == resets_at.astimezone(ZoneInfo(ZONE)).utcoffset()
        seconds = (resets_at - datetime.now(UTC)).total_seconds()
        assert abs(int(refused.headers["retry-after"]) - seconds) < 60
        assert endpoint.requests == []
        assert (await ann.call("threads.list"))["data"] == []
        assert await today(ann) == IsPartialDict(tokens={"used": 0, "limit": FIRST_CALL - 1})


async def test_the_built_in_commands_answer_when_nothing_is_left(
    start: Any, endpoint: StandIn
) -> None:
    async with start(daily_tokens=1, daily_cost=0.000001) as ann:
        asked = message("add buy milk")
        asked["params"]["input"]["inference_options"] = {"model": "commands"}
        async with ann.streaming(asked) as frames:
            events = [frame.event async for frame in frames]
        assert calls_of(events) == [IsPartialDict(name="create_task", status="ok")]
        assert endpoint.requests == []


async def test_money_is_reserved_by_the_price_of_the_model(start: Any, endpoint: StandIn) -> None:
    # 0.3 and 2.5 dollars for a million tokens
    call = ((FIRST_CALL - ANSWER_TOKENS) * 0.3 + ANSWER_TOKENS * 2.5) / 1e6
    async with start(daily_cost=call * 1.5) as ann:
        endpoint.script([says("Hello", counts(1000, 0))])
        assert status_of(await ann.say(WORDS)) == "completed"
        assert (await today(ann))["cost"] == {
            "used": pytest.approx(0.0003),
            "limit": pytest.approx(call * 1.5),
        }
        endpoint.script([says("Hello", counts(0, 1000))])
        assert status_of(await ann.say(WORDS)) == "completed"
        refused = await ann.ask(message(WORDS))
        assert (refused.status_code, refused.json()["code"]) == (429, "daily_cost")


async def test_a_model_without_a_price_is_free_of_the_limit_on_money(
    start: Any, endpoint: StandIn
) -> None:
    async with start(daily_cost=0.000001) as ann:
        asked = message(WORDS)
        asked["params"]["input"]["inference_options"] = {"model": "gemini-2.5-pro"}
        async with ann.streaming(asked) as frames:
            events = [frame.event async for frame in frames]
        assert status_of(events) == "completed"


async def test_an_answer_ends_in_the_middle_when_the_budget_does_and_keeps_what_it_did(
    start: Any, endpoint: StandIn
) -> None:
    async with start(daily_tokens=FIRST_CALL + 100) as ann:
        endpoint.script([creates("milk", counts(2000, 100)), says("never", counts(1, 1))])
        events = await ann.say(WORDS)
        assert calls_of(events) == [IsPartialDict(name="create_task", status="ok")]
        assert events[-1]["error"] == {
            "kind": "budget",
            "message": "Today's token budget is used up. What was done until then stands. "
            "The limit is lifted at midnight.",
            "remedies": ["commands"],
        }
        assert len(endpoint.requests) == 1
        assert events[-1]["usage"] == IsPartialDict(calls=1, prompt=2000, output=100)
        assert (await today(ann))["tokens"]["used"] == 2100


async def test_a_message_that_waits_is_refused_now_or_told_later(
    start: Any, endpoint: StandIn
) -> None:
    async with start(daily_tokens=2 * FIRST_CALL + 100) as ann:
        endpoint.script([lingers("It begins", counts(FIRST_CALL, 1000))])
        async with ann.streaming(message(WORDS)) as frames:
            thread_id = thread_of([frame.event for frame in await until_text(frames)])
            async with ann.streaming(message(WORDS, thread_id)) as waiting:
                assert (await anext(waiting)).event["type"] == "run.queued"
                stop = f"/api/chatkit/threads/{thread_id}/stop"
                assert (await ann.http.post(stop)).status_code == 204
                events = [frame.event async for frame in waiting]
        assert events[-1]["error"] == IsPartialDict(kind="budget")
        assert len(endpoint.requests) == 1
        assert events[-1]["usage"] is None
        refused = await ann.ask(message(WORDS, thread_id))
        assert (refused.status_code, refused.json()["code"]) == (429, "daily_tokens")


async def test_a_person_is_warned_once_when_most_messages_are_sent(
    start: Any, endpoint: StandIn
) -> None:
    async with start(daily_messages=5) as ann:
        told = [notices(await ann.say("hello")) for _ in range(5)]
        assert told == [
            [],
            [],
            [],
            ["You have used 80 % of today's messages (4 of 5). The limit is lifted at midnight."],
            [],
        ]
        refused = await ann.ask(message("hello"))
        assert refused.json() == IsPartialDict(
            code="daily_limit",
            detail="You have sent 5 messages today, which is the limit. The limit is lifted at midnight.",
        )
        assert "offers" not in refused.json()
        assert "resets_at" in refused.json()


async def test_a_person_is_warned_once_when_most_tokens_are_used(
    start: Any, endpoint: StandIn
) -> None:
    async with start(daily_tokens=100_000, daily_cost=1.0) as ann:
        endpoint.script(
            [
                says("one", counts(79_000, 0)),
                creates("milk", counts(1_400, 100)),
                says("two", counts(3, 0)),
                says("three", counts(0, 313_000)),
            ]
        )
        told = [notices(await ann.say("hello")) for _ in range(3)]
        assert told == [
            [],
            [
                "You have used 80 % of today's tokens (80,500 of 100,000). "
                "The limit is lifted at midnight."
            ],
            [
                "You have used 80 % of today's budget ($0.8069 of $1.00). "
                "The limit is lifted at midnight."
            ],
        ]


async def test_tokens_of_another_day_and_another_person_do_not_count(
    start_server: StartServer, endpoint: StandIn, database_url: str
) -> None:
    server = await start_server(
        database_url=database_url,
        gemini_api_key=endpoint.api_key,
        gemini_base_url=endpoint.base_url,
        daily_tokens=FIRST_CALL,
    )
    for email in ("ann@example.com", "ben@example.com"):
        async with server.client() as http:
            client = ChatClient(http)
            await client.register(email)
            endpoint.script([says("Hello", counts(FIRST_CALL, 0))])
            assert done_items(await client.say(WORDS), "assistant_message")
            assert (await client.ask(message(WORDS))).status_code == 429
