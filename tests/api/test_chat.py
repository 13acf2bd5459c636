import asyncio
from collections.abc import Callable

import pytest
from dirty_equals import IsInt, IsPartialDict, IsStr

from tests.api.chat_client import (
    DETACHED,
    ChatClient,
    Event,
    calls_of,
    done_items,
    message,
    status_of,
    text_of,
    thread_of,
)
from tests.api.serving import Server, StartServer

pytestmark = pytest.mark.anyio

REQUESTS_FOR: list[Callable[[str, str], Event]] = [
    lambda thread, item: message("hi", thread),
    lambda thread, item: {
        "type": "threads.retry_after_item",
        "params": {"thread_id": thread, "item_id": item},
    },
    lambda thread, item: {
        "type": "threads.custom_action",
        "params": {"thread_id": thread, "item_id": item, "action": {"type": "x"}},
    },
    lambda thread, item: {
        "type": "threads.sync_custom_action",
        "params": {"thread_id": thread, "item_id": item, "action": {"type": "x"}},
    },
    lambda thread, item: {"type": "threads.get_by_id", "params": {"thread_id": thread}},
    lambda thread, item: {"type": "items.list", "params": {"thread_id": thread}},
    lambda thread, item: {"type": "threads.list", "params": {"after": thread}},
    lambda thread, item: {
        "type": "threads.update",
        "params": {"thread_id": thread, "title": "Mine"},
    },
    lambda thread, item: {"type": "threads.delete", "params": {"thread_id": thread}},
    lambda thread, item: {
        "type": "items.feedback",
        "params": {"thread_id": thread, "item_ids": [item], "kind": "negative"},
    },
]


@pytest.fixture
async def server(start_server: StartServer, database_url: str) -> Server:
    """Once on SQLite, once on PostgreSQL."""
    return await start_server(database_url=database_url)


async def test_a_message_makes_a_thread_with_a_title_a_task_and_an_answer(ann: ChatClient) -> None:
    events = await ann.say("create a task called test migration due 2026-12-24 17:00")

    assert [event["type"] for event in events[:4]] == [
        "thread.created",
        "run.started",
        "thread.item.done",
        "stream_options",
    ]
    assert events[0]["thread"]["title"].startswith("Create a task called test migration")
    assert calls_of(events) == [
        IsPartialDict(
            name="create_task",
            status="ok",
            arguments=IsPartialDict(title="test migration"),
            result=IsPartialDict(number=1, due="2026-12-24T17:00:00+00:00"),
            ms=IsInt(ge=0),
        )
    ]
    assert "#1 test migration" in text_of(done_items(events, "assistant_message")[0])
    assert status_of(events) == "completed"
    tasks = (await ann.http.get("/api/tasks")).json()["items"]
    assert [task["title"] for task in tasks] == ["test migration"]


async def test_what_streamed_is_what_a_reload_shows(ann: ChatClient) -> None:
    events = await ann.say("add milk")
    thread_id = thread_of(events)
    events += await ann.say("list my tasks", thread_id)

    assert await ann.items(thread_id) == done_items(events)
    thread = await ann.call("threads.get_by_id", thread_id=thread_id)
    assert thread["items"]["data"] == done_items(events)


async def test_text_deltas_add_up_to_the_finished_message(ann: ChatClient) -> None:
    events = await ann.say("help")

    deltas = [e["update"]["delta"] for e in events if "delta" in e.get("update", {})]
    (answer,) = done_items(events, "assistant_message")
    assert len(deltas) > 0
    assert "".join(deltas) == text_of(answer)


