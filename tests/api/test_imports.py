import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from dirty_equals import IsPartialDict, IsStr

from taskchat.api.protection import MAX_FILE_BYTES
from tests.api.chat_client import ChatClient
from tests.api.serving import Server
from tests.interchange.reading import file, zipped

pytestmark = pytest.mark.anyio

TODOIST = file("todoist_garden.csv")
TABLE = b"title,status\nBuy milk,todo\nCall Bob,done\n"
BINARY = {"content-type": "application/octet-stream"}
STREAMED = {**BINARY, "accept": "text/event-stream"}


async def send(
    client: ChatClient, data: bytes, headers: Mapping[str, str] = BINARY, **query: Any
) -> httpx2.Response:
    return await client.http.post(
        "/api/imports", content=data, headers=dict(headers), params=query, timeout=30
    )


async def titles(client: ChatClient) -> list[str]:
    page = await client.http.get("/api/tasks", params={"sort": "position", "limit": 100})
    return [task["title"] for task in page.json()["items"]]


def events_in(text: str) -> list[Any]:
    return [json.loads(line.removeprefix("data: ")) for line in text.split("\n\n") if line]


async def test_a_file_becomes_tasks_which_undo_takes_back_as_a_whole(ann: ChatClient) -> None:
    answer = await send(ann, TODOIST, format="todoist")
    assert answer.status_code == 200
    brought = answer.json()
    found = await titles(ann)
    assert brought == IsPartialDict(created=len(found), skipped=0, left_out=0)
    assert answer.headers["x-change-set"] == brought["change_set_id"]
    undone = await ann.http.post(f"/api/undo/{brought['change_set_id']}", json={})
    assert undone.status_code == 200
    assert await titles(ann) == []


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (TODOIST, "text/csv"),
        (zipped({"Garden.csv": TODOIST}), "application/zip"),
        (file("tasks_takeout.json"), "application/json"),
        (file("ticktick.csv"), "text/csv; charset=utf-8"),
        (file("taskwarrior.json"), "application/octet-stream"),
        (b"BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:A\nEND:VTODO\nEND:VCALENDAR\n", "text/calendar"),
        (TABLE, "text/csv"),
    ],
)
async def test_what_a_file_is_shows_in_what_it_holds(
    ann: ChatClient, data: bytes, kind: str
) -> None:
    answer = await send(ann, data, {"content-type": kind})
    assert (answer.status_code, answer.json()["created"] > 0) == (200, True)


async def test_a_dry_run_changes_nothing_and_says_what_would_come(ann: ChatClient) -> None:
    seen = (await send(ann, TABLE, dry_run=True)).json()
    assert seen == IsPartialDict(created=2, change_set_id=None)
    assert await titles(ann) == []
    assert (await send(ann, TABLE)).json()["created"] == 2
    assert (await send(ann, TABLE, dry_run=True)).json() == IsPartialDict(created=0, skipped=2)


async def test_whoever_listens_is_told_how_far_it_is(ann: ChatClient) -> None:
    rows = "".join(f"Task {number},todo\n" for number in range(1100))
    answer = await send(ann, f"title,status\n{rows}".encode(), STREAMED)
    assert answer.headers["content-type"].startswith("text/event-stream")
    *progress, done = events_in(answer.text)
    assert progress == [
        {"type": "progress", "done": done, "total": 1100} for done in (500, 1000, 1100)
    ]
    assert done == IsPartialDict(type="done", created=1100, problems=[])


async def test_a_file_that_cannot_be_read_is_told_to_whoever_listens(ann: ChatClient) -> None:
    answer = await send(ann, b'title,status\n"A,todo\n', STREAMED)
    assert events_in(answer.text) == [
        {"type": "failed", "detail": IsStr(regex=".*line 2.*"), "code": "table_broken"}
    ]


BOMB = zipped({"Garden.csv": b"a" * 60_000_000})


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b'title,status\nA,todo\n"B,todo\n', "table_broken", "line 3"),
        (BOMB, "archive_too_large", "unpacks"),
        (zipped({"A.csv": b"", "inner.zip": b"PK"}), "archive_nested", "inner.zip"),
        (b"hello", "format_unknown", "notes.txt"),
        (b'{"format": "taskchat", "version": 1}', "export_invalid", "exported_at"),
        (b"[{]", "json_invalid", "line 1"),
        (b"", "format_unknown", "notes.txt"),
    ],
)
async def test_bad_files_are_refused_with_the_reason_and_nothing_is_kept(
    ann: ChatClient, data: bytes, code: str, said: str
) -> None:
    answer = await send(ann, data, filename="notes.txt")
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert said in answer.json()["detail"]
    assert await titles(ann) == []


async def test_a_file_of_another_kind_than_was_said_is_refused(ann: ChatClient) -> None:
    answer = await send(ann, TABLE, format="todoist")
    assert (answer.status_code, answer.json()["code"]) == (422, "columns_missing")
    assert (await send(ann, TABLE, format="xlsx")).status_code == 422


