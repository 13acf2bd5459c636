"""What a person is told: the list of it, putting a reminder off, and browsers that want to hear of it."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from taskchat.api.deps import CurrentPrincipal, NoticesDep, ResourcesDep
from taskchat.api.errors import problems
from taskchat.api.idempotency import IdempotentRoute
from taskchat.api.tasks import PageQuery, TaskId
from taskchat.schedules.notifications import NotificationPage, ReadNotifications
from taskchat.schedules.post.encryption import public_text
from taskchat.schedules.post.subscriptions import Subscribe, Unsubscribe
from taskchat.schedules.snoozes import Snooze, Snoozed

router = APIRouter(prefix="/api", tags=["notices"], route_class=IdempotentRoute)


class PushKey(BaseModel):
    """The `applicationServerKey` of a subscription."""

    key: str


@router.get("/notifications", responses=problems(401, 422))
async def list_notifications(
    query: Annotated[PageQuery, Query()], notices: NoticesDep
) -> NotificationPage:
    return await notices.notifications.page(query.cursor, query.limit)


@router.post("/notifications/read", status_code=204, responses=problems(400, 401, 409, 422))
async def read_notifications(command: ReadNotifications, notices: NoticesDep) -> None:
    await notices.notifications.read(command)


@router.post("/tasks/{task_id}/snooze", responses=problems(400, 401, 404, 409, 422))
async def snooze_task(task_id: TaskId, command: Snooze, notices: NoticesDep) -> Snoozed:
    """Moves the reminder and leaves the due date as it is."""
    return await notices.snoozes.snooze(task_id, command)


@router.get("/push/key", responses=problems(401))
async def get_push_key(_: CurrentPrincipal, resources: ResourcesDep) -> PushKey:
    return PushKey(key=public_text(await resources.schedules.keys.push()))


@router.post("/push/subscriptions", status_code=204, responses=problems(400, 401, 409, 422))
async def subscribe(command: Subscribe, notices: NoticesDep) -> None:
    """Takes what a browser's `PushSubscription.toJSON()` gives."""
    await notices.subscriptions.add(command)


@router.delete("/push/subscriptions", status_code=204, responses=problems(400, 401, 409, 422))
async def unsubscribe(command: Unsubscribe, notices: NoticesDep) -> None:
    await notices.subscriptions.remove(command)
