"""Clients that come back with the place they had in a stream."""

import asyncio
import re
import time
from typing import cast, override

from benchmarks.clients import Target, to_get
from benchmarks.endpoint import HOST
from benchmarks.listening import ONCE, PATIENCE_SECONDS, PLACE

AGAIN_SECONDS = 0.01  # between two tries to connect
RECOVERY = re.compile(rb'"type": ?"run\.(?:recovered|finished)"')


class Return(asyncio.Protocol):
    """Asks for what comes after `cursor` and keeps all that comes, until `awaited` is in it."""

    def __init__(
        self, target: Target, thread_id: str, cursor: int, awaited: re.Pattern[bytes]
    ) -> None:
        headers = {**ONCE, **target.headers, "Last-Event-ID": str(cursor)}
        self._request = to_get(f"{target.path}/threads/{thread_id}/stream", headers)
        self._awaited = awaited
        self.received = b""
        self.found: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._request)

    @override
    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        self.received += data
        if not self.found.done() and self._awaited.search(self.received):
            self.found.set_result(now)
            self._transport.abort()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if not self.found.done():
            self.found.set_exception(ConnectionError(f"It ended with {self.received[-200:]!r}"))


async def resume(target: Target, thread_id: str, cursor: int) -> tuple[float, int]:
    """Seconds to the first missing event, and the new cursor; raises RuntimeError when one is left out."""
    began = time.monotonic()
    back = await _return(target, thread_id, cursor, PLACE)
    seconds = await back.found - began
    places = [int(place) for place in PLACE.findall(back.received)]
    if places != list(range(cursor + 1, cursor + 1 + len(places))):
        raise RuntimeError(f"After {cursor} came {places}")
    return seconds, places[-1]


async def wait_for_recovery(target: Target, thread_id: str, cursor: int) -> float:
    """The moment at which a client hears that its answer goes on or has ended, however often it has to try."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                back = await _return(target, thread_id, cursor, RECOVERY)
                return await back.found
            except OSError:
                await asyncio.sleep(AGAIN_SECONDS)


async def _return(
    target: Target, thread_id: str, cursor: int, awaited: re.Pattern[bytes]
) -> Return:
    loop = asyncio.get_running_loop()
    _, back = await loop.create_connection(
        lambda: Return(target, thread_id, cursor, awaited), HOST, target.server.port
    )
    return back
