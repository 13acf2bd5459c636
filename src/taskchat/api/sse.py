"""Logs as server-sent events. Closing the connection stops the following, nothing else."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

from fastapi.responses import StreamingResponse

from taskchat.accounts.service import Accounts
from taskchat.api.deps import Credentials, authenticate
from taskchat.db.engine import undisturbed
from taskchat.domain.errors import Invalid, Unauthenticated
from taskchat.streams.tail import Entry

HEARTBEAT = b": keep-alive\n\n"
RETRY_MILLISECONDS = 2000
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def frame(entry: Entry) -> bytes:
    return f"id: {entry.cursor}\ndata: {entry.payload}\n\n".encode()


def event_stream(frames: AsyncGenerator[bytes]) -> StreamingResponse:
    return StreamingResponse(frames, media_type="text/event-stream", headers=HEADERS)


async def while_signed_in(
    accounts: Accounts,
    credentials: Credentials,
    entries: AsyncGenerator[Entry | None],
    *,
    trust_seconds: float = 0.0,
) -> AsyncGenerator[Entry | None]:
    """Ends with the session. One that was alive is asked for again only after `trust_seconds`."""
    checked = time.monotonic()
    async with aclosing(entries):
        async for entry in entries:
            if time.monotonic() - checked >= trust_seconds:
                try:
                    await undisturbed(authenticate(accounts, credentials))
                except Unauthenticated:
                    return
                checked = time.monotonic()
            yield entry


def read_cursor(*candidates: str | None) -> int | None:
    """The first cursor given, or None; raises Invalid for what no stream ever sent."""
    for text in candidates:
        if text:
            if text.isascii() and text.isdigit() and len(text) <= 18:
                return int(text)
            raise Invalid("The cursor is not one that a stream gave.", code="cursor_invalid")
    return None
