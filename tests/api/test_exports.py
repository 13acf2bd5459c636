import json
from typing import Any, cast

import pytest
from icalendar import Calendar

from tests.api.chat_client import ChatClient
from tests.api.serving import Server

pytestmark = pytest.mark.anyio

BINARY = {"content-type": "application/octet-stream"}


async def add(client: ChatClient, **fields: object) -> None:
    assert (await client.http.post("/api/tasks", json=fields)).status_code == 201


async def export(client: ChatClient, form: str) -> bytes:
    answer = await client.http.get("/api/export", params={"format": form})
    assert answer.status_code == 200
    return answer.content


async def fill(client: ChatClient) -> None:
    await add(client, title="Buy milk", due="2026-12-01", project="House", tags=["home"])
    await add(client, title="Done", status="done")
    saved = {"name": "Late", "query": "overdue"}
    assert (await client.http.put("/api/filters", json=saved)).status_code == 200


async def test_everything_goes_out_and_comes_in_again(ann: ChatClient, ben: ChatClient) -> None:
    await fill(ann)
    out = await export(ann, "json")
    answer = await ben.http.post("/api/imports", content=out, headers=BINARY)
    assert answer.json()["created"] == 2
    before, after = json.loads(out), json.loads(await export(ben, "json"))
    for exported in (before, after):
        del exported["exported_at"]
        for entry in (*exported["tasks"], *exported["projects"]):
            del entry["id"]
    assert after == before
    again = await ann.http.post("/api/imports", content=out, headers=BINARY)
    assert (again.json()["created"], again.json()["skipped"]) == (0, 2)


@pytest.mark.parametrize(
    ("form", "kind"),
    [("json", "application/json"), ("csv", "text/csv"), ("ics", "text/calendar")],
)
async def test_an_export_is_a_file_with_a_name(ann: ChatClient, form: str, kind: str) -> None:
    answer = await ann.http.get("/api/export", params={"format": form})
    assert answer.headers["content-type"].startswith(kind)
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="taskchat-20')
    assert disposition.endswith(f'.{form}"')


async def test_tables_and_calendars_hold_what_is_done_too(ann: ChatClient) -> None:
    await fill(ann)
    table = (await export(ann, "csv")).decode("utf-8-sig")
    assert [line.split(",")[1] for line in table.splitlines()] == ["title", "Buy milk", "Done"]
    calendar = cast("Any", Calendar.from_ical(await export(ann, "ics")))
    assert [str(todo["status"]) for todo in calendar.walk("VTODO")] == ["NEEDS-ACTION", "COMPLETED"]


async def test_other_forms_are_refused(ann: ChatClient) -> None:
    answer = await ann.http.get("/api/export", params={"format": "pdf"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_nobody_exports_without_an_account(server: Server) -> None:
    async with server.client() as client:
        assert (await client.get("/api/export")).status_code == 401


async def test_an_empty_account_has_an_export_too(ann: ChatClient) -> None:
    exported = json.loads(await export(ann, "json"))
    assert (exported["tasks"], exported["projects"], exported["filters"]) == ([], [], [])
