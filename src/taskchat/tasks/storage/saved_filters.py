"""One owner's filters that have a name."""

from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.tables import SavedFilterRow
from taskchat.domain.errors import Conflict, NotFound
from taskchat.domain.filters import parse
from taskchat.domain.ids import new_id
from taskchat.domain.task import UserId
from taskchat.domain.text import fold
from taskchat.tasks.commands import SaveFilter
from taskchat.tasks.views import SavedFilter, SavedFilters

MAX_FILTERS = 100


class FilterService:
    def __init__(self, session: AsyncSession, owner: UserId, now: datetime) -> None:
        self._session = session
        self._owner = owner
        self._now = now

    async def list(self) -> SavedFilters:
        """By name."""
        mine = select(SavedFilterRow).where(SavedFilterRow.owner_id == self._owner)
        rows = await self._session.scalars(mine.order_by(SavedFilterRow.name_key))
        return SavedFilters(
            items=[SavedFilter(id=row.id, name=row.name, query=row.query) for row in rows]
        )

    async def save(self, command: SaveFilter) -> SavedFilter:
        """Raises Invalid for a filter that cannot be read."""
        parse(command.query)
        values: dict[str, object] = {
            "name": command.name,
            "query": command.query,
            "updated_at": self._now,
        }
        named = update(SavedFilterRow).where(
            SavedFilterRow.owner_id == self._owner, SavedFilterRow.name_key == fold(command.name)
        )
        known = named.values(**values).returning(SavedFilterRow.id)
        filter_id = await self._session.scalar(known)
        if filter_id is None:
            filter_id = await self._add(values, fold(command.name))
        return SavedFilter(id=filter_id, name=command.name, query=command.query)

    async def delete(self, filter_id: str) -> None:
        mine = (SavedFilterRow.owner_id == self._owner, SavedFilterRow.id == filter_id)
        gone = delete(SavedFilterRow).where(*mine).returning(SavedFilterRow.id)
        if await self._session.scalar(gone) is None:
            raise NotFound("There is no such filter.", code="filter_not_found")

    async def _add(self, values: dict[str, object], name_key: str) -> str:
        count = select(func.count()).where(SavedFilterRow.owner_id == self._owner)
        if (await self._session.scalar(count) or 0) >= MAX_FILTERS:
            message = f"There are at most {MAX_FILTERS} saved filters."
            raise Conflict(message, code="too_many_filters")
        filter_id = new_id("flt")
        row = {"id": filter_id, "owner_id": self._owner, "name_key": name_key, **values}
        await self._session.execute(insert(SavedFilterRow).values(created_at=self._now, **row))
        return filter_id
