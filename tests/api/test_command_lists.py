"""Lists of the built-in commands, which get them in pages as small as other models do."""

import re

import pytest

from tests.api.chat_client import ChatClient, calls_of, done_items, status_of, text_of

pytestmark = pytest.mark.anyio

LISTED = re.compile(r"\*\*#(\d+) ")
TASKS = 60


@pytest.fixture
async def busy(ann: ChatClient) -> ChatClient:
    """Somebody with many tasks."""
    for number in range(1, TASKS + 1):
        body = {"title": f"Prepare the report on topic {number}", "tags": [f"topic{number}"]}
        assert (await ann.http.post("/api/tasks", json=body)).status_code == 201
    return ann


async def test_a_long_list_is_told_in_one_answer_though_it_comes_in_pages(busy: ChatClient) -> None:
    events = await busy.say("show my tasks")

    assert status_of(events) == "completed"
    calls = calls_of(events)
    assert len(calls) > 1
    assert {call["name"] for call in calls} == {"list_tasks"}
    (answer,) = done_items(events, "assistant_message")
    assert [int(number) for number in LISTED.findall(text_of(answer))] == list(
        range(TASKS, TASKS - 50, -1)
    )
    assert text_of(answer).endswith("60 tasks in all. These are the first 50.")


async def test_a_tag_is_added_to_a_task_that_is_pages_away(busy: ChatClient) -> None:
    events = await busy.say("tag #3 with home")

    assert [call["name"] for call in calls_of(events)][-1] == "update_task"
    changed = (await busy.http.get("/api/tasks", params={"tag": "home"})).json()["items"]
    assert [(task["number"], task["tags"]) for task in changed] == [(3, ["topic3", "home"])]
