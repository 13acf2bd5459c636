import asyncio
import time
from collections.abc import AsyncGenerator
from urllib.parse import urlsplit

import httpx2
import pytest
from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from pydantic import BaseModel

from taskchat.api.errors import add_error_handlers
from taskchat.api.protection import CONTENT_SECURITY_POLICY, MAX_BODY_BYTES, protect
from tests.api.serving import Serve, Server

pytestmark = pytest.mark.anyio

PUBLIC = "https://tasks.example"
CHUNK = 64 * 1024
JSON = {"content-type": "application/json"}


class Entry(BaseModel):
    number: int


router = APIRouter()


@router.post("/api/entries")
async def add_entry(entry: Entry) -> int:
    return entry.number


@router.get("/failure")
async def fail() -> None:
    raise RuntimeError


@router.get("/page")
async def page() -> HTMLResponse:
    return HTMLResponse("<!doctype html>")


@router.get("/assets/{name}")
async def asset(name: str) -> Response:
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


async def test_a_body_of_unknown_length_is_counted_as_it_arrives(url: str) -> None:
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(b"POST /api/entries HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n")
    for _ in range(MAX_BODY_BYTES // CHUNK + 1):
        writer.write(f"{CHUNK:x}\r\n{' ' * CHUNK}\r\n".encode())
    async with asyncio.timeout(5):
        answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"code": "body_too_large"' in answer
    writer.close()
    await writer.wait_closed()


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
        ("/failure", "no-cache"),
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
