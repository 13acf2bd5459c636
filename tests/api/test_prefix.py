"""What requests to the model have in common from their beginning on, which endpoints keep."""

import json
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from taskchat.db.engine import Database
from taskchat.db.tables import ItemRow, RunRow
from taskchat.standin.server import Recorded, StandIn
from tests.api.chat_client import ChatClient, Event, done_items, message, signed_in, thread_of
from tests.api.serving import StartServer

pytestmark = pytest.mark.anyio


def start_of(request: Recorded) -> str:
    body = {name: value for name, value in request.body.items() if name != "messages"}
    return json.dumps(body, ensure_ascii=False)


def messages_of(request: Recorded) -> list[str]:
    return [json.dumps(each, ensure_ascii=False) for each in request.messages]


async def test_each_request_begins_with_all_of_the_one_before(
    start_server: StartServer, endpoint: StandIn
) -> None:
    server = await start_server(
        gemini_api_key="test-key",
        gemini_base_url=endpoint.base_url,
        gemini_model="gemini-3.8-flash",
    )
    async with signed_in(server, "ann@example.com") as ann:
        events = await ann.say("add milk and add bread")
        thread_id = thread_of(events)
        for words in (
            "show my tasks",
            "complete milk",
            "delete nothing of the sort",
            "[[fault:args_split]] add more",
            "thanks",
        ):
            await ann.say(words, thread_id)

    requests = endpoint.requests
    assert len(requests) > 8
    assert [request.refusal for request in requests] == [""] * len(requests)
    for before, after in pairwise(requests):
        assert start_of(after) == start_of(before)
        assert messages_of(after)[: len(before.messages)] == messages_of(before)
    (first, *_) = (call for each in requests[-1].messages for call in each.get("tool_calls", []))
    assert first["extra_content"]["google"]["thought_signature"].startswith("sig-")
    system, *_ = requests[-1].messages
    assert "ann@example.com" not in system["content"]
    assert "Now it is" not in json.dumps([system, requests[-1].body["tools"]])


async def test_what_a_message_quotes_and_when_it_was_sent_come_before_it_in_brackets(
    start_server: StartServer, endpoint: StandIn
) -> None:
    server = await start_server(gemini_api_key="test-key", gemini_base_url=endpoint.base_url)
    async with server.client() as http:
        ann = ChatClient(http)
        await ann.register(timezone="Pacific/Kiritimati")
        request = message("Explain that.")
        request["params"]["input"]["quoted_text"] = 'Milk"]'
        async with ann.streaming(request) as frames:
            events = [frame.event async for frame in frames]
        (said,) = [
            item for item in await ann.items(thread_of(events)) if item["type"] == "user_message"
        ]

    sent_at = datetime.fromisoformat(said["created_at"]).astimezone(ZoneInfo("Pacific/Kiritimati"))
    (asked,) = endpoint.requests
    assert [each["content"] for each in asked.messages[1:]] == [
        f"[Now it is {sent_at:%A %Y-%m-%d %H:%M} in Pacific/Kiritimati.]\n"
        '[The message is about this quotation: "Milk\\"]"]\n'
        "Explain that."
    ]


async def test_a_message_that_is_tried_again_a_day_later_keeps_the_time_of_that(
    start_server: StartServer, endpoint: StandIn, database_url: str
) -> None:
    server = await start_server(
        database_url=database_url,
        gemini_api_key="test-key",
        gemini_base_url=endpoint.base_url,
    )
    async with signed_in(server, "ann@example.com") as ann:
        events = await ann.say("What can you do?")
        (said,) = done_items(events, "user_message")
        await send_a_day_ago(database_url, said)
        params = {"thread_id": said["thread_id"], "item_id": said["id"]}
        async with ann.streaming({"type": "threads.retry_after_item", "params": params}) as frames:
            assert [frame async for frame in frames]
        await ann.say("Thanks", said["thread_id"])

    *_, again, after = endpoint.requests
    assert messages_of(after)[: len(again.messages)] == messages_of(again)


async def send_a_day_ago(database_url: str, item: Event) -> None:
    """As if the message had been sent then; its first answer too."""
    database = Database(database_url)
    sent = datetime.fromisoformat(item["created_at"]) - timedelta(days=1)
    async with database.transaction() as session:
        row = await session.scalar(select(ItemRow).where(ItemRow.id == item["id"]))
        assert row
        row.data = {**row.data, "created_at": sent.isoformat()}
        runs = update(RunRow).where(RunRow.input_item_id == item["id"])
        await session.execute(runs.values(created_at=sent, finished_at=sent))
    await database.close()
