"""Logs as server-sent events. Closing the connection stops the following, nothing else."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing

from fastapi.responses import StreamingResponse

from taskchat.accounts.service import Accounts
from taskchat.api.deps import Credentials
from taskchat.streams.cursor import Cursor
from taskchat.streams.log import EventLog
from taskchat.streams.tail import Entry

HEARTBEAT = b": keep-alive\n\n"
RETRY_MILLISECONDS = 2000
COMEBACK_MILLISECONDS = 1000
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def frame(entry: Entry) -> bytes:
    return entry.event


def event_stream(frames: AsyncGenerator[bytes]) -> StreamingResponse:
    return StreamingResponse(frames, media_type="text/event-stream", headers=HEADERS)


def say_goodbye(log: EventLog) -> Iterator[bytes]:
    """The last line of a stream that ends because the server does: when to come back."""
    if log.is_closed:
        yield f"retry: {COMEBACK_MILLISECONDS}\n\n".encode()


async def while_signed_in[T](
    accounts: Accounts, credentials: Credentials, news: AsyncGenerator[T]
) -> AsyncGenerator[T]:
    """Ends soon after the session has: at the first entry or heartbeat once that is known."""
    with accounts.watch(cookie=credentials.cookie, secret=credentials.bearer) as sign_in:
        async with aclosing(news):
            async for told in news:
                if sign_in.has_ended:
                    return
                yield told


def read_cursor(*candidates: str | None) -> Cursor | None:
    """The first cursor given, or None; raises Invalid for what no stream ever sent."""
    return next((Cursor.parse(text) for text in candidates if text), None)
