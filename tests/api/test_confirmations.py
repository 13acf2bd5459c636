"""Cards that wait for a click, and what the click does."""

import pytest
from dirty_equals import IsPartialDict

from tests.api.chat_client import (
    ChatClient,
    calls_of,
    click,
    done_items,
    status_of,
    thread_of,
)
from tests.api.serving import Server

pytestmark = pytest.mark.anyio


async def test_deleting_everything_waits_for_the_person_and_then_happens_once(
    ann: ChatClient,
) -> None:
    await ann.say("add milk")
    events = await ann.say("add eggs")
    thread_id = thread_of(events)

    asked = await ann.say("delete all tasks", thread_id)
    assert calls_of(asked) == [
        IsPartialDict(name="delete_all_tasks", status="waiting", result=IsPartialDict(count=2))
    ]
    assert (await ann.http.get("/api/tasks")).json()["total"] == 2
    (card,) = done_items(asked, "widget")
    assert card["widget"]["confirm"]["label"] == "Delete 2 tasks"

    await ann.say("add bread")
    async with ann.streaming(click(thread_id, card, "confirm")) as frames:
        decided = [frame.event async for frame in frames]
    replaced = [e["item"] for e in decided if e["type"] == "thread.item.replaced"]
    assert [item["copy_text"] for item in replaced] == ["Deleted 2 tasks."]
    assert "confirm" not in replaced[0]["widget"]
    left = (await ann.http.get("/api/tasks")).json()["items"]
    assert [task["title"] for task in left] == ["bread"]

    async with ann.streaming(click(thread_id, card, "confirm")) as frames:
        again = [frame.event async for frame in frames]
    assert status_of(again) == "failed"
    assert (await ann.http.get("/api/tasks")).json()["total"] == 1
    activity = (await ann.http.get("/api/activity")).json()["items"]
    deletions = [entry for entry in activity if entry["action"] == "delete_all_tasks"]
    assert {entry["change_set_id"] for entry in deletions} == {replaced[0]["widget"]["key"]}
    assert {entry["actor"]["kind"] for entry in deletions} == {"person"}


async def test_cancelling_a_card_changes_nothing(ann: ChatClient) -> None:
    events = await ann.say("add milk")
    asked = await ann.say("complete all tasks", thread_of(events))
    (card,) = done_items(asked, "widget")

    answer = await ann.ask(click(thread_of(events), card, "cancel", streaming=False))

    assert answer.json()["updated_item"]["copy_text"] == "Cancelled. Nothing was changed."
    task = (await ann.http.get("/api/tasks")).json()["items"][0]
    assert task["status"] == "todo"
    stored = [item for item in await ann.items(thread_of(events)) if item["type"] == "widget"]
    assert stored == [answer.json()["updated_item"]]
    assert "key" not in stored[0]["widget"]


async def test_only_that_person_in_that_place_can_use_a_card(
    ann: ChatClient, ben: ChatClient, server: Server
) -> None:
    events = await ann.say("add milk")
    thread_id = thread_of(events)
    (card,) = done_items(await ann.say("delete all tasks", thread_id), "widget")
    bens = await ben.say("add eggs")
    (bens_card,) = done_items(await ben.say("delete all tasks", thread_of(bens)), "widget")

    assert (await ben.ask(click(thread_id, card, "confirm"))).status_code == 404
    forged = click(thread_of(bens), bens_card, "confirm", streaming=False)
    forged["params"]["action"]["payload"] = card["widget"]["confirm"]["action"]["payload"]
    assert (await ben.ask(forged)).status_code == 409
    ann_id = (await ann.http.get("/api/auth/me")).json()["id"]
    made = await server.accounts.find("ann@example.com")
    assert made.account_id == ann_id

    assert (await ann.http.get("/api/tasks")).json()["total"] == 1
    assert (await ben.http.get("/api/tasks")).json()["total"] == 1
