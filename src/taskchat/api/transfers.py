"""Tasks in and out: imports, exports and the calendar feed."""

import asyncio
import hashlib
import json
import logging
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel, Field

from taskchat.api.deps import CurrentPrincipal, Once, ResourcesDep
from taskchat.api.errors import SERVER_ERROR, UNAVAILABLE, problems
from taskchat.api.idempotency import CHANGE_SET, IdempotentRoute, claim
from taskchat.api.protection import FILE_TYPES
from taskchat.api.sse import event_stream
from taskchat.clock import now
from taskchat.db.engine import is_outage
from taskchat.domain.errors import DomainError, NotFound
from taskchat.interchange.formats import Format
from taskchat.tasks.commands import Command
from taskchat.tasks.owner import Owner
from taskchat.tasks.views import Brought
from taskchat.transfers.exports import Form, export
from taskchat.transfers.imports import Imports

EVENTS = "text/event-stream"
FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}} for kind in sorted(FILE_TYPES)
        },
    }
}

logger = logging.getLogger(__name__)
router = APIRouter(tags=["transfers"], route_class=IdempotentRoute)


class ImportQuery(Command):
    """`filename` is for sentences only; a dry run says what the import would do, and changes nothing."""

    format: Format | Literal["auto"] = "auto"
    dry_run: bool = False
    filename: Annotated[str, Field(max_length=255)] = "The file"


class ExportQuery(Command):
    format: Form = "json"


class FeedAddress(BaseModel):
    """The only time that `url` can be seen. With `?as=events` at its end it serves calendars that show no to-dos."""

    url: str


class FeedStatus(BaseModel):
    exists: bool
    created_at: datetime | None


@router.post(
    "/api/imports",
    response_model=Brought,
    responses=problems(400, 401, 409, 413, 415, 422, 429),
    openapi_extra=FILE,
)
async def import_tasks(
    query: Annotated[ImportQuery, Query()],
    request: Request,
    response: Response,
    principal: CurrentPrincipal,
    resources: ResourcesDep,
    accept: Annotated[str, Header()] = "",
) -> Brought | Response:
    """Takes a file as the body. Whoever accepts `text/event-stream` is told how far it is:
    `{"type": "progress", "done", "total"}`, and at last `{"type": "done"}` with the answer in it or `{"type": "failed"}` with an error.
    """
    owner = Owner(principal.account_id, principal.timezone, principal.actor)
    if EVENTS in accept:
        return event_stream(_followed(resources.imports, owner, await request.body(), query))
    await claim(resources.database, owner.id, request, resources.seal, now())
    brought = await _bring_in(resources.imports, owner, await request.body(), query)
    if brought.change_set_id:
        response.headers[CHANGE_SET] = brought.change_set_id
    return brought


@router.get("/api/export", response_class=Response, responses=problems(401, 422))
async def export_tasks(
    query: Annotated[ExportQuery, Query()], principal: CurrentPrincipal, resources: ResourcesDep
) -> Response:
    """All tasks apart from the trash; as JSON with projects and saved filters, so that nothing is lost."""
    owner = Owner(principal.account_id, principal.timezone, principal.actor)
    file = await export(resources.tasks, owner, query.format)
    disposition = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.data, headers=disposition, media_type=file.media_type)


@router.get("/api/calendar-feed", responses=problems(401))
async def get_calendar_feed(principal: CurrentPrincipal, resources: ResourcesDep) -> FeedStatus:
    opened_at = await resources.feeds.opened_at(principal.account_id)
    return FeedStatus(exists=opened_at is not None, created_at=opened_at)


@router.post(
    "/api/calendar-feed", status_code=201, responses=problems(401, 409, 422), dependencies=[Once]
)
async def open_calendar_feed(principal: CurrentPrincipal, resources: ResourcesDep) -> FeedAddress:
    """A new address; the one before is worth nothing from now on."""
    secret = await resources.feeds.open(principal.account_id)
    return FeedAddress(url=f"{resources.origin}/calendar/{secret}.ics")


@router.delete(
    "/api/calendar-feed", status_code=204, responses=problems(401, 409, 422), dependencies=[Once]
)
async def close_calendar_feed(principal: CurrentPrincipal, resources: ResourcesDep) -> None:
    await resources.feeds.close(principal.account_id)


@router.head("/calendar/{secret}.ics", include_in_schema=False)
@router.get("/calendar/{secret}.ics", response_class=Response, responses=problems(404))
async def read_calendar_feed(
    secret: str,
    resources: ResourcesDep,
    form: Annotated[str, Query(alias="as")] = "tasks",
    if_none_match: Annotated[str, Header()] = "",
) -> Response:
    """For calendar programs, which have no session: what is open and has a date, as to-dos or with `as=events` as events."""
    if form not in ("tasks", "events"):
        raise NotFound("There is nothing at this address.")
    data = await resources.feeds.calendar(secret, as_events=form == "events")
    tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    if tag in if_none_match:
        return Response(status_code=304, headers={"ETag": tag})
    return Response(data, headers={"ETag": tag}, media_type="text/calendar; charset=utf-8")


async def _bring_in(
    imports: Imports,
    owner: Owner,
    data: bytes,
    query: ImportQuery,
    told: "asyncio.Queue[Any] | None" = None,
) -> Brought:
    def progress(done: int, total: int) -> None:
        if told:
            told.put_nowait({"type": "progress", "done": done, "total": total})

    return await imports.bring_in(
        owner,
        data,
        form=query.format,
        filename=query.filename,
        dry_run=query.dry_run,
        progress=progress,
    )


async def _followed(
    imports: Imports, owner: Owner, data: bytes, query: ImportQuery
) -> AsyncGenerator[bytes]:
    """Whoever stops listening stops the import, of which nothing is left then."""
    told: asyncio.Queue[Any] = asyncio.Queue()
    bringing = asyncio.create_task(_bring_in(imports, owner, data, query, told))
    bringing.add_done_callback(lambda _: told.put_nowait(None))
    try:
        while (event := await told.get()) is not None:
            yield _frame(event)
        yield _frame(_outcome(bringing))
    finally:
        bringing.cancel()
        await asyncio.gather(bringing, return_exceptions=True)


def _outcome(bringing: "asyncio.Task[Brought]") -> dict[str, Any]:
    match bringing.exception():
        case None:
            return {"type": "done", **bringing.result().model_dump(mode="json")}
        case DomainError() as error:
            return {"type": "failed", "detail": str(error), "code": error.code}
        case error:
            if not is_outage(error):
                logger.error("An import failed", exc_info=error)
            detail, code = UNAVAILABLE if is_outage(error) else SERVER_ERROR
            return {"type": "failed", "detail": detail, "code": code}


def _frame(event: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode()
