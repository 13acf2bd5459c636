"""The ChatKit protocol over HTTP: ask, pick an answer up again, stop it."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from taskchat.api.deps import CallerDep, Credentials, CredentialsDep, Resources, ResourcesDep
from taskchat.api.sse import HEARTBEAT, event_stream, frame, read_cursor, while_signed_in
from taskchat.chat.acceptance import Run
from taskchat.chat.caller import Caller
from taskchat.chat.requests import is_starting, parse
from taskchat.chat.wire import ends_run
from taskchat.domain.errors import NotFound
from taskchat.streams.tail import Entry

# An answer comes in many small pieces; asking for the session before each would double the work.
AUTHENTICATION_SECONDS = 1.0

router = APIRouter(prefix="/api/chatkit", tags=["chat"])


@router.post("", response_class=Response)
async def chatkit(
    request: Request,
    caller: CallerDep,
    credentials: CredentialsDep,
    resources: ResourcesDep,
    x_taskchat_detached: Annotated[str | None, Header()] = None,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=255)] = None,
) -> Response:
    asked = parse(await request.body())
    if is_starting(asked):
        run = await resources.runs.start(asked, replace(caller, key=idempotency_key))
        if x_taskchat_detached == "1":
            return event_stream(_detached(resources, credentials, run))
        return event_stream(_attached(resources, credentials, run, caller))
    if asked.type == "threads.delete":
        await resources.runs.stop(asked.params.thread_id, caller)
    return Response(await resources.chat.call(asked, caller), media_type="application/json")


@router.get("/threads/{thread_id}/stream", response_class=Response)
async def follow_thread(
    thread_id: str,
    caller: CallerDep,
    credentials: CredentialsDep,
    resources: ResourcesDep,
    last_event_id: Annotated[str | None, Header()] = None,
    after: Annotated[str | None, Query()] = None,
) -> Response:
    cursor = read_cursor(last_event_id, after)
    run = await resources.runs.running(thread_id, caller)
    head = await resources.log.head(thread_id)
    if cursor is not None and cursor > head:
        return event_stream(_resync(head))
    if run is None and (cursor is None or cursor >= head):
        return Response(status_code=204)
    return event_stream(_rest(resources, credentials, thread_id, run, cursor, head))


@router.post("/threads/{thread_id}/stop", status_code=204)
async def stop_thread(thread_id: str, caller: CallerDep, resources: ResourcesDep) -> None:
    await resources.runs.stop(thread_id, caller)


def _follow(
    resources: Resources, credentials: Credentials, thread_id: str, after: int
) -> AsyncGenerator[Entry | None]:
    entries = resources.log.follow(thread_id, after)
    return while_signed_in(
        resources.accounts, credentials, entries, trust_seconds=AUTHENTICATION_SECONDS
    )


async def _detached(
    resources: Resources, credentials: Credentials, run: Run
) -> AsyncGenerator[bytes]:
    async for entry in _follow(resources, credentials, run.thread_id, run.start):
        yield frame(entry) if entry else HEARTBEAT
        if entry and ends_run(entry.payload, run.id):
            return


async def _attached(
    resources: Resources, credentials: Credentials, run: Run, caller: Caller
) -> AsyncGenerator[bytes]:
    """For clients of the bare protocol: no event it does not know, and leaving means stop."""
    ended = False
    try:
        async for entry in _follow(resources, credentials, run.thread_id, run.start):
            if entry and ends_run(entry.payload, run.id):
                ended = True
                return
            yield frame(entry) if entry else HEARTBEAT
    finally:
        if not ended:
            stopping = asyncio.ensure_future(_stop(resources, run, caller))
            resources.leaving.add(stopping)
            stopping.add_done_callback(resources.leaving.discard)


async def _stop(resources: Resources, run: Run, caller: Caller) -> None:
    with suppress(NotFound):  # the thread may have been deleted meanwhile
        await resources.runs.stop(run.thread_id, caller)


async def _rest(
    resources: Resources,
    credentials: Credentials,
    thread_id: str,
    run: Run | None,
    cursor: int | None,
    head: int,
) -> AsyncGenerator[bytes]:
    """Up to the end of the running answer, or up to `head` when none is running."""
    start = cursor if cursor is not None else run.start if run else head
    async for entry in _follow(resources, credentials, thread_id, start):
        yield frame(entry) if entry else HEARTBEAT
        if entry and (ends_run(entry.payload, run.id) if run else entry.cursor >= head):
            return


async def _resync(head: int) -> AsyncGenerator[bytes]:
    """The client has seen what this server never wrote: it must load the conversation again."""
    yield f"id: {head}\ndata: {json.dumps({'type': 'resync'})}\n\n".encode()
