"""Listening to many streams at once at next to no cost: one object for a connection, no task."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Awaitable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast, override

from benchmarks.clients import Target, to_get, to_post
from benchmarks.endpoint import HOST
from benchmarks.processes import Server
from benchmarks.stamps import STAMP, unfinished

PATIENCE_SECONDS = 60.0
AT_A_TIME = 8  # connections that are opened together
THREAD = re.compile(rb'"thread_id": ?"(\w+)"')
PLACE = re.compile(rb"^id: (\d+)\n", re.MULTILINE)
ONCE = {"Connection": "close"}  # so that the end of an answer is the end of the connection


@dataclass(slots=True)
class Window:
    """Which stamps count: those of that time, by the clock of all processes, in nanoseconds."""

    since: int = 0
    until: int = 0
    late: list[int] = field(default_factory=list[int])

    def open(self, seconds: float) -> None:
        self.since = time.monotonic_ns()
        self.until = self.since + round(seconds * 1e9)
        self.late = []


class Listener(asyncio.Protocol):
    """Asks, and tells the window how late each stamp is that it finds in what comes, once."""

    def __init__(self, request: bytes, window: Window) -> None:
        self._request = request
        self._window = window
        self._rest = b""
        self._head: bytes | None = b""
        self._newest = 0
        self._last = b""
        loop = asyncio.get_running_loop()
        self.answered: asyncio.Future[None] = loop.create_future()
        self.begun: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[None] = loop.create_future()
        self.thread_id = ""

    @property
    def newest(self) -> int:
        """The stamp that was heard last."""
        return self._newest

    @property
    def cursor(self) -> int:
        """The place of the last event that came."""
        return int(PLACE.findall(self._last)[-1])

    def close(self) -> None:
        self._transport.abort()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._request)

    @override
    def data_received(self, data: bytes) -> None:
        now = time.monotonic_ns()
        if self._head is not None:
            self._read_head(data)
        if b"\nid: " in data:
            self._last = data
        data = self._rest + data
        window = self._window
        for found in STAMP.finditer(data):
            sent = int(found[1])
            if sent > self._newest:
                self._newest = sent
                if window.since <= sent < window.until:
                    window.late.append(now - sent)
        self._rest = unfinished(data)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)
        for waiting in (self.answered, self.begun):
            if not waiting.done():
                waiting.set_exception(RuntimeError("A server ended a connection"))
                waiting.exception()  # nobody has to have waited for it

    def _read_head(self, data: bytes) -> None:
        """Up to the first stamp; raises RuntimeError in those who wait for an answer."""
        self._head = (self._head or b"") + data
        if not self.answered.done():
            if not self._head.startswith(b"HTTP/1.1 2"):
                self.answered.set_exception(RuntimeError(f"A server answered {data[:80]!r}"))
                return
            self.answered.set_result(None)
        if STAMP.search(self._head):
            found = THREAD.search(self._head)
            self.thread_id = found[1].decode() if found else ""
            self._head = None
            if not self.begun.done():
                self.begun.set_result(None)


async def listen(server: Server, request: bytes, window: Window) -> Listener:
    """Returns once the server has answered."""
    loop = asyncio.get_running_loop()
    _, listener = await loop.create_connection(lambda: Listener(request, window), HOST, server.port)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await listener.answered
    return listener


async def ask(target: Target, message: str, window: Window) -> Listener:
    """Returns once there are the first words of the answer."""
    request = to_post(target.path, target.body(message), ONCE | dict(target.headers))
    listener = await listen(target.server, request, window)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await listener.begun
    return listener


async def follow(target: Target, thread_id: str, window: Window) -> Listener:
    """Another listener to an answer that is given to somebody else."""
    request = to_get(f"{target.path}/threads/{thread_id}/stream", ONCE | dict(target.headers))
    return await listen(target.server, request, window)


async def follow_person(server: Server, headers: Mapping[str, str], window: Window) -> Listener:
    return await listen(server, to_get("/api/events", ONCE | dict(headers)), window)


async def a_few_at_a_time[T](wanted: Iterable[Awaitable[T]]) -> list[T]:
    free = asyncio.Semaphore(AT_A_TIME)

    async def take_turn(one: Awaitable[T]) -> T:
        async with free:
            return await one

    return await asyncio.gather(*(take_turn(one) for one in wanted))


@asynccontextmanager
async def closing_all(listeners: Sequence[Listener]) -> AsyncGenerator[None]:
    try:
        yield
    finally:
        for listener in listeners:
            listener.close()
        await asyncio.gather(*(listener.ended for listener in listeners))
