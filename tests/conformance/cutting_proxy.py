"""A TCP proxy that breaks connections off after a number of bytes."""

import asyncio
import re
import socket
import struct
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

PIECE_BYTES = 65536
RESET = struct.pack("ii", 1, 0)
CASE = re.compile(rb"case=(\d+)")

type Budget = Callable[[int, int], int | None]
"""How many bytes of answer a case's n-th connection (from 0) gets; None for all of them."""


class CuttingProxy:
    """Cases are told apart by `case=<number>` in the request's address."""

    def __init__(self, target: str, budget: Budget) -> None:
        self._target = urlsplit(target)
        self._budget = budget
        self._times: dict[int, int] = {}
        self._talks: set[asyncio.Task[None]] = set()
        self.cuts = 0

    def welcome(self, client: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        talk = asyncio.create_task(self._talk(client, answer))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)

    async def close(self) -> None:
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _talk(self, client: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        try:
            request = await client.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, OSError):
            answer.close()
            return
        found = CASE.search(request)
        case = int(found[1]) if found else 0
        time = self._times.get(case, 0)
        self._times[case] = time + 1
        server, upstream = await asyncio.open_connection(self._target.hostname, self._target.port)
        try:
            upstream.write(request)
            with suppress(OSError):
                await self._pass_on(server, answer, self._budget(case, time))
        finally:
            upstream.transport.abort()
            answer.close()
            with suppress(OSError):
                await answer.wait_closed()

    async def _pass_on(
        self, server: asyncio.StreamReader, answer: asyncio.StreamWriter, left: int | None
    ) -> None:
        while piece := await server.read(PIECE_BYTES if left is None else min(left, PIECE_BYTES)):
            answer.write(piece)
            await answer.drain()
            left = None if left is None else left - len(piece)
            if left == 0:
                self.cuts += 1
                if self.cuts % 2:
                    await _reset(answer)
                return


async def _reset(answer: asyncio.StreamWriter) -> None:
    """The other half of the cuts is an orderly end of the connection, in the middle of a chunk or between two."""
    answer.transport.set_write_buffer_limits(0)
    await answer.drain()
    answer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    answer.transport.abort()


@asynccontextmanager
async def cutting(target: str, budget: Budget) -> AsyncGenerator[tuple[str, CuttingProxy]]:
    """Yields the address to use instead of `target`."""
    proxy = CuttingProxy(target, budget)
    server = await asyncio.start_server(proxy.welcome, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        try:
            yield f"http://127.0.0.1:{port}", proxy
        finally:
            await proxy.close()
