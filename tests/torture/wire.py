"""Server-sent events read from a bare socket: every byte, every cut and every id as it came."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECT_SECONDS = 5.0
HEAD_SECONDS = 20.0
LIMIT = 4 * 1024 * 1024


class Cut(Exception):
    """The connection ended, or never came about, before what was sent was complete."""


@dataclass(frozen=True, slots=True)
class Block:
    """What stood between two blank lines; comments are left out."""

    id: str | None
    data: str | None
    retry: str | None


class Reply:
    """Status and headers have come; the body is still on its way."""

    def __init__(self, reader: asyncio.StreamReader, status: int, headers: dict[str, str]) -> None:
        self._reader = reader
        self.status = status
        self.headers = headers

    async def pieces(self) -> AsyncGenerator[bytes]:
        """Raises Cut unless the body ends as it should."""
        try:
            if "content-length" in self.headers:
                yield await self._reader.readexactly(int(self.headers["content-length"]))
                return
            if self.headers.get("transfer-encoding") != "chunked":
                return
            while size := int(await self._reader.readuntil(b"\r\n"), 16):
                yield (await self._reader.readexactly(size + 2))[:-2]
            await self._reader.readuntil(b"\r\n")
        except (asyncio.IncompleteReadError, OSError, ValueError) as error:
            raise Cut from error

    async def body(self) -> bytes:
        return b"".join([piece async for piece in self.pieces()])

    async def blocks(self) -> AsyncGenerator[Block]:
        waiting = b""
        async for piece in self.pieces():
            *blocks, waiting = (waiting + piece).split(b"\n\n")
            for block in blocks:
                yield _read_block(block)


@asynccontextmanager
async def asking(
    url: str,
    path: str,
    headers: Mapping[str, str],
    *,
    method: str = "GET",
    body: bytes = b"",
    read_ahead: int = LIMIT,
) -> AsyncGenerator[Reply]:
    """Leaving the block closes the connection; raises Cut when there is none to be had.

    `read_ahead` bounds in bytes what is taken from the socket before somebody reads it.
    """
    address = urlsplit(url)
    lines = [f"{method} {path} HTTP/1.1", f"Host: {address.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await asyncio.open_connection(
                address.hostname, address.port, limit=read_ahead
            )
    except (OSError, TimeoutError) as error:
        raise Cut from error
    try:
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        yield await _read_head(reader)
    finally:
        writer.transport.abort()


async def _read_head(reader: asyncio.StreamReader) -> Reply:
    try:
        async with asyncio.timeout(HEAD_SECONDS):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except (asyncio.IncompleteReadError, OSError, TimeoutError) as error:
        raise Cut from error
    first, *lines = head.strip().split("\r\n")
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return Reply(reader, int(first.split(" ")[1]), headers)


def _read_block(block: bytes) -> Block:
    """UTF-8 must be whole here: only blank lines were split at."""
    fields: dict[str, str] = {}
    for line in block.decode().split("\n"):
        name, _, value = line.partition(":")
        if name:
            fields[name] = value.removeprefix(" ")
    return Block(fields.get("id"), fields.get("data"), fields.get("retry"))
