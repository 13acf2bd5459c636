"""The live feed of everything of one person's that changes."""

import json
from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse

from taskchat.api.answers import Answers
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
    say_goodbye,
    while_signed_in,
)
from taskchat.db.engine import undisturbed
from taskchat.domain.task import UserId
from taskchat.streams.cursor import Cursor
from taskchat.streams.tail import Entry

router = APIRouter(prefix="/api", tags=["events"])


@router.get("/events", response_class=StreamingResponse)
async def follow_events(
    principal: CurrentPrincipal,
    credentials: CredentialsDep,
    resources: ResourcesDep,
    last_event_id: Annotated[str | None, Header()] = None,
    after: Annotated[str | None, Query()] = None,
    answers: Annotated[bool, Query()] = False,
) -> StreamingResponse:
    """With `answers`, what the running answers say comes too, as events without an id."""
    cursor = read_cursor(last_event_id, after)
    frames = _frames(resources, credentials, principal.account_id, cursor, with_answers=answers)
    return event_stream(frames)


async def _frames(
    resources: Resources,
    credentials: Credentials,
    user: UserId,
    cursor: Cursor | None,
    *,
    with_answers: bool,
) -> AsyncGenerator[bytes]:
    trimmed, head = await undisturbed(resources.log.bounds(user))
    if cursor is None or not trimmed <= cursor.fact <= head:
        yield _greeting("ready" if cursor is None else "resync", head)
        cursor = Cursor(head)
    with resources.log.follower() as follower:
        follower.follow(user, cursor)
        answers = Answers(follower)
        if with_answers:
            for thread_id, start in await undisturbed(resources.runs.running_threads(user)):
                answers.follow(thread_id, start)
        async for told in while_signed_in(resources.accounts, credentials, aiter(follower)):
            if told and with_answers and told[0] == user:
                answers.hear(told[1].payload)
            yield _frame(user, told, answers)
    for line in say_goodbye(resources.log):
        yield line


def _frame(user: UserId, told: tuple[str, Entry] | None, answers: Answers) -> bytes:
    if told is None:
        return HEARTBEAT
    stream_id, entry = told
    return frame(entry) if stream_id == user else answers.frame(stream_id, entry)


def _greeting(kind: str, head: int) -> bytes:
    data = json.dumps({"type": kind})
    return f"retry: {RETRY_MILLISECONDS}\nid: {head}\ndata: {data}\n\n".encode()
