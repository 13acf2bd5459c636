"""The browsers that want to be told, in SQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.statements import is_sqlite
from taskchat.db.tables import PushSubscriptionRow
from taskchat.domain.ids import new_id
from taskchat.domain.task import UserId
from taskchat.domain.text import clean
from taskchat.schedules.post.encryption import read_keys
from taskchat.schedules.post.endpoints import MAX_LENGTH, check_endpoint

MOST_PER_PERSON = 10
MAX_KEY_LENGTH = 200


class PushKeys(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    p256dh: str = Field(max_length=MAX_KEY_LENGTH)
    auth: str = Field(max_length=MAX_KEY_LENGTH)


class Subscribe(BaseModel):
    """What a browser's `PushSubscription` says of itself."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    endpoint: str
    keys: PushKeys


class Unsubscribe(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    endpoint: Annotated[str, Field(max_length=MAX_LENGTH), AfterValidator(clean)]


class Subscriptions:
    """One person's, within a transaction that somebody else commits."""

    def __init__(
        self, session: AsyncSession, owner: UserId, now: datetime, *, allow_local: bool = False
    ) -> None:
        """`allow_local` lets a push service be at http://127.0.0.1, which nobody should who serves others."""
        self._session = session
        self._owner = owner
        self._now = now
        self._allow_local = allow_local

    async def add(self, command: Subscribe) -> None:
        """Whoever subscribed with this browser before is not told there any more; beyond ten, the oldest goes.

        Raises Invalid for an address or keys that no browser gives.
        """
        endpoint = check_endpoint(command.endpoint, allow_local=self._allow_local)
        read_keys(command.keys.p256dh, command.keys.auth)
        values = {
            "id": new_id("psh"),
            "owner_id": self._owner,
            "endpoint": endpoint,
            "p256dh": command.keys.p256dh,
            "auth": command.keys.auth,
            "created_at": self._now,
        }
        await _upsert(self._session, values)
        oldest_first = await ids(self._session, self._owner)
        too_many = PushSubscriptionRow.id.in_(oldest_first[:-MOST_PER_PERSON])
        await self._session.execute(delete(PushSubscriptionRow).where(too_many))

    async def remove(self, command: Unsubscribe) -> None:
        """Nothing happens when it is not there."""
        mine = PushSubscriptionRow.owner_id == self._owner
        same = PushSubscriptionRow.endpoint == command.endpoint
        await self._session.execute(delete(PushSubscriptionRow).where(mine, same))


async def get(session: AsyncSession, subscription_id: str) -> PushSubscriptionRow | None:
    return await session.get(PushSubscriptionRow, subscription_id)


async def forget(session: AsyncSession, subscription_id: str) -> None:
    """Its browser has ended it."""
    ended = PushSubscriptionRow.id == subscription_id
    await session.execute(delete(PushSubscriptionRow).where(ended))


async def ids(session: AsyncSession, owner_id: str) -> Sequence[str]:
    """Of one person's subscriptions, oldest first."""
    mine = select(PushSubscriptionRow.id).where(PushSubscriptionRow.owner_id == owner_id)
    ordered = mine.order_by(PushSubscriptionRow.created_at, PushSubscriptionRow.id)
    return (await session.scalars(ordered)).all()


async def _upsert(session: AsyncSession, values: Mapping[str, object]) -> None:
    """What waits for a browser goes on waiting when the same person subscribes there again."""
    statement = (
        (sqlite if is_sqlite(session) else postgresql).insert(PushSubscriptionRow).values(values)
    )
    given = statement.excluded
    is_same = PushSubscriptionRow.owner_id == given.owner_id
    kept = {name: given[name] for name in values} | {
        "id": case((is_same, PushSubscriptionRow.id), else_=given.id)
    }
    await session.execute(statement.on_conflict_do_update(index_elements=["endpoint"], set_=kept))
