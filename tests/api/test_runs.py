"""Answers over a real server that asks a real endpoint, seen by several connections."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
from anyio import fail_after
from dirty_equals import IsPartialDict

from taskchat.standin.server import StandIn
from taskchat.standin.wire import DONE, finish, stream, text
from tests.api.chat_client import (
    ChatClient,
    Event,
    calls_of,
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

WORDS = " ".join(f"word{number}" for number in range(1, 41))


@pytest.fixture
async def ann(
    start_server: StartServer, endpoint: StandIn, database_url: str
) -> AsyncGenerator[ChatClient]:
    server = await start_server(
        database_url=database_url,
        gemini_api_key=endpoint.api_key,
        gemini_base_url=endpoint.base_url,
        gemini_model="gemini-3.5-flash-lite",
    )
    async with signed_in(server, "ann@example.com") as client:
        yield client


def deltas(events: list[Event]) -> str:
    return "".join(e["update"]["delta"] for e in events if "delta" in e.get("update", {}))


async def test_a_model_that_calls_tools_gets_its_result_and_says_what_came_of_it(
    ann: ChatClient, endpoint: StandIn
) -> None:
    events = await ann.say("create a task called test migration due tomorrow at 5pm")

    assert calls_of(events) == [IsPartialDict(name="create_task", status="ok")]
    assert [item["type"] for item in done_items(events)] == [
        "user_message",
        "assistant_message",
        "workflow",
        "assistant_message",
    ]
    assert status_of(events) == "completed"
    assert len(endpoint.requests) == 2
    system, said = endpoint.requests[0].messages
    assert (system["role"], said["role"]) == ("system", "user")
    assert said["content"].startswith("[Now it is ")
    assert "Now it is" not in system["content"]


async def test_calls_made_at_once_are_carried_out_once_each_on_one_card(ann: ChatClient) -> None:
    events = await ann.say("create a task called A and create a task called B")

    assert [call["arguments"]["title"] for call in calls_of(events)] == ["A", "B"]
    assert len(done_items(events, "workflow")) == 1
    tasks = (await ann.http.get("/api/tasks?sort=title")).json()["items"]
    assert [task["title"] for task in tasks] == ["A", "B"]


async def test_the_next_turn_replays_calls_with_their_results_as_calls(
    ann: ChatClient, endpoint: StandIn
) -> None:
    events = await ann.say("create a task called A")
    await ann.say("thanks", thread_of(events))

    replayed = endpoint.requests[-1].messages
    call = next(m["tool_calls"][0] for m in replayed if m.get("tool_calls"))
    result = next(m for m in replayed if m["role"] == "tool")
    assert call["function"]["name"] == "create_task"
    assert result["tool_call_id"] == call["id"]
    assert said_in(endpoint.requests[-1]) == ["create a task called A", "thanks"]
    assert endpoint.requests[-1].refusal == ""


async def test_an_answer_goes_on_without_its_connection_and_can_be_picked_up_exactly(
    ann: ChatClient,
) -> None:
    async with ann.streaming(message("[[slow]] tell me")) as frames:
        seen = await until_text(frames)
    thread_id = thread_of([frame.event for frame in seen])

    path = f"/api/chatkit/threads/{thread_id}/stream"
    async with ann.following(path, **{"Last-Event-ID": seen[-1].id}) as frames:
        rest = [frame async for frame in frames]

    cursors = [frame.fact for frame in seen + rest]
    assert cursors == list(range(cursors[0], cursors[0] + len(cursors)))
    events = [frame.event for frame in seen + rest]
    assert deltas(events) == WORDS
    assert status_of(events) == "completed"
    assert done_items(events) == await ann.items(thread_id)


async def test_a_second_tab_sees_the_whole_running_answer_and_then_there_is_nothing_to_follow(
    ann: ChatClient,
) -> None:
    async with ann.streaming(message("[[slow]] tell me")) as frames:
        first = await until_text(frames)
        thread_id = thread_of([frame.event for frame in first])
        path = f"/api/chatkit/threads/{thread_id}/stream"
        async with ann.following(path) as second:
            watched = [frame.event async for frame in second]

    assert watched[0]["type"] == "thread.created"
    assert deltas(watched) == WORDS
    assert status_of(watched) == "completed"
    assert (await ann.http.get(path)).status_code == 204
    ended = await ann.http.get(path, headers={"Last-Event-ID": "2"})
    assert '"status": "completed"' in ended.text.rstrip().rpartition("\n")[2]


async def test_stopping_keeps_what_was_said_and_ends_every_stream(
    ann: ChatClient, endpoint: StandIn
) -> None:
    async with ann.streaming(message("[[slow]] tell me")) as frames:
        events = [frame.event for frame in await until_text(frames)]
        thread_id = thread_of(events)
        stop = f"/api/chatkit/threads/{thread_id}/stop"
        assert (await ann.http.post(stop)).status_code == 204
        events += [frame.event async for frame in frames]

    assert status_of(events) == "stopped"
    kept = text_of(done_items(events, "assistant_message")[0])
    assert WORDS.startswith(kept)
    assert 0 < len(kept) < len(WORDS)
    assert done_items(events) == await ann.items(thread_id)
    assert (await ann.http.post(stop)).status_code == 204
    with fail_after(5):
        await endpoint.requests[0].left.wait()


async def test_a_client_of_the_bare_protocol_stops_the_answer_by_leaving(
    ann: ChatClient, endpoint: StandIn
) -> None:
    async with ann.streaming(message("[[slow]] tell me"), headers={}) as frames:
        events = [frame.event for frame in await until_text(frames)]
    with fail_after(5):
        await endpoint.requests[0].left.wait()

    thread_id = thread_of(events)
    path = f"/api/chatkit/threads/{thread_id}/stream"
    async with ann.following(path, **{"Last-Event-ID": str(1)}) as frames:
        rest = [frame.event async for frame in frames]
    assert status_of(rest) == "stopped"
    assert len(done_items(events) + await ann.items(thread_id)) > 2


async def test_a_client_of_the_bare_protocol_is_told_nothing_that_it_does_not_know(
    ann: ChatClient,
) -> None:
    async with ann.streaming(message("hello"), headers={}) as frames:
        kinds = {frame.event["type"] async for frame in frames}

    assert kinds == {
        "thread.created",
        "thread.item.added",
        "thread.item.updated",
        "thread.item.done",
        "stream_options",
    }


async def test_deleting_a_thread_stops_its_answer(ann: ChatClient, endpoint: StandIn) -> None:
    async with ann.streaming(message("[[slow]] tell me")) as frames:
        thread_id = thread_of([frame.event for frame in await until_text(frames)])
        assert await ann.call("threads.delete", thread_id=thread_id) == {}

    with fail_after(5):
        await endpoint.requests[0].left.wait()
    assert (await ann.call("threads.list"))["data"] == []


@pytest.mark.parametrize(
    ("fault", "said", "allow_retry"),
    [
        ("bad_key", "key", False),
        ("rpd", "quota", False),
        ("blocked", "declined", False),
        ("503", "overloaded", True),
    ],
)
async def test_a_failure_before_any_text_is_told_in_a_sentence(
    ann: ChatClient, fault: str, said: str, allow_retry: bool
) -> None:
    events = await ann.say(f"hello [[fault:{fault}]]")

    (error,) = [event for event in events if event["type"] == "error"]
    assert said in error["message"].lower()
    assert (error["code"], error["allow_retry"]) == ("custom", allow_retry)
    assert status_of(events) == "failed"
    assert [item["type"] for item in await ann.items(thread_of(events))] == ["user_message"]


@pytest.mark.parametrize("fault", ["mid_error_obj", "eof", "eof_done"])
async def test_a_failure_in_the_middle_keeps_the_text_and_offers_a_retry(
    ann: ChatClient, fault: str
) -> None:
    events = await ann.say(f"hello [[fault:{fault}]]")

    (error,) = [event for event in events if event["type"] == "error"]
    assert error["allow_retry"] is True
    stored = await ann.items(thread_of(events))
    assert [item["type"] for item in stored] == ["user_message", "assistant_message"]
    assert text_of(stored[1]) == deltas(events) != ""


async def test_a_model_that_never_stops_calling_tools_is_stopped(ann: ChatClient) -> None:
    events = await ann.say("go on [[fault:loop]]")

    (error,) = [event for event in events if event["type"] == "error"]
    assert "steps" in error["message"]
    assert status_of(events) == "failed"


async def test_a_model_cannot_delete_several_tasks_without_the_person(
    ann: ChatClient, endpoint: StandIn
) -> None:
    for title in "ABC":
        await ann.http.post("/api/tasks", json={"title": title})
    calls = "delete all tasks"
    events = await ann.say(calls)

    assert calls_of(events) == [IsPartialDict(name="delete_all_tasks", status="waiting")]
    (card,) = done_items(events, "widget")
    token = card["widget"]["confirm"]["action"]["payload"]["token"]
    assert all(token not in str(request.body) for request in endpoint.requests)
    assert (await ann.http.get("/api/tasks")).json()["total"] == 3


async def test_text_arrives_in_few_pieces_however_finely_the_model_cuts_it(
    ann: ChatClient, endpoint: StandIn
) -> None:
    words = WORDS.split()
    cut = [text(word if word == words[-1] else f"{word} ") for word in words]
    endpoint.script([stream(*cut, finish("stop"), DONE, pace=0.005)])
    events: list[Any] = await ann.say("tell me")

    pieces = [e for e in events if "delta" in e.get("update", {})]
    assert 1 < len(pieces) <= len(words) // 2
    assert deltas(events) == WORDS