async def test_times_on_the_wire_are_utc(ann: ChatClient) -> None:
    events = await ann.say("help")

    times = [events[0]["thread"]["created_at"]]
    times += [item["created_at"] for item in done_items(events)]
    assert times == [IsStr(regex=r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")] * len(times)


async def test_the_second_turn_knows_the_first(ann: ChatClient) -> None:
    events = await ann.say("add milk")
    again = await ann.say("make it high priority", thread_of(events))

    assert calls_of(again) == [
        IsPartialDict(name="update_task", status="ok", result=IsPartialDict(priority="high"))
    ]


async def test_the_assistants_writes_are_recorded_as_its_own(ann: ChatClient) -> None:
    events = await ann.say("add milk")

    activity = (await ann.http.get("/api/activity")).json()["items"]
    assert activity[0]["actor"] == {
        "kind": "assistant",
        "name": "Built-in commands",
        "thread_id": thread_of(events),
    }


async def test_retrying_drops_the_old_answer_and_keeps_the_message(ann: ChatClient) -> None:
    events = await ann.say("help")
    thread_id = thread_of(events)
    question, answer = done_items(events)

    request = {
        "type": "threads.retry_after_item",
        "params": {"thread_id": thread_id, "item_id": question["id"]},
    }
    async with ann.streaming(request) as frames:
        again = [frame.event async for frame in frames]

    removed = [e["item_id"] for e in again if e["type"] == "thread.item.removed"]
    assert removed == [answer["id"]]
    (new,) = done_items(again, "assistant_message")
    assert [item["id"] for item in await ann.items(thread_id)] == [question["id"], new["id"]]


async def test_threads_can_be_listed_renamed_rated_and_deleted(ann: ChatClient) -> None:
    first = thread_of(await ann.say("add milk"))
    events = await ann.say("add eggs")
    second = thread_of(events)

    page = await ann.call("threads.list", limit=1)
    assert [thread["id"] for thread in page["data"]] == [second]
    rest = await ann.call("threads.list", limit=1, after=page["after"])
    assert ([thread["id"] for thread in rest["data"]], rest["has_more"]) == ([first], False)

    renamed = await ann.call("threads.update", thread_id=first, title="  Milk   talk ")
    assert renamed["title"] == "Milk talk"
    (answer,) = done_items(events, "assistant_message")
    rated = await ann.call(
        "items.feedback", thread_id=second, item_ids=[answer["id"]], kind="positive"
    )
    assert rated == {}

    assert await ann.call("threads.delete", thread_id=second) == {}
    gone = await ann.ask({"type": "threads.get_by_id", "params": {"thread_id": second}})
    assert (gone.status_code, gone.json()["code"]) == (404, "thread_not_found")


async def test_two_messages_at_once_get_one_answer_and_one_refusal(ann: ChatClient) -> None:
    thread_id = thread_of(await ann.say("help"))

    answers = await asyncio.gather(
        *(ann.ask(message(f"add task {name}", thread_id), **DETACHED) for name in "ab")
    )

    assert sorted(answer.status_code for answer in answers) in ([200, 409], [200, 200])
    sent = [item for item in await ann.items(thread_id) if item["type"] == "user_message"]
    assert len(sent) == 1 + sum(answer.status_code == 200 for answer in answers)


@pytest.mark.parametrize("request_for", REQUESTS_FOR)
async def test_another_persons_thread_is_as_unknown_as_one_that_never_was(
    ann: ChatClient, ben: ChatClient, request_for: Callable[[str, str], Event]
) -> None:
    events = await ann.say("add milk")
    thread_id, item_id = thread_of(events), done_items(events)[0]["id"]
    before = await ann.items(thread_id)

    theirs = await ben.ask(request_for(thread_id, item_id))
    nobodys = await ben.ask(request_for("thr_" + "0" * 32, "msg_" + "0" * 32))

    assert theirs.status_code == 404
    assert (theirs.status_code, theirs.content) == (nobodys.status_code, nobodys.content)
    assert await ann.items(thread_id) == before


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("", 422, "message_empty"),
        (" \n ", 422, "message_empty"),
        ("x" * 10_001, 422, "message_too_long"),
        ("a\x00b", 422, "text_not_storable"),
    ],
)
async def test_a_message_that_cannot_be_kept_is_refused_before_anything_begins(
    ann: ChatClient, text: str, status: int, code: str
) -> None:
    refused = await ann.ask(message(text), **DETACHED)

    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert (await ann.call("threads.list"))["data"] == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"nonsense",
        b'{"type":"threads.fly","params":{}}',
        b'{"type":"threads.create","params":{"input":{"content":[]}}}',
        b'{"type":"items.list","params":{"thread_id":7}}',
        b'{"type":"threads.list","params":{"limit":-5}}',
        b'{"type":"threads.list","params":{"limit":1000000000}}',
        b'{"type":"threads.list","params":{"limit":NaN}}',
        b'{"type":"input.transcribe","params":{"audio_base64":"x","mime_type":"audio/wav"}}',
        b'{"type":"threads.update","params":{"thread_id":"thr_1","title":"\\ud800"}}',
        b"[" * 100_000,
    ],
)
async def test_what_is_no_chatkit_request_is_refused_with_a_sentence(
    ann: ChatClient, body: bytes
) -> None:
    refused = await ann.http.post(
        "/api/chatkit", content=body, headers={"content-type": "application/json"}
    )

    assert refused.status_code in (400, 404, 422)
    assert refused.json() == {"detail": IsStr(min_length=10), "code": IsStr(regex="[a-z_]+")}


async def test_signing_out_closes_the_chat(ann: ChatClient) -> None:
    await ann.http.post("/api/auth/logout")
    assert (await ann.ask(message("hi"))).status_code == 401