async def test_200_megabytes_are_refused_before_they_have_come(
    server: Server, ann: ChatClient
) -> None:
    address = urlsplit(server.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    cookie = f"auth_token={ann.http.cookies['auth_token']}"
    head = (
        f"POST /api/imports HTTP/1.1\r\nhost: x\r\ncookie: {cookie}\r\n"
        "content-type: text/csv\r\ncontent-length: 200000000\r\n\r\n"
    )
    writer.write(head.encode())
    async with asyncio.timeout(5):
        answer = await reader.readuntil(b"}")
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"code": "body_too_large"' in answer
    writer.close()
    await writer.wait_closed()


@asynccontextmanager
async def chunks(size: int) -> AsyncGenerator[AsyncGenerator[bytes]]:
    async def piece_by_piece() -> AsyncGenerator[bytes]:
        for _ in range(size // 65_536 + 1):
            yield b"x" * 65_536

    yield piece_by_piece()


async def test_a_file_of_unknown_length_is_counted_as_it_comes(ann: ChatClient) -> None:
    async with chunks(MAX_FILE_BYTES) as pieces:
        answer = await ann.http.post("/api/imports", content=pieces, headers=BINARY, timeout=30)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_a_file_may_be_larger_than_other_requests(ann: ChatClient) -> None:
    rows = "".join(f"Task {number},{'word ' * 200}\n" for number in range(2000))
    answer = await send(ann, f"title,description\n{rows}".encode(), format="csv", dry_run=True)
    assert (answer.status_code, answer.json()["created"]) == (200, 2000)


async def test_a_file_that_breaks_off_is_nobodys_failure(
    server: Server, ann: ChatClient, caplog: pytest.LogCaptureFixture
) -> None:
    address = urlsplit(server.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    cookie = f"auth_token={ann.http.cookies['auth_token']}"
    head = (
        f"POST /api/imports HTTP/1.1\r\nhost: x\r\ncookie: {cookie}\r\n"
        "content-type: text/csv\r\ncontent-length: 1000\r\n\r\ntitle"
    )
    writer.write(head.encode())
    writer.write_eof()
    async with asyncio.timeout(5):
        assert not await reader.read()
    writer.close()
    await writer.wait_closed()
    assert (await send(ann, TABLE)).status_code == 200
    assert "failed" not in caplog.text


@pytest.mark.parametrize(
    "headers",
    [
        {**BINARY, "origin": "https://evil.example"},
        {**BINARY, "sec-fetch-site": "cross-site"},
        {**BINARY, "origin": "null"},
    ],
)
async def test_another_site_cannot_import(ann: ChatClient, headers: Mapping[str, str]) -> None:
    answer = await send(ann, TABLE, headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_origin")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
async def test_what_a_form_can_send_is_refused(ann: ChatClient, kind: str) -> None:
    answer = await send(ann, TABLE, {"content-type": kind})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


async def test_files_are_taken_at_their_own_address_only(ann: ChatClient) -> None:
    answer = await ann.http.post("/api/tasks", content=TABLE, headers={"content-type": "text/csv"})
    assert answer.status_code == 415


async def test_nobody_imports_without_an_account(server: Server) -> None:
    async with server.client() as client:
        answer = await client.post("/api/imports", content=TABLE, headers=BINARY)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


async def test_the_same_request_is_answered_the_same(ann: ChatClient) -> None:
    keyed = {**BINARY, "idempotency-key": "one"}
    first, again = await send(ann, TABLE, keyed), await send(ann, TABLE, keyed)
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    other = await send(ann, TODOIST, keyed)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


async def test_one_person_imports_one_file_at_a_time(ann: ChatClient, ben: ChatClient) -> None:
    rows = "".join(f"Task {number},todo\n" for number in range(3000))
    data = f"title,status\n{rows}".encode()
    answers = await asyncio.gather(*(send(ann, data) for _ in range(3)), send(ben, data))
    assert sorted(answer.status_code for answer in answers[:3]) == [200, 429, 429]
    assert answers[3].status_code == 200


async def test_others_are_answered_while_a_large_file_is_read(
    ann: ChatClient, ben: ChatClient
) -> None:
    rows = "".join(f"Task {number},{'word ' * 50},todo\n" for number in range(10_000))
    data = f"title,description,status\n{rows}".encode()
    importing = asyncio.create_task(send(ann, data, format="csv", dry_run=True))
    answered = 0
    while not importing.done():
        assert (await ben.http.get("/api/tasks")).status_code == 200
        answered += 1
    assert importing.result().json()["created"] == 10_000
    assert answered > 3


async def test_a_person_who_leaves_during_an_import_leaves_nothing_half_done(
    ann: ChatClient,
) -> None:
    rows = "".join(f"Task {number},todo\n" for number in range(3000))
    data = f"title,status\n{rows}".encode()
    request = ann.http.stream("POST", "/api/imports", content=data, headers=STREAMED, timeout=30)
    async with request as answer:
        async for line in answer.aiter_lines():
            if line.startswith("data:"):
                break
    # Either it was done just before, or there is nothing of it; then it can be made anew.
    while (again := await send(ann, data)).status_code == 429:
        pass
    brought = again.json()
    assert (brought["created"], brought["skipped"]) in [(3000, 0), (0, 3000)]
