"""Taking changes back over HTTP."""

from typing import Any

import pytest

from tests.api.chat_client import ChatClient, calls_of

pytestmark = pytest.mark.anyio


async def create(ann: ChatClient, title: str, **fields: object) -> dict[str, Any]:
    answer = await ann.http.post("/api/tasks", json={"title": title, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def titles(ann: ChatClient) -> list[str]:
    page = (await ann.http.get("/api/tasks", params={"sort": "created"})).json()
    return [task["title"] for task in page["items"]]


async def test_the_header_of_every_answer_names_what_undoes_it(ann: ChatClient) -> None:
    made = await ann.http.post("/api/tasks", json={"title": "Milk"})
    edited = await ann.http.patch("/api/tasks/1", json={"title": "Oat milk"})

    undone = await ann.http.post(f"/api/undo/{edited.headers['x-change-set']}")
    assert (undone.status_code, undone.json()["reverted"]) == (200, 1)
    assert await titles(ann) == ["Milk"]

    assert (await ann.http.post(f"/api/undo/{made.headers['x-change-set']}")).status_code == 200
    assert await titles(ann) == []


async def test_an_undo_is_redone_by_redo_and_by_undoing_it(ann: ChatClient) -> None:
    change_set = (await ann.http.post("/api/tasks", json={"title": "Milk"})).headers["x-change-set"]

    undo = await ann.http.post(f"/api/undo/{change_set}")
    assert undo.headers["x-change-set"] == undo.json()["change_set_id"]
    assert await titles(ann) == []
    assert (await ann.http.post(f"/api/redo/{change_set}")).status_code == 200
    assert await titles(ann) == ["Milk"]

    undo = await ann.http.post(f"/api/undo/{change_set}")
    assert (await ann.http.post(f"/api/undo/{undo.headers['x-change-set']}")).status_code == 200
    assert await titles(ann) == ["Milk"]


async def test_undoing_twice_and_redoing_what_stands_are_refused(ann: ChatClient) -> None:
    change_set = (await ann.http.post("/api/tasks", json={"title": "Milk"})).headers["x-change-set"]

    early = await ann.http.post(f"/api/redo/{change_set}")
    await ann.http.post(f"/api/undo/{change_set}")
    twice = await ann.http.post(f"/api/undo/{change_set}")
    unknown = await ann.http.post(f"/api/undo/chg_{'0' * 32}")

    assert (early.status_code, early.json()["code"]) == (409, "not_undone")
    assert (twice.status_code, twice.json()["code"]) == (409, "already_undone")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "change_set_not_found")


async def test_what_was_changed_since_stays_and_is_told_field_by_field(ann: ChatClient) -> None:
    await create(ann, "Milk")
    edit = {"title": "Oat milk", "priority": "high"}
    change_set = (await ann.http.patch("/api/tasks/1", json=edit)).headers["x-change-set"]
    await ann.http.patch("/api/tasks/1", json={"title": "Soy milk"})

    undone = (await ann.http.post(f"/api/undo/{change_set}")).json()

    (conflict,) = undone["conflicts"]
    assert (conflict["entity"], conflict["field"]) == ("task", "title")
    assert [conflict[name] for name in ("made", "current", "wanted")] == [
        "Oat milk",
        "Soy milk",
        "Milk",
    ]
    task = (await ann.http.get("/api/tasks/1")).json()
    assert (task["title"], task["priority"]) == ("Soy milk", "medium")


async def test_an_undo_of_which_nothing_is_left_is_refused_with_the_reasons(
    ann: ChatClient,
) -> None:
    made = await ann.http.post("/api/tasks", json={"title": "Milk"})
    await ann.http.patch("/api/tasks/1", json={"title": "Oat milk"})

    refused = await ann.http.post(f"/api/undo/{made.headers['x-change-set']}")

    assert (refused.status_code, refused.json()["code"]) == (409, "undo_conflicts")
    assert [conflict["field"] for conflict in refused.json()["conflicts"]] == ["title"]
    assert await titles(ann) == ["Oat milk"]


async def test_nobody_undoes_what_another_person_did(ann: ChatClient, ben: ChatClient) -> None:
    change_set = (await ann.http.post("/api/tasks", json={"title": "Milk"})).headers["x-change-set"]

    refused = await ben.http.post(f"/api/undo/{change_set}")

    assert (refused.status_code, refused.json()["code"]) == (404, "change_set_not_found")
    assert await titles(ann) == ["Milk"]


async def test_what_the_assistant_did_is_undone_by_the_person_as_one(ann: ChatClient) -> None:
    (made,) = calls_of(await ann.say("create a task called Milk"))
    activity = (await ann.http.get("/api/activity")).json()["items"]
    assert activity[0]["actor"]["kind"] == "assistant"
    assert activity[0]["change_set_id"] == made["change_set"]

    undone = await ann.http.post(f"/api/undo/{made['change_set']}")

    assert undone.status_code == 200
    assert await titles(ann) == []
    assert (await ann.http.get("/api/activity")).json()["items"][1]["is_undone"]


async def test_a_call_names_the_change_set_of_its_answer_only_if_it_wrote(ann: ChatClient) -> None:
    said = ("add milk", "complete #1", "complete #1", "list all tasks", "complete #9", "delete #1")
    calls = [call for text in said for call in calls_of(await ann.say(text))]
    activity = (await ann.http.get("/api/activity")).json()["items"]
    made, completed, deleted = [entry["change_set_id"] for entry in reversed(activity)]
    named = [call["change_set"] for call in calls]
    assert named == [made, completed, None, None, None, deleted]


async def test_a_deleted_project_comes_back_with_its_tasks(ann: ChatClient) -> None:
    await create(ann, "Paint", project="House")
    (project,) = (await ann.http.get("/api/projects")).json()["items"]
    gone = await ann.http.delete(f"/api/projects/{project['id']}")
    assert await titles(ann) == []

    await ann.http.post(f"/api/undo/{gone.headers['x-change-set']}")

    assert await titles(ann) == ["Paint"]
    (back,) = (await ann.http.get("/api/projects")).json()["items"]
    assert (back["name"], back["open_tasks"]) == ("House", 1)
