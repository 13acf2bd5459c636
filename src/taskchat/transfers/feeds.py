"""A private address at which calendar programs find what a person has to do. Whoever knows it may read that."""

import asyncio
import re
import secrets
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, insert, select

from taskchat.accounts.tokens import digest
from taskchat.db.engine import Database
from taskchat.db.tables import AccountRow, CalendarFeedRow
from taskchat.domain.actor import Actor, ActorKind
from taskchat.domain.errors import NotFound
from taskchat.domain.task import UserId
from taskchat.interchange.ical import calendars
from taskchat.tasks.owner import Owner
from taskchat.tasks.storage.repository import TaskRepository
from taskchat.tasks.transactions import TaskTransactions

RANDOM_BYTES = 32
SECRET = re.compile(f"[0-9a-f]{{{2 * RANDOM_BYTES}}}")
NAME = "TaskChat"


class CalendarFeeds:
    """Everybody has one or none. Of its secret only the hash is kept."""

    def __init__(
        self, database: Database, tasks: TaskTransactions, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._tasks = tasks
        self._clock = clock

    async def open(self, owner: UserId) -> str:
        """A new secret; the one before is worth nothing from now on."""
        secret = secrets.token_hex(RANDOM_BYTES)
        async with self._database.transaction() as session:
            await TaskRepository(session, owner).take_turn()
            await session.execute(delete(CalendarFeedRow).where(CalendarFeedRow.owner_id == owner))
            row = {"secret_hash": digest(secret), "created_at": self._clock()}
            await session.execute(insert(CalendarFeedRow).values(owner_id=owner, **row))
        return secret

    async def close(self, owner: UserId) -> None:
        async with self._database.transaction() as session:
            await session.execute(delete(CalendarFeedRow).where(CalendarFeedRow.owner_id == owner))

    async def opened_at(self, owner: UserId) -> datetime | None:
        """None where there is none."""
        mine = select(CalendarFeedRow.created_at).where(CalendarFeedRow.owner_id == owner)
        async with self._database.reading() as session:
            return await session.scalar(mine)

    async def calendar(self, secret: str, *, as_events: bool) -> bytes:
        """What is open and has a date; raises NotFound for what is no secret."""
        owner = await self._owner(secret)
        async with self._tasks.snapshot(owner) as tasks:
            agenda = await tasks.agenda()
        return await asyncio.to_thread(calendars.write, agenda, name=NAME, as_events=as_events)

    async def _owner(self, secret: str) -> Owner:
        if not SECRET.fullmatch(secret):
            raise _nothing()
        known = (
            select(AccountRow.id, AccountRow.timezone)
            .join(CalendarFeedRow, CalendarFeedRow.owner_id == AccountRow.id)
            .where(CalendarFeedRow.secret_hash == digest(secret))
        )
        async with self._database.reading() as session:
            found = (await session.execute(known)).one_or_none()
        if found is None:
            raise _nothing()
        return Owner(UserId(found[0]), found[1], Actor(ActorKind.TOKEN, NAME))


def _nothing() -> NotFound:
    """As any address where there is nothing."""
    return NotFound("There is nothing at this address.")
