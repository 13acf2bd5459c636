"""Projects and saved filters over HTTP."""

import pytest

from tests.api.chat_client import ChatClient

pytestmark = pytest.mark.anyio


async def test_a_project_is_made_changed_and_deleted(ann: ChatClient) -> None:
    made = await ann.http.post("/api/projects", json={"name": " House ", "color": "blue"})
    assert (made.status_code, made.json()["name"], made.json()["color"]) == (201, "House", "blue")
    path = f"/api/projects/{made.json()['id']}"

    archived = await ann.http.patch(path, json={"archived": True, "version": 1})
    assert archived.json()["archived_at"] is not None
    stale = await ann.http.patch(path, json={"name": "Home", "version": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")

    gone = await ann.http.delete(path)
    assert (gone.status_code, gone.content) == (204, b"")
    again = await ann.http.delete(path)
    assert (again.status_code, again.json()["code"]) == (404, "project_not_found")
    assert (await ann.http.get("/api/projects")).json() == {"items": []}


async def test_creating_a_project_is_undone_like_anything_else(ann: ChatClient) -> None:
    made = await ann.http.post("/api/projects", json={"name": "House"})
    undone = await ann.http.post(f"/api/undo/{made.headers['x-change-set']}")

    assert (undone.status_code, undone.json()["reverted"]) == (200, 1)
    assert (await ann.http.get("/api/projects")).json() == {"items": []}
    await ann.http.post(f"/api/redo/{made.headers['x-change-set']}")
    (project,) = (await ann.http.get("/api/projects")).json()["items"]
    assert project["id"] == made.json()["id"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": " "}, "name_invalid"),
        ({"name": "x" * 101}, "name_invalid"),
        ({"name": "House", "color": "mauve"}, "color_unknown"),
        ({}, "invalid_request"),
        ({"name": "House", "owner": "x"}, "invalid_request"),
    ],
)
async def test_what_cannot_be_a_project_is_refused(
    ann: ChatClient, body: dict[str, object], code: str
) -> None:
    refused = await ann.http.post("/api/projects", json=body)

    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert (await ann.http.get("/api/projects")).json() == {"items": []}


async def test_a_filter_is_kept_under_its_name(ann: ChatClient) -> None:
    first = await ann.http.put("/api/filters", json={"name": "Urgent", "query": "p:high"})
    second = await ann.http.put("/api/filters", json={"name": "urgent", "query": "overdue"})
    other = await ann.http.put("/api/filters", json={"name": "Home", "query": "#home"})
    wrong = await ann.http.put("/api/filters", json={"name": "Bad", "query": "p:"})

    assert first.json()["id"] == second.json()["id"]
    assert wrong.status_code == 422
    listed = (await ann.http.get("/api/filters")).json()["items"]
    assert [(one["name"], one["query"]) for one in listed] == [
        ("Home", "#home"),
        ("urgent", "overdue"),
    ]
    assert (await ann.http.delete(f"/api/filters/{other.json()['id']}")).status_code == 204
    missing = await ann.http.delete(f"/api/filters/{other.json()['id']}")
    assert (missing.status_code, missing.json()["code"]) == (404, "filter_not_found")


async def test_nobody_sees_or_changes_what_is_another_persons(
    ann: ChatClient, ben: ChatClient
) -> None:
    project = (await ann.http.post("/api/projects", json={"name": "House"})).json()
    kept = (await ann.http.put("/api/filters", json={"name": "Mine", "query": "p:high"})).json()

    for path in (f"/api/projects/{project['id']}", f"/api/filters/{kept['id']}"):
        assert (await ben.http.delete(path)).status_code == 404
    edit = {"name": "Taken"}
    assert (await ben.http.patch(f"/api/projects/{project['id']}", json=edit)).status_code == 404
    assert (await ben.http.get("/api/projects")).json() == {"items": []}
    assert (await ben.http.get("/api/filters")).json() == {"items": []}
