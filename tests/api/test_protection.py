import asyncio
import itertools
import logging
import math
import time
from collections.abc import AsyncGenerator, AsyncIterator
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx2
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse, PlainTextResponse, StreamingResponse
from pydantic import BaseModel, TypeAdapter
from sqlalchemy import BigInteger, bindparam, select

from taskchat.api.errors import add_error_handlers
from taskchat.api.protection import CONTENT_SECURITY_POLICY, MAX_BODY_BYTES, protect
from taskchat.db.engine import Database
from taskchat.db.tables import AccountRow
from taskchat.domain.errors import (
    Candidate,
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    TooMany,
    Unauthenticated,
    UnclearReference,
)
from tests.api.conftest import Serve, Server

pytestmark = pytest.mark.anyio

PUBLIC = "https://tasks.example"
JSON = {"content-type": "application/json"}
TWO = (Candidate(3, "Call Bob"), Candidate(7, "Call Bob\ud800"))
REFUSALS: dict[str, tuple[DomainError, int]] = {
    "base": (DomainError("No."), 400),
    "unauthenticated": (Unauthenticated("No."), 401),
    "forbidden": (Forbidden("No."), 403),
    "not_found": (NotFound("No."), 404),
    "conflict": (Conflict("No."), 409),
    "invalid": (Invalid("No."), 422),
    "too_many": (TooMany("No."), 429),
    "missing": (UnclearReference("No.", code="task_not_found", candidates=()), 404),
    "ambiguous": (UnclearReference("No.", code="ambiguous_task", candidates=TWO), 409),
}


class Entry(BaseModel):
    number: int
    tags: list[str] = []


router = APIRouter()


@router.get("/refusals/{name}")
async def refuse(name: str) -> None:
    raise REFUSALS[name][0]


@router.get("/failures/{secret}")
async def fail(secret: str) -> None:
    raise RuntimeError(f"the database said {secret}")


@router.get("/failures-halfway")
async def fail_halfway() -> StreamingResponse:
    async def parts() -> AsyncGenerator[str]:
        yield "half"
        raise RuntimeError

    return StreamingResponse(parts(), media_type="text/plain")


@router.post("/api/entries")
async def add_entry(entry: Entry) -> int:
    return entry.number


@router.post("/api/raw")
async def parse_without_fastapi(entry: dict[str, object]) -> int:
    return TypeAdapter(Entry).validate_python(entry).number


@router.get("/page")
async def page() -> HTMLResponse:
    return HTMLResponse("<!doctype html>")


@router.get("/assets/{name}")
async def asset(name: str) -> PlainTextResponse:
    return HTMLResponse("") if name == "page.html" else PlainTextResponse("")


@router.get("/api/count")
async def count(limit: int = 1) -> int:
    return limit


def make_app(origin: str = PUBLIC) -> FastAPI:
    app = FastAPI()
    app.include_router(router)
    add_error_handlers(app)
    protect(app, origin)
    return app


@pytest.fixture
async def url(serve: Serve) -> str:
    return await serve(make_app())


@pytest.fixture
async def client(url: str) -> AsyncGenerator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=url) as client:
        yield client


async def test_a_body_over_the_limit_is_refused_before_it_has_arrived(url: str) -> None:
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    head = (
        f"POST /api/entries HTTP/1.1\r\nhost: x\r\ncontent-length: {200 * MAX_BODY_BYTES}\r\n\r\n"
    )
    writer.write(head.encode())
    async with asyncio.timeout(1):
        answer = await reader.readuntil(b"}")
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"code": "body_too_large"' in answer
    writer.close()
    await writer.wait_closed()


async def test_ten_megabytes_are_refused_quickly(client: httpx2.AsyncClient) -> None:
    begun = time.monotonic()
    refused = await client.post("/api/entries", content=b"x" * 10_000_000, headers=JSON)
    assert time.monotonic() - begun < 1
    assert (refused.status_code, refused.json()["code"]) == (413, "body_too_large")


async def test_a_body_of_unknown_length_is_counted_as_it_arrives(
    client: httpx2.AsyncClient,
) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in itertools.count():
            yield b" " * 65_536
            sent += 65_536

    async with asyncio.timeout(5):
        with pytest.raises(httpx2.TransportError):
            await client.post("/api/entries", content=endless(), headers=JSON)
    assert sent >= MAX_BODY_BYTES


