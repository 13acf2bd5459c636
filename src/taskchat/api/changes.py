"""Who changed what, and back."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from taskchat.api.deps import TasksDep
from taskchat.api.idempotency import CHANGE_SET, IdempotentRoute
from taskchat.tasks.views import ActivityPage, Reverted

router = APIRouter(prefix="/api", tags=["changes"], route_class=IdempotentRoute)


@router.post("/undo/{change_set_id}")
async def undo_change_set(change_set_id: str, tasks: TasksDep, response: Response) -> Reverted:
    """Takes the change set back as a whole. What was changed again since stays, and is reported."""
    return _named(await tasks.undo(change_set_id), response)


@router.post("/redo/{change_set_id}")
async def redo_change_set(change_set_id: str, tasks: TasksDep, response: Response) -> Reverted:
    """Does again what was undone; `change_set_id` is that of the original change."""
    return _named(await tasks.redo(change_set_id), response)


@router.get("/activity")
async def list_activity(
    tasks: TasksDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str | None, Query(max_length=2000)] = None,
    task: Annotated[str | None, Query(max_length=40)] = None,
) -> ActivityPage:
    """Newest first; `task` is the id of the one that it should be about."""
    return await tasks.activity(cursor, limit, task)


def _named(reverted: Reverted, response: Response) -> Reverted:
    response.headers[CHANGE_SET] = reverted.change_set_id
    return reverted
