"""Every token is counted: what a person is told of it equals what the endpoint said, however answers ended."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
from dirty_equals import IsPartialDict
from sqlalchemy import select

from taskchat.db.engine import Database
from taskchat.db.tables import ModelCallRow
from taskchat.standin.server import StandIn
from taskchat.standin.wire import OVERLOADED, Cut, Reply, event, stream, text
from tests.api.chat_client import (
    ChatClient,
    Event,
    message,
    signed_in,
    status_of,
    thread_of,
    until_text,
)
from tests.api.serving import Server, StartServer
from tests.usage.replies import (
    NOTHING,
    Counts,
    counts,
    creates,
    ends,
    lingers,
    says,
    told,
    total,
)

pytestmark = pytest.mark.anyio

MODEL = "gemini-3.5-flash-lite"
ZONE = "Europe/Berlin"


@pytest.fixture
async def server(start_server: StartServer, endpoint: StandIn, database_url: str) -> Server:
    return await start_server(
        database_url=database_url,
        gemini_api_key=endpoint.api_key,
        gemini_base_url=endpoint.base_url,
        gemini_model=MODEL,
        gemini_models="gemini-3.8-flash,my-model",
    )


@pytest.fixture
async def ann(server: Server) -> AsyncGenerator[ChatClient]:
    async with server.client() as http:
        client = ChatClient(http)
        await client.register(timezone=ZONE)
        yield client


async def usage(client: ChatClient, days: int = 30) -> Any:
    answer = await client.http.get(f"/api/usage?days={days}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def ask(ann: ChatClient, endpoint: StandIn, *replies: Reply | str) -> list[Event]:
    endpoint.script(replies)
    return await ann.say("please")


async def stop(ann: ChatClient, endpoint: StandIn, cost: Counts) -> list[Event]:
    """Stops the answer when its first words are there."""
    endpoint.script([lingers("It begins", cost)])
    async with ann.streaming(message("please")) as frames:
        events = [frame.event for frame in await until_text(frames)]
        thread_id = thread_of(events)
        assert (await ann.http.post(f"/api/chatkit/threads/{thread_id}/stop")).status_code == 204
        return events + [frame.event async for frame in frames]


def told_by(events: list[Event]) -> Any:
    return events[-1]["usage"]


def only_counts(of: Any) -> Counts:
    return {name: of[name] for name in NOTHING}


async def test_the_sum_equals_what_the_endpoint_said_for_answers_of_every_shape(
    ann: ChatClient, endpoint: StandIn
) -> None:
    a = counts(1000, 50, cached=300, thinking=20)
    b = counts(1200, 7)
    shapes: list[tuple[str, tuple[Reply, ...], Counts]] = [
        ("completed", (says("Hello", a),), a),
        ("completed", (creates("milk", a), says("Done", b)), total(a, b)),
        (
            "completed",
            (ends("function_call_filter: MALFORMED_FUNCTION_CALL", a), says("Now", b)),
            total(a, b),
        ),
        ("completed", (ends("stop", a), says("At last", b)), total(a, b)),
        ("failed", (stream(told("Half", a), told(" an", b), Cut.CLOSE),), b),
        ("failed", (ends("content_filter: PROHIBITED_CONTENT", b),), b),
        ("failed", (ends("length", a, told("Too much", b)),), a),
        ("failed", (creates("eggs", b), ends("content_filter: RECITATION", a)), total(a, b)),
        ("completed", (stream(event(OVERLOADED)), says("After all", a)), a),
    ]
    expected: list[Counts] = []
    for status, replies, cost in shapes:
        events = await ask(ann, endpoint, *replies)
        assert (status_of(events), only_counts(told_by(events))) == (status, cost)
        assert told_by(events)["is_estimated"] is False
        expected.append(cost)
    stopped = await stop(ann, endpoint, a)
    assert (status_of(stopped), only_counts(told_by(stopped))) == ("stopped", a)
    expected.append(a)

    whole = await usage(ann)
    assert only_counts(whole["total"]) == total(*expected)
    assert whole["total"]["requests"] == len(endpoint.requests)
    assert whole["total"]["is_estimated"] is False
    (model,) = whole["models"]
    assert only_counts(model) == total(*expected)
    (day,) = whole["days"]
    assert day["day"] == whole["today"]["day"]
    assert sum(thread["prompt"] for thread in whole["threads"]) == whole["total"]["prompt"]


async def test_an_answer_without_usage_is_estimated_and_says_so(
    ann: ChatClient, endpoint: StandIn
) -> None:
    events = await ask(ann, endpoint, stream(text("Half an answer"), Cut.CLOSE))
    assert told_by(events) == IsPartialDict(is_estimated=True, calls=1)
    assert told_by(events)["prompt"] > 100
    assert told_by(events)["output"] == 5
    assert (await usage(ann))["total"]["is_estimated"] is True


async def test_an_answer_that_is_stopped_before_it_begins_is_estimated(
    ann: ChatClient, endpoint: StandIn
) -> None:
    endpoint.delay_first = 60.0
    async with ann.streaming(message("please")) as frames:
        thread_id = thread_of([(await anext(frames)).event])
        await endpoint.request_with("please")
        assert (await ann.http.post(f"/api/chatkit/threads/{thread_id}/stop")).status_code == 204
        events = [frame.event async for frame in frames]
    assert told_by(events) == IsPartialDict(is_estimated=True, calls=1, output=0)
    assert told_by(events)["prompt"] > 100


async def test_the_price_of_the_day_makes_the_cost_and_an_unknown_one_none(
    ann: ChatClient, endpoint: StandIn
) -> None:
    cost = counts(1_000_000, 100_000, cached=400_000, thinking=1000)
    known = told_by(await ask(ann, endpoint, says("Hello", cost)))
    assert known["cost"] == pytest.approx(0.6 * 0.3 + 0.4 * 0.03 + 0.1 * 2.5)

    endpoint.script([says("Hello", cost)])
    asked = message("please")
    asked["params"]["input"]["inference_options"] = {"model": "gemini-3.8-flash"}
    async with ann.streaming(asked) as frames:
        dearer = told_by([frame.event async for frame in frames])
    assert dearer["cost"] == pytest.approx(0.6 * 0.75 + 0.4 * 0.075 + 0.1 * 3.75)
    whole = await usage(ann)
    assert [model["model"] for model in whole["models"]] == ["gemini-3.8-flash", MODEL]
    assert whole["total"]["cost"] == pytest.approx(known["cost"] + dearer["cost"])
    assert whole["today"]["cost"]["used"] == pytest.approx(whole["total"]["cost"])
    assert whole["total"]["has_unknown_prices"] is False


async def test_a_model_whose_price_nobody_told_has_no_cost_and_the_page_knows(
    start_server: StartServer, endpoint: StandIn, database_url: str
) -> None:
    server = await start_server(
        database_url=database_url,
        gemini_api_key=endpoint.api_key,
        gemini_base_url=endpoint.base_url,
        gemini_model="gemini-2.5-pro",
    )
    async with signed_in(server, "ben@example.com") as ben:
        events = await ask(ben, endpoint, says("Hello", counts(100, 10)))
        assert told_by(events)["cost"] is None
        whole = await usage(ben)
        assert (whole["total"]["cost"], whole["total"]["has_unknown_prices"]) == (None, True)
        assert whole["today"]["tokens"] == {"used": 110, "limit": 0}


async def test_the_built_in_commands_cost_nothing_and_their_tools_count(
    start_server: StartServer, database_url: str
) -> None:
    server = await start_server(database_url=database_url)
    async with signed_in(server, "ann@example.com") as ann:
        events = await ann.say("add buy milk")
        assert told_by(events) is None
        await ann.say("complete something that is not there", thread_of(events))
        whole = await usage(ann)
        (turn, _) = (await ann.http.get(f"/api/chatkit/threads/{thread_of(events)}/turns")).json()[
            "items"
        ]

    assert turn["usage"] is None
    assert whole["total"]["calls"] == 0
    assert whole["days"] == whole["models"] == whole["threads"] == []
    assert whole["today"]["messages"] == {"used": 2, "limit": 100}
    assert IsPartialDict(tool="create_task", calls=1, failures=0) in whole["tools"]
    assert IsPartialDict(tool="complete_task", calls=1, failures=1) in whole["tools"]


async def test_turns_tell_what_they_cost_and_conversations_keep_it_when_they_are_gone(
    ann: ChatClient, endpoint: StandIn
) -> None:
    first, second = counts(10, 1), counts(2000, 3)
    events = await ask(ann, endpoint, says("Hello", first))
    thread_id = thread_of(events)
    endpoint.script([says("Hello again", second)])
    await ann.say("once more", thread_id)
    turns = (await ann.http.get(f"/api/chatkit/threads/{thread_id}/turns")).json()["items"]
    assert [only_counts(turn["usage"]) for turn in turns] == [first, second]
    assert turns[0]["usage"] == told_by(events)

    (thread,) = (await usage(ann))["threads"]
    assert (thread["thread_id"], thread["title"]) == (thread_id, "Please")
    await ann.call("threads.delete", thread_id=thread_id)
    (thread,) = (await usage(ann))["threads"]
    assert (thread["thread_id"], thread["title"]) == (thread_id, None)
    assert only_counts(thread) == total(first, second)


async def test_what_others_use_is_not_told(
    server: Server, ann: ChatClient, endpoint: StandIn
) -> None:
    await ask(ann, endpoint, creates("milk", counts(10, 1)), says("Done", counts(10, 1)))
    async with signed_in(server, "ben@example.com") as ben:
        whole = await usage(ben)
    assert whole["total"]["calls"] == 0
    assert whole["today"]["messages"]["used"] == 0
    assert whole["tools"] == whole["threads"] == []


async def test_every_call_is_settled_when_its_answer_has_ended(
    ann: ChatClient, endpoint: StandIn, database_url: str
) -> None:
    await ask(ann, endpoint, creates("milk", counts(10, 1)), ends("length", counts(10, 1)))
    await stop(ann, endpoint, counts(5, 5))

    database = Database(database_url)
    async with database.reading() as session:
        rows = (await session.scalars(select(ModelCallRow).order_by(ModelCallRow.began_at))).all()
    await database.close()
    assert [(row.turn, row.status, row.failure) for row in rows] == [
        (1, "settled", None),
        (2, "settled", "too_long"),
        (1, "settled", "stopped"),
    ]
    assert all(row.ended_at and row.ended_at >= row.began_at for row in rows)


@pytest.mark.parametrize("days", ["0", "367", "many"])
async def test_the_number_of_days_is_bounded(ann: ChatClient, days: str) -> None:
    answer = await ann.http.get(f"/api/usage?days={days}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