async def test_a_body_at_the_limit_arrives_whole(client: httpx2.AsyncClient) -> None:
    body = b'{"number": 7}'.ljust(MAX_BODY_BYTES)
    accepted = await client.post("/api/entries", content=body, headers=JSON)
    assert (accepted.status_code, accepted.json()) == (200, 7)
    refused = await client.post("/api/entries", content=body + b" ", headers=JSON)
    assert refused.status_code == 413


OWN = "http://127.0.0.1"  # the fixture adds the port
MATRIX: list[tuple[dict[str, str], int]] = [
    ({}, 200),
    ({"origin": PUBLIC}, 200),
    ({"origin": PUBLIC, "sec-fetch-site": "same-origin"}, 200),
    ({"origin": OWN}, 200),
    ({"sec-fetch-site": "none"}, 200),
    ({"content-type": "application/json; charset=utf-8"}, 200),
    ({"content-type": "Application/JSON"}, 200),
    ({"origin": "https://evil.example"}, 403),
    ({"origin": "https://tasks.example.evil.example"}, 403),
    ({"origin": "http://tasks.example"}, 403),
    ({"origin": "https://tasks.example:8443"}, 403),
    ({"origin": "http://127.0.0.1:1"}, 403),
    ({"origin": "null"}, 403),
    ({"origin": ""}, 403),
    ({"sec-fetch-site": "cross-site"}, 403),
    ({"sec-fetch-site": "same-site"}, 403),
    ({"origin": PUBLIC, "sec-fetch-site": "cross-site"}, 403),
    ({"origin": "https://evil.example", "content-type": "text/plain"}, 403),
    ({"content-type": "text/plain"}, 415),
    ({"content-type": "application/x-www-form-urlencoded"}, 415),
    ({"content-type": "multipart/form-data; boundary=x"}, 415),
    ({"content-type": "text/plain; application/json"}, 415),
    ({"content-type": "application/jsonx"}, 415),
    ({"content-type": ""}, 415),
    ({"authorization": "Bearer tc_1", "origin": "https://evil.example"}, 200),
    ({"authorization": "Bearer tc_1", "sec-fetch-site": "cross-site"}, 200),
    ({"authorization": "Bearer tc_1", "content-type": "text/plain"}, 415),
    ({"authorization": "Bearer tc_1", "origin": "https://evil.example", "cookie": "a=b"}, 403),
    ({"authorization": "Basic YTpi", "origin": "https://evil.example"}, 403),
]


@pytest.mark.parametrize(("headers", "status"), MATRIX)
async def test_other_sites_cannot_write(
    client: httpx2.AsyncClient, headers: dict[str, str], status: int
) -> None:
    if headers.get("origin") == OWN:
        headers = {**headers, "origin": str(client.base_url).rstrip("/")}
    answer = await client.post(
        "/api/entries", content=b'{"number": 1}', headers={**JSON, **headers}
    )
    assert answer.status_code == status
    codes = {403: "cross_origin", 415: "unsupported_media_type"}
    assert status == 200 or answer.json()["code"] == codes[status]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_other_sites_cannot_write_without_a_body_either(server: Server, method: str) -> None:
    async with server.client(origin="https://evil.example") as client:
        refused = await client.request(method, "/api/auth/logout")
    assert (refused.status_code, refused.json()["code"]) == (403, "cross_origin")


