"""The Durable Streams protocol spoken over an event log, so that its conformance tests can judge the log.

What was said, in which order and whether a stream is over is in the log. What the protocol wants
besides (types, expiry, the sequence numbers of writers) is kept in memory.
"""

import asyncio
import json
import re
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from taskchat.db.engine import Database, undisturbed
from taskchat.db.tables import StreamRow
from taskchat.domain.ids import new_id
from taskchat.domain.task import UserId
from taskchat.streams.cursor import Cursor
from taskchat.streams.log import EventLog
from tests.conformance.positions import Page, at, page_of, position
from tests.conformance.posts import Append, Refused, read_append, type_of

LONG_POLL_SECONDS = 1.0
COLLAPSE_SECONDS = 20
SAFE = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "cross-origin"}
TTL = re.compile(r"0|[1-9][0-9]*")


@dataclass
class Stream:
    """`expires` is in seconds since 1970; `writers` holds epoch and sequence number by producer."""

    id: str
    config: tuple[str, str, str]
    expires: float | None
    closed: bool = False
    sequence: str = ""
    writers: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def content_type(self) -> str:
        return self.config[0]

    @property
    def is_text(self) -> bool:
        return self.content_type.startswith("text/") or self.content_type == "application/json"

    def touch(self) -> None:
        if self.config[1]:
            self.expires = time.time() + int(self.config[1])


class Face:
    """An ASGI app; all streams belong to one account."""

    def __init__(self, database: Database, log: EventLog, owner: UserId) -> None:
        self._database, self._log, self._owner = database, log, owner
        self._streams: dict[str, Stream] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except Refused as refused:
            response = Response(refused.reason, refused.status, refused.headers)
        response.headers.update(SAFE)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(headers={"Access-Control-Allow-Headers": "*"})
        if request.method == "PUT":
            return await self._create(request)
        stream = self._find(request.url.path)
        match request.method:
            case "POST":
                return await self._append(stream, request)
            case "DELETE":
                del self._streams[request.url.path]
                async with self._database.transaction() as session:
                    await session.execute(delete(StreamRow).where(StreamRow.id == stream.id))
                return Response(status_code=204)
            case "HEAD":
                return Response(headers={**await self._state(stream), "Cache-Control": "no-store"})
            case _:
                stream.touch()
                return await self._read(stream, request)

    def _find(self, path: str) -> Stream:
        stream = self._streams.get(path)
        if stream is None or (stream.expires is not None and stream.expires <= time.time()):
            raise Refused(404, "There is no such stream.")
        return stream

    async def _create(self, request: Request) -> Response:
        asked, body = request.headers, await request.body()
        config = type_of(asked), asked.get("stream-ttl", ""), asked.get("stream-expires-at", "")
        expires = _expiry(*config[1:])
        try:
            stream, status = self._find(request.url.path), 200
            closes = asked.get("stream-closed") == "true"
            if (stream.config, stream.closed) != (config, closes):
                raise Refused(409, "It exists with another configuration.")
        except Refused as refused:
            if refused.status != 404:
                raise
            stream, status = Stream(new_id("stream"), config, expires), 201
            stream.touch()
            async with self._database.transaction() as session:
                await self._log.open(session, stream.id, self._owner)
            if body or asked.get("stream-closed") == "true":
                await self._write(stream, read_append(asked, body, config[0], creates=True))
            self._streams[request.url.path] = stream
        headers = {**await self._state(stream), "Location": str(request.url)}
        return Response(status_code=status, headers=headers)

    async def _append(self, stream: Stream, request: Request) -> Response:
        append = read_append(request.headers, await request.body(), stream.content_type)
        stream.touch()
        async with stream.lock:
            known = stream.writers.get(append.producer)
            fresh = append.check_writer(known)
            headers = append.echo(known if known and not fresh else None)
            if fresh and stream.closed and not append.only_closes:
                raise Refused(409, "It is closed.", await self._state(stream))
            if not fresh or stream.closed:
                return Response(status_code=204, headers={**await self._state(stream), **headers})
            if append.sequence is not None and append.sequence <= stream.sequence:
                raise Refused(409, "The sequence must increase.")
            await self._write(stream, append)
            state = {**await self._state(stream), **headers}
        status = 200 if append.producer and not append.only_closes else 204
        return Response(status_code=status, headers=state)

    async def _write(self, stream: Stream, append: Append) -> None:
        if append.entries:
            await self._log.append(stream.id, append.entries)
        stream.closed = append.closes
        stream.sequence = append.sequence or stream.sequence
        if append.producer:
            stream.writers[append.producer] = append.epoch, append.number

    async def _state(self, stream: Stream, next_position: int | None = None) -> dict[str, str]:
        head = (await undisturbed(self._log.bounds(stream.id))).head
        reached = head if next_position is None else next_position
        headers = {"Stream-Next-Offset": position(reached), "Content-Type": stream.content_type}
        if stream.closed and reached >= head:
            headers["Stream-Closed"] = "true"
        for name, value in zip(("TTL", "Expires-At"), stream.config[1:], strict=True):
            if value:
                headers[f"Stream-{name}"] = value
        return headers

    async def _read(self, stream: Stream, request: Request) -> Response:
        live, given = request.query_params.get("live"), request.query_params.getlist("offset")
        if len(given) > 1 or (live and not given):
            raise Refused(400, "Exactly one offset is needed.")
        asked = given[0] if given else "-1"
        after = (
            (await undisturbed(self._log.bounds(stream.id))).head if asked == "now" else at(asked)
        )
        cursor = _collapsing(request.query_params.get("cursor"))
        if live == "sse":
            encoding = {} if stream.is_text else {"Stream-SSE-Data-Encoding": "base64"}
            kind = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
            frames = self._frames(stream, after, cursor)
            return StreamingResponse(frames, headers={**kind, **encoding})
        page = page_of(await undisturbed(self._log.read(stream.id, Cursor(after))))
        if live == "long-poll" and not page and not stream.closed:
            page = await self._wait(stream, after)
        state = await self._state(stream, page.reached if page else after)
        headers = {**state, "Stream-Cursor": cursor, "Stream-Up-To-Date": "true"}
        if page and page.reached < (await undisturbed(self._log.bounds(stream.id))).head:
            del headers["Stream-Up-To-Date"]
        if live == "long-poll" and not page:
            return Response(status_code=204, headers=headers)
        tag = f'"{stream.id}:{after}:{page.reached}:{stream.closed}"'
        if asked == "now":
            fresh = {**headers, "Cache-Control": "no-store"}
            return Response(page.body(stream.content_type), headers=fresh)
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        return Response(page.body(stream.content_type), headers={**headers, "ETag": tag})

    async def _wait(self, stream: Stream, after: int) -> Page:
        try:
            async with (
                asyncio.timeout(LONG_POLL_SECONDS),
                aclosing(self._log.follow(stream.id, Cursor(after))) as entries,
            ):
                return page_of([entry async for entry in _first(entries)])
        except TimeoutError:
            return page_of([])

    async def _frames(self, stream: Stream, after: int, cursor: str) -> AsyncGenerator[bytes]:
        head = (await undisturbed(self._log.bounds(stream.id))).head
        if after >= head:
            yield _control(after, cursor, over=stream.closed)
            if stream.closed:
                return
        async with aclosing(self._log.follow(stream.id, Cursor(after))) as entries:
            async for entry in entries:
                if entry is None:
                    continue
                page = page_of([entry])
                if page.reached >= head:
                    head = (await undisturbed(self._log.bounds(stream.id))).head
                told = _control(page.reached, cursor, over=page.is_end, behind=page.reached < head)
                # In one piece: the judge looks for the words of a control event anywhere in the text.
                yield (
                    b"".join(_event("data", text) for text in page.texts(stream.content_type))
                    + told
                )
                if page.is_end:
                    return


