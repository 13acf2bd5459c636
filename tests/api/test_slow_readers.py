"""Whoever does not read is cut off, and nobody else notices."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import suppress
from urllib.parse import urlsplit

import httpx2
import pytest
from anyio import fail_after
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from taskchat.api.patience import PATIENCE_SECONDS, ImpatientProtocol
from taskchat.api.sse import event_stream, frame
from taskchat.db.engine import Database
from taskchat.streams.cursor import Cursor
from taskchat.streams.log import EventLog
from taskchat.tasks.owner import Owner
from tests.api.serving import running

pytestmark = pytest.mark.anyio

PAYLOAD = "x" * 8000
BATCH = 50
SMALL_BUFFER = 4096
END_OF_BODY = b"\r\n0\r\n\r\n"


class VeryImpatientProtocol(ImpatientProtocol):
    patience_seconds = 0.5


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def serve_log(log: EventLog, owner: Owner, present: set[str], changed: asyncio.Event) -> FastAPI:
    """`present` holds who follows at the moment."""
    app = FastAPI()

    async def frames(name: str) -> AsyncGenerator[bytes]:
        present.add(name)
        changed.set()
        try:
            async for entry in log.follow(owner.id, Cursor(0)):
                if entry:
                    yield frame(entry)
        finally:
            present.discard(name)
            changed.set()

    @app.get("/{name}")
    async def follow(name: str) -> StreamingResponse:  # pyright: ignore[reportUnusedFunction]
        return event_stream(frames(name))

    return app


async def test_a_reader_that_takes_nothing_is_cut_and_the_others_get_everything(
    database: Database, log: EventLog, alice: Owner
) -> None:
    present: set[str] = set()
    changed = asyncio.Event()
    app = serve_log(log, alice, present, changed)
    async with running(app, VeryImpatientProtocol) as url, httpx2.AsyncClient() as http:
        address = urlsplit(url)
        with socket.socket() as sleeper, fail_after(30):
            sleeper.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
            sleeper.connect((address.hostname, address.port))
            sleeper.sendall(b"GET /sleeper HTTP/1.1\r\nHost: here\r\n\r\n")
            async with http.stream("GET", f"{url}/reader", timeout=30) as answer:
                while present != {"sleeper", "reader"}:
                    await changed.wait()
                    changed.clear()
                pieces = answer.aiter_raw()
                while "sleeper" in present:
                    await log.append(alice.id, [PAYLOAD] * BATCH)
                    received = 0
                    while received < BATCH * len(PAYLOAD):
                        received += len(await anext(pieces))
                assert present == {"reader"}
            sleeper.setblocking(False)
            assert not (await read_to_the_end(sleeper)).endswith(END_OF_BODY)


async def read_to_the_end(connection: socket.socket) -> bytes:
    """What was on its way when the connection was cut; it may also be reset."""
    loop = asyncio.get_running_loop()
    received = b""
    with suppress(ConnectionResetError):
        while piece := await loop.sock_recv(connection, 65536):
            received += piece
    return received


def test_people_have_half_a_minute() -> None:
    assert PATIENCE_SECONDS == 30