async def test_other_sites_may_link_here_but_get_no_leave_to_read(
    client: httpx2.AsyncClient,
) -> None:
    foreign = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    assert (await client.get("/page", headers=foreign)).status_code == 200
    asked = {**foreign, "access-control-request-method": "POST"}
    for answer in (
        await client.options("/api/entries", headers=asked),
        await client.get("/api/count", headers=foreign),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("path", "cache_control"),
    [
        ("/page", "no-cache"),
        ("/nowhere", "no-cache"),
        ("/api/count", "no-store"),
        ("/api/nowhere", "no-store"),
        ("/failures/x", "no-cache"),
        ("/assets/index-a1b2.js", "public, max-age=31536000, immutable"),
        ("/assets/page.html", "no-cache"),
        ("/assets/no/such.js", "no-cache"),
    ],
)
async def test_every_answer_says_how_browsers_must_treat_it(
    client: httpx2.AsyncClient, path: str, cache_control: str
) -> None:
    headers = (await client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert headers["cache-control"] == cache_control
    is_html = headers["content-type"].startswith("text/html")
    assert headers.get("content-security-policy") == (CONTENT_SECURITY_POLICY if is_html else None)


async def test_a_refused_write_has_the_security_headers_too(client: httpx2.AsyncClient) -> None:
    for refused in (
        await client.post("/api/entries", headers={"origin": "https://evil.example"}),
        await client.post("/api/entries", content=b"x" * (MAX_BODY_BYTES + 1)),
    ):
        assert refused.headers["cache-control"] == "no-store"
        assert refused.headers["x-content-type-options"] == "nosniff"


async def test_plain_http_promises_nothing_about_https(serve: Serve) -> None:
    url = await serve(make_app("http://127.0.0.1:8000"))
    async with httpx2.AsyncClient(base_url=url) as client:
        assert "strict-transport-security" not in (await client.get("/page")).headers


@pytest.mark.parametrize("name", REFUSALS)
async def test_a_refusal_by_the_rules_has_its_status(client: httpx2.AsyncClient, name: str) -> None:
    error, status = REFUSALS[name]
    answer = await client.get(f"/refusals/{name}")
    candidates = {
        "missing": {"candidates": []},
        "ambiguous": {
            "candidates": [
                {"number": 3, "title": "Call Bob"},
                {"number": 7, "title": "Call Bob\ud800"},
            ]
        },
    }
    assert answer.status_code == status
    assert answer.json() == {"detail": "No.", "code": error.code, **candidates.get(name, {})}


async def test_an_unexpected_error_is_logged_and_not_shown(
    client: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await client.get("/failures/canary%0Aforged")
    assert answer.status_code == 500
    assert answer.json() == {
        "detail": "Something went wrong on the server.",
        "code": "server_error",
    }
    failures = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [record.getMessage() for record in failures] == [
        r"GET '/failures/canary\nforged' failed"
    ]
    assert failures[0].exc_info


async def test_an_error_in_the_middle_of_an_answer_breaks_the_connection(
    client: httpx2.AsyncClient,
) -> None:
    with pytest.raises(httpx2.TransportError):
        await client.get("/failures-halfway")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nowhere", 404, "not_found"),
        ("GET", "/api/%ED%A0%80/%00", 404, "not_found"),
        ("DELETE", "/api/count", 405, "method_not_allowed"),
        ("GET", "/api/count?limit=many", 422, "invalid_request"),
        ("GET", "/api/count?limit=1.5", 422, "invalid_request"),
        ("GET", f"/api/count?limit={'9' * 5000}", 422, "invalid_request"),
    ],
)
async def test_errors_of_the_framework_have_the_same_shape(
    client: httpx2.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert {*answer.json()} == {"detail", "code"}
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize("path", ["/api/entries", "/api/raw"])
@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"number": "canary"}', "Number must be a whole number."),
        (b'{"number": NaN}', "Number is not valid."),
        (b'{"number": 1.5}', "Number must be a whole number."),
        (b'{"number": 1, "tags": "canary"}', "Tags must be a list."),
        (b'{"number": 1, "tags": ["a", 2]}', "Tags (entry 2) must be text."),
        (b'{"number": 1, "tags": [["canary"]]}', "Tags (entry 1) must be text."),
        (b'{"canary": 1}', "Number is required."),
    ],
)
async def test_a_broken_rule_is_told_the_same_wherever_it_is_noticed(
    client: httpx2.AsyncClient, path: str, body: bytes, detail: str
) -> None:
    answer = await client.post(path, content=body, headers=JSON)
    assert answer.status_code == 422
    assert answer.json() == {"detail": detail, "code": "invalid_request"}


@pytest.mark.parametrize("value", [2**63, -(2**200), "a\ud800"])
async def test_a_value_that_the_database_cannot_hold_is_no_failure_of_the_server(
    database: Database, serve: Serve, caplog: pytest.LogCaptureFixture, value: int | str
) -> None:
    app = make_app()

    @app.get("/rows")
    async def rows() -> int:
        column = AccountRow.email if isinstance(value, str) else AccountRow.last_task_number
        kind = None if isinstance(value, str) else BigInteger()
        wanted = select(AccountRow).where(column == bindparam("wanted", value, kind))
        async with database.reading() as session:
            return len((await session.scalars(wanted)).all())

    async with httpx2.AsyncClient(base_url=await serve(app)) as client:
        answer = await client.get("/rows")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a_failure_of_the_database_is_one_of_the_server(
    database: Database, serve: Serve
) -> None:
    app = make_app()

    @app.get("/rows")
    async def rows() -> None:
        async with database.transaction() as session:
            session.add(AccountRow(id="usr_1", email="ada@example.com", last_task_number=math.nan))
            await session.flush()

    async with httpx2.AsyncClient(base_url=await serve(app)) as client:
        assert (await client.get("/rows")).status_code == 500