async def _first[T](entries: AsyncGenerator[T | None]) -> AsyncGenerator[T]:
    async for entry in entries:
        if entry is not None:
            yield entry
            return


def _expiry(ttl: str, expires_at: str) -> float | None:
    if ttl and expires_at:
        raise Refused(400, "A stream has one expiry.")
    try:
        if expires_at:
            return datetime.fromisoformat(expires_at).timestamp()
    except ValueError:
        raise Refused(400, "That is no instant.") from None
    if ttl and not TTL.fullmatch(ttl):
        raise Refused(400, "That is no number of seconds.")
    return time.time() + int(ttl) if ttl else None


def _collapsing(given: str | None) -> str:
    """What caches tell requests apart by; it must move on from the one given."""
    current = int(time.time() // COLLAPSE_SECONDS)
    return str(max(current, int(given) + 1 if given and given.isdigit() else 0))


def _control(reached: int, cursor: str, *, over: bool, behind: bool = False) -> bytes:
    told: dict[str, object] = {"streamNextOffset": position(reached)}
    told |= {"streamClosed": True} if over else {"streamCursor": cursor}
    if not behind:
        told["upToDate"] = True
    return _event("control", json.dumps(told, separators=(",", ":")))


def _event(kind: str, text: str) -> bytes:
    lines = "".join(f"data:{line}\n" for line in re.split(r"\r\n|\r|\n", text))
    return f"event: {kind}\n{lines}\n".encode()
