"""Going back to a message undoes what its answers changed, before it is answered again."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from taskchat.app import create_app
from taskchat.settings import Settings
from tests.api.chat_client import ChatClient, Event, click, done_items, thread_of
from tests.api.serving import running

pytestmark = pytest.mark.anyio


@pytest.fixture
async def person(database_url: str, tmp_path: Path) -> AsyncGenerator[ChatClient]:
    """At a server of their own, with the built-in commands."""
    settings = Settings.model_validate(
        {
            "database_url": database_url,
            "data_dir": tmp_path,
            "jwt_secret": "a secret of at least thirty-two bytes",
            "public_url": "http://tasks.example",
        }
    )
    async with (
        running(create_app(settings)) as url,
        httpx2.AsyncClient(base_url=url) as http,
    ):
        client = ChatClient(http)
        await client.register("ann@example.com")
        yield client


async def listed(person: ChatClient) -> list[tuple[str, str]]:
    page = (await person.http.get("/api/tasks", params={"sort": "created"})).json()
    return [(task["title"], task["status"]) for task in page["items"]]


async def again(person: ChatClient, events: list[Event], edited: str | None = None) -> list[Event]:
    """Tries the message of `events` again, with another text if there is one."""
    question = done_items(events, "user_message")[0]
    params = {"thread_id": question["thread_id"], "item_id": question["id"]}
    request: dict[str, Any] = {"type": "threads.retry_after_item", "params": params}
    if edited:
        request["metadata"] = {"edited_text": edited}
    async with person.streaming(request) as frames:
        return [frame.event async for frame in frames]


def notices(events: list[Event]) -> list[str]:
    return [event["message"] for event in events if event["type"] == "notice"]


async def test_trying_again_does_not_do_it_twice(person: ChatClient) -> None:
    events = await person.say("create a task called Milk")

    repeated = await again(person, events)

    assert await listed(person) == [("Milk", "todo")]
    assert notices(repeated) == []
    activity = (await person.http.get("/api/activity")).json()["items"]
    assert [(entry["action"], entry["is_undone"]) for entry in activity] == [
        ("create_task", False),
        ("undo", False),
        ("create_task", True),
    ]


async def test_an_edited_message_does_what_it_says_now_instead(person: ChatClient) -> None:
    events = await person.say("create a task called Milk")

    repeated = await again(person, events, "create a task called Bread")

    assert await listed(person) == [("Bread", "todo")]
    replaced = [event["item"] for event in repeated if event["type"] == "thread.item.replaced"]
    assert replaced[0]["content"][0]["text"] == "create a task called Bread"
    question = (await person.items(thread_of(events)))[0]
    assert question["content"][0]["text"] == "create a task called Bread"


async def test_what_came_after_that_message_is_undone_too(person: ChatClient) -> None:
    events = await person.say("create a task called Milk")
    await person.say("create a task called Bread", thread_of(events))
    await person.say("complete Milk", thread_of(events))

    await again(person, events, "create a task called Eggs")

    assert await listed(person) == [("Eggs", "todo")]
    items = await person.items(thread_of(events))
    assert [item["type"] for item in items].count("user_message") == 1


async def test_what_came_before_and_elsewhere_stays(person: ChatClient) -> None:
    first = await person.say("create a task called Milk")
    await person.say("create a task called Bread")
    await person.http.post("/api/tasks", json={"title": "Eggs"})
    second = await person.say("complete Milk", thread_of(first))

    await again(person, second, "complete Eggs")

    assert await listed(person) == [("Milk", "todo"), ("Bread", "todo"), ("Eggs", "done")]


async def test_a_click_on_a_card_of_the_answer_is_undone_with_it(person: ChatClient) -> None:
    await person.http.post("/api/tasks", json={"title": "Milk"})
    events = await person.say("create a task called Bread")
    thread_id = thread_of(events)
    asked = await person.say("delete all tasks", thread_id)
    (card,) = done_items(asked, "widget")
    async with person.streaming(click(thread_id, card, "confirm")) as frames:
        assert [frame async for frame in frames]
    assert await listed(person) == []

    await again(person, asked, "help")

    assert await listed(person) == [("Milk", "todo"), ("Bread", "todo")]


async def test_what_was_changed_since_stays_and_a_notice_says_so(person: ChatClient) -> None:
    events = await person.say("create a task called Milk")
    await person.http.patch("/api/tasks/1", json={"title": "Oat milk"})

    repeated = await again(person, events, "help")

    assert await listed(person) == [("Oat milk", "todo")]
    (notice,) = notices(repeated)
    assert "title of “Milk”" in notice


async def test_a_long_list_of_what_stays_is_cut_short(person: ChatClient) -> None:
    for number in range(8):
        await person.http.post("/api/tasks", json={"title": f"Task {number}"})
    events = await person.say("create a task called Milk")
    asked = await person.say("complete all tasks", thread_of(events))
    (card,) = done_items(asked, "widget")
    async with person.streaming(click(thread_of(events), card, "confirm")) as frames:
        assert [frame async for frame in frames]
    for number in range(1, 9):
        await person.http.patch(f"/api/tasks/{number}", json={"status": "in_progress"})

    repeated = await again(person, asked, "help")

    (notice,) = notices(repeated)
    assert "3 more" in notice
    assert [status for _, status in await listed(person)] == ["in_progress"] * 8 + ["todo"]


async def test_what_the_person_has_undone_already_is_not_told(person: ChatClient) -> None:
    events = await person.say("create a task called Milk")
    activity = (await person.http.get("/api/activity")).json()["items"]
    await person.http.post(f"/api/undo/{activity[0]['change_set_id']}")

    repeated = await again(person, events)

    assert notices(repeated) == []
    assert await listed(person) == [("Milk", "todo")]


async def test_trying_a_retry_again_undoes_the_retry(person: ChatClient) -> None:
    events = await person.say("create a task called Milk")
    await again(person, events)
    await again(person, events)

    assert await listed(person) == [("Milk", "todo")]
    trash = (await person.http.get("/api/tasks/trash")).json()
    assert trash["total"] == 2
