"""A client that adds as little time as Python can, the same for every server that is measured."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from benchmarks.endpoint import HOST, PATH
from benchmarks.processes import Server

PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes; `text_mark` is what only the pieces that carry text have in them."""

    server: Server
    path: str
    text_mark: bytes
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    def body(self, message: str) -> bytes:
        if self.path == PATH:
            messages = [{"role": "user", "content": message}]
            return json.dumps({"messages": messages, "stream": True}).encode()
        content: object = [{"type": "input_text", "text": message}]
        said: object = {"content": content, "attachments": [], "inference_options": {}}
        asked: object = {"type": "threads.create", "params": {"input": said}}
        return json.dumps(asked).encode()


@dataclass(frozen=True, slots=True)
class Piece:
    """One event as it arrived, at a moment of the monotonic clock, which all processes share."""

    at: float
    data: bytes


class Connection:
    """Kept open from one message to the next, as browsers do."""

    def __init__(
        self, target: Target, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._target = target
        self._reader = reader
        self._writer = writer

    async def first_text_seconds(self, message: str) -> float:
        """From sending a message to the first words of the answer, which is read to its end."""
        began = time.monotonic()
        mark = self._target.text_mark
        shown = [piece.at async for piece in self.ask(message) if mark in piece.data]
        return shown[0] - began

    async def ask(self, message: str) -> AsyncGenerator[Piece]:
        target = self._target
        async with asyncio.timeout(PATIENCE_SECONDS):
            await post(self._writer, target.path, target.body(message), target.headers)
            await read_head(self._reader)
            while size := int(await self._reader.readline(), 16):
                data = await self._reader.readexactly(size + 2)
                yield Piece(time.monotonic(), data)
            await self._reader.readline()


@asynccontextmanager
async def connected(target: Target) -> AsyncGenerator[Connection]:
    reader, writer = await asyncio.open_connection(HOST, target.server.port)
    try:
        yield Connection(target, reader, writer)
    finally:
        writer.close()
        await writer.wait_closed()


def direct(model: Server) -> Target:
    return Target(model, PATH, b'"content"')


def through_plain_sdk(server: Server) -> Target:
    return Target(server, "/chatkit", b"text_delta")


async def through_taskchat(server: Server, email: str) -> Target:
    """As a new person, with what our page sends."""
    reader, writer = await asyncio.open_connection(HOST, server.port)
    try:
        account = json.dumps({"email": email, "password": "a long password"}).encode()
        await post(writer, "/api/auth/register", account, {})
        head = await read_head(reader)
    finally:
        writer.close()
    cookie = head["set-cookie"].partition(";")[0]
    headers = {"Cookie": cookie, "X-TaskChat-Detached": "1"}
    return Target(server, "/api/chatkit", b"text_delta", headers)


async def post(
    writer: asyncio.StreamWriter, path: str, body: bytes, headers: Mapping[str, str]
) -> None:
    writer.write(to_post(path, body, headers))
    await writer.drain()


def to_post(path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    described = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    return _head(f"POST {path}", described | dict(headers)) + body


def to_get(path: str, headers: Mapping[str, str]) -> bytes:
    return _head(f"GET {path}", headers)


def _head(asked: str, headers: Mapping[str, str]) -> bytes:
    fields = {"Host": HOST, **headers}
    lines = [f"{asked} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "\r\n"]).encode()


async def read_head(reader: asyncio.StreamReader) -> dict[str, str]:
    """The headers under lower-case names; raises RuntimeError unless the status is a success."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    status, *lines = head.strip().split("\r\n")
    if not status.startswith("HTTP/1.1 2"):
        raise RuntimeError(f"A server answered {status}")
    pairs = (line.split(":", 1) for line in lines)
    return {name.lower(): value.strip() for name, value in pairs}
