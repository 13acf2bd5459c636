"""The live feed of everything of one person's that changes."""

import json
from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse

from taskchat.api.deps import (
    Credentials,
    CredentialsDep,
    CurrentPrincipal,
    Resources,
    ResourcesDep,
)
from taskchat.api.sse import (
    HEARTBEAT,
    RETRY_MILLISECONDS,
    event_stream,
    frame,
    read_cursor,
    while_signed_in,
)
from taskchat.db.engine import undisturbed
from taskchat.domain.task import UserId

router = APIRouter(prefix="/api", tags=["events"])


@router.get("/events", response_class=StreamingResponse)
async def follow_events(
    principal: CurrentPrincipal,
    credentials: CredentialsDep,
    resources: ResourcesDep,
    last_event_id: Annotated[str | None, Header()] = None,
    after: Annotated[str | None, Query()] = None,
) -> StreamingResponse:
    cursor = read_cursor(last_event_id, after)
    return event_stream(_frames(resources, credentials, principal.account_id, cursor))


async def _frames(
    resources: Resources, credentials: Credentials, user: UserId, cursor: int | None
) -> AsyncGenerator[bytes]:
    head = await undisturbed(resources.log.head(user))
    fresh = cursor is None
    lost = cursor is not None and cursor > head
    if cursor is None or lost:
        cursor = head
    if fresh or lost:
        yield _greeting("ready" if fresh else "resync", cursor)
    entries = resources.log.follow(user, cursor)
    async for entry in while_signed_in(resources.accounts, credentials, entries):
        yield frame(entry) if entry else HEARTBEAT


def _greeting(kind: str, cursor: int) -> bytes:
    data = json.dumps({"type": kind})
    return f"retry: {RETRY_MILLISECONDS}\nid: {cursor}\ndata: {data}\n\n".encode()
