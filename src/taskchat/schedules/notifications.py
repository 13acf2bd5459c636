"""What people are told without having asked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from sqlalchemy import func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.tables import NotificationRow
from taskchat.domain.cursor import decode, encode
from taskchat.domain.errors import Invalid
from taskchat.domain.task import UserId
from taskchat.domain.text import clean

MOST_READ = 100
MOST_COUNTED = 100

UNREAD = NotificationRow.read_at.is_(None)

type NotificationId = Annotated[str, Field(max_length=200), AfterValidator(clean)]


class Notification(BaseModel):
    """`data` is what its event told: `{"task", "late"}` of a reminder, `{"date", "due_today", "overdue"}` of a digest."""

    id: str
    kind: str
    data: dict[str, Any]
    created_at: datetime
    read_at: datetime | None


class NotificationPage(BaseModel):
    """Newest first. `unread` counts all that are not read, up to 100."""

    items: list[Notification]
    next_cursor: str | None
    unread: int


class ReadNotifications(BaseModel):
    """Which to mark as read: those with these ids, or all of them."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    ids: Annotated[tuple[NotificationId, ...], Field(max_length=MOST_READ)] = ()
    all: Literal[True] | None = None


class Notifications:
    """One person's, within a transaction that somebody else commits."""

    def __init__(self, session: AsyncSession, owner: UserId, now: datetime) -> None:
        self._session = session
        self._owner = owner
        self._now = now

    async def page(self, cursor: str | None, limit: int) -> NotificationPage:
        """Raises Invalid for a cursor that no page gave."""
        mine = select(NotificationRow).where(NotificationRow.owner_id == self._owner)
        place = (NotificationRow.created_at, NotificationRow.key)
        if cursor:
            mine = mine.where(tuple_(*place) < _place(cursor))
        newest = mine.order_by(*(column.desc() for column in place)).limit(limit + 1)
        rows = (await self._session.scalars(newest)).all()
        more = len(rows) > limit
        shown = rows[:limit]
        return NotificationPage(
            items=[_notification(row) for row in shown],
            next_cursor=_cursor(shown[-1]) if more else None,
            unread=await self._unread(),
        )

    async def read(self, command: ReadNotifications) -> None:
        """Those that are read already, or not this person's, stay as they are."""
        if not command.ids and not command.all:
            raise Invalid("Say which by their ids, or all.", code="notifications_unnamed")
        mine = update(NotificationRow).where(NotificationRow.owner_id == self._owner, UNREAD)
        named = mine if command.all else mine.where(NotificationRow.key.in_(command.ids))
        await self._session.execute(named.values(read_at=self._now))

    async def _unread(self) -> int:
        mine = select(NotificationRow.key).where(NotificationRow.owner_id == self._owner, UNREAD)
        counted = select(func.count()).select_from(mine.limit(MOST_COUNTED).subquery())
        return await self._session.scalar(counted) or 0


async def known(session: AsyncSession, keys: list[str]) -> set[str]:
    """Those of the occasions that their person was told of already."""
    told = select(NotificationRow.key).where(NotificationRow.key.in_(keys))
    return set(await session.scalars(told))


async def note(
    session: AsyncSession,
    owner_id: str,
    kind: str,
    told: Mapping[str, dict[str, Any]],
    now: datetime,
) -> None:
    """Keeps what is told, by its key; a key that is known already breaks the transaction."""
    rows = [
        {"key": key, "owner_id": owner_id, "kind": kind, "data": data, "created_at": now}
        for key, data in told.items()
    ]
    if rows:
        await session.execute(insert(NotificationRow), rows)


def _notification(row: NotificationRow) -> Notification:
    return Notification(
        id=row.key,
        kind=row.kind,
        data=row.data,
        created_at=row.created_at,
        read_at=row.read_at,
    )


def _cursor(row: NotificationRow) -> str:
    return encode(row.created_at.isoformat(), row.key)


def _place(cursor: str) -> tuple[datetime, str]:
    at, key = decode(cursor, str, str)
    try:
        moment = datetime.fromisoformat(str(at))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid("The cursor is not one that a page gave.", code="cursor_invalid")
    return moment, str(key)
