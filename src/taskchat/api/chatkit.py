"""The ChatKit protocol over HTTP: ask, pick an answer up again, stop it, see what waits."""

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Annotated, Any, Self

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel

from taskchat.api.deps import (
    CallerDep,
    Credentials,
    CredentialsDep,
    Once,
    Resources,
    ResourcesDep,
)
from taskchat.api.idempotency import IdempotentRoute, claim
from taskchat.api.sse import (
    HEARTBEAT,
    event_stream,
    frame,
    read_cursor,
    say_goodbye,
    while_signed_in,
)
from taskchat.chat.caller import Caller
from taskchat.chat.endings import Remedy
from taskchat.chat.requests import changes, is_starting, parse
from taskchat.chat.runs.run import RequestKey, Run, Status
from taskchat.chat.wire import ends_run, is_ours, starts_run
from taskchat.clock import now
from taskchat.db.tables import RunRow
from taskchat.streams.cursor import Cursor
from taskchat.streams.tail import Entry
from taskchat.usage.ledger import Totals

router = APIRouter(prefix="/api/chatkit", tags=["chat"], route_class=IdempotentRoute)


class QueuedMessage(BaseModel):
    """`item` is the user message as it will join the conversation."""

    run_id: str
    item: dict[str, Any]


class Queue(BaseModel):
    """In the order in which the messages will be answered."""

    items: list[QueuedMessage]


class TurnError(BaseModel):
    """`kind` is a stable word, `message` a sentence, `remedies` what may help: a click on each is offered."""

    kind: str
    message: str
    remedies: list[Remedy]


class TurnUsage(BaseModel):
    """Tokens of an answer: `prompt` includes `cached`, `output` includes `thinking`; `cost` in US dollars, if known."""

    calls: int
    prompt: int
    cached: int
    output: int
    thinking: int
    cost: float | None
    is_estimated: bool


class TurnOut(BaseModel):
    """How an answer ended. `item_id` is the message that it answers, `model` who did, `changes` how many of its calls changed something."""

    run_id: str
    item_id: str | None
    status: Status
    model: str | None
    instead_of: str | None
    changes: int
    error: TurnError | None
    usage: TurnUsage | None

    @classmethod
    def of(cls, row: RunRow, totals: Totals | None) -> Self:
        return cls.model_validate(
            {
                "run_id": row.id,
                "item_id": row.input_item_id,
                "status": row.status,
                "model": row.model,
                "instead_of": row.instead_of,
                "changes": row.changes,
                "error": row.error,
                "usage": totals and totals.as_turn(),
            }
        )


class Turns(BaseModel):
    items: list[TurnOut]


@router.post("", response_class=Response)
async def chatkit(
    request: Request,
    caller: CallerDep,
    credentials: CredentialsDep,
    resources: ResourcesDep,
    x_taskchat_detached: Annotated[str | None, Header()] = None,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=255)] = None,
) -> Response:
    body = await request.body()
    asked = parse(body)
    if is_starting(asked):
        key = RequestKey.of(idempotency_key, body) if idempotency_key else None
        run = await resources.runs.start(asked, caller, key)
        if x_taskchat_detached == "1":
            return event_stream(_detached(resources, credentials, run))
        return event_stream(_attached(resources, credentials, run, caller))
    if changes(asked):
        await claim(resources.database, caller.user_id, request, resources.seal, now())
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
    trimmed, head = await resources.log.bounds(thread_id)
    if cursor and not trimmed <= cursor.fact <= head:
        return event_stream(_resync(head))
    if run is None and (cursor is None or cursor.fact >= head):
        return Response(status_code=204)
    start = cursor or Cursor(run.start if run else head)
    return event_stream(_rest(resources, credentials, thread_id, run, start, head))


@router.post("/threads/{thread_id}/stop", status_code=204, dependencies=[Once])
async def stop_thread(
    thread_id: str,
    caller: CallerDep,
    resources: ResourcesDep,
    run_id: Annotated[str | None, Query()] = None,
) -> None:
    """With `run_id` only that run is stopped, not one that has begun since."""
    await resources.runs.stop(thread_id, caller, run_id)


@router.get("/threads/{thread_id}/queue")
async def list_queue(thread_id: str, caller: CallerDep, resources: ResourcesDep) -> Queue:
    """The messages that wait for the running answer to end."""
    waiting = await resources.runs.queue(thread_id, caller)
    return Queue(items=[QueuedMessage(run_id=run_id, item=item) for run_id, item in waiting])


@router.get("/threads/{thread_id}/turns")
async def list_turns(thread_id: str, caller: CallerDep, resources: ResourcesDep) -> Turns:
    """How the answers of a conversation ended, oldest first; of a message that was tried again the last one counts."""
    ended = await resources.runs.turns(thread_id, caller)
    return Turns(items=[TurnOut.of(row, totals) for row, totals in ended])


@router.delete("/threads/{thread_id}/queue/{run_id}", status_code=204, dependencies=[Once])
async def withdraw_message(
    thread_id: str, run_id: str, caller: CallerDep, resources: ResourcesDep
) -> None:
    """Takes a message back that waits; 409 once its answer has begun."""
    await resources.runs.withdraw(thread_id, run_id, caller)


def _follow(
    resources: Resources, credentials: Credentials, thread_id: str, after: Cursor
) -> AsyncGenerator[Entry | None]:
    entries = resources.log.follow(thread_id, after)
    return while_signed_in(resources.accounts, credentials, entries)


async def _detached(
    resources: Resources, credentials: Credentials, run: Run
) -> AsyncGenerator[bytes]:
    async for entry in _follow(resources, credentials, run.thread_id, run.place):
        yield frame(entry) if entry else HEARTBEAT
        if entry and ends_run(entry.payload, run.id):
            return
    for line in say_goodbye(resources.log):
        yield line


async def _attached(
    resources: Resources, credentials: Credentials, run: Run, caller: Caller
) -> AsyncGenerator[bytes]:
    """For clients of the bare protocol: no event it does not know, and leaving means stop."""
    ended = False
    begun = not run.is_queued
    try:
        async for entry in _follow(resources, credentials, run.thread_id, run.place):
            if entry and ends_run(entry.payload, run.id):
                ended = True
                return
            begun = begun or (entry is not None and starts_run(entry.payload, run.id))
            if entry is None:
                yield HEARTBEAT
            elif begun and not is_ours(entry.payload):
                yield frame(entry)
        ended = resources.log.is_closed
    finally:
        if not ended:
            leaving = asyncio.ensure_future(resources.runs.leave(run, caller))
            resources.leaving.add(leaving)
            leaving.add_done_callback(resources.leaving.discard)


async def _rest(
    resources: Resources,
    credentials: Credentials,
    thread_id: str,
    run: Run | None,
    start: Cursor,
    head: int,
) -> AsyncGenerator[bytes]:
    """Up to the end of the running answer, or up to `head` when none is running."""
    async for entry in _follow(resources, credentials, thread_id, start):
        yield frame(entry) if entry else HEARTBEAT
        if entry and (ends_run(entry.payload, run.id) if run else entry.cursor.fact >= head):
            return
    for line in say_goodbye(resources.log):
        yield line


async def _resync(head: int) -> AsyncGenerator[bytes]:
    """The client's place is not in the log, or not any more: it must load the conversation again."""
    yield f"id: {head}\ndata: {json.dumps({'type': 'resync'})}\n\n".encode()
