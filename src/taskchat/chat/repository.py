"""One person's conversations in SQL. There is no way to ask for anyone else's."""

from datetime import datetime
from typing import Any, NoReturn

from chatkit.types import ThreadItem, ThreadMetadata
from sqlalchemy import Select, and_, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.chat import wire
from taskchat.db.tables import AccountRow, FeedbackRow, ItemRow, StreamRow, ThreadRow
from taskchat.domain.errors import Conflict, NotFound
from taskchat.domain.task import UserId


class ChatRepository:
    def __init__(self, session: AsyncSession, owner: UserId) -> None:
        self._session = session
        self._owner = owner

    # Threads

    async def thread(self, thread_id: str) -> ThreadMetadata:
        data = await self._session.scalar(self._threads(ThreadRow.data, thread_id))
        return wire.read_thread(data) if data else _no_thread()

    async def has_thread(self, thread_id: str) -> bool:
        return await self._session.scalar(self._threads(ThreadRow.id, thread_id)) is not None

    async def add_thread(self, thread: ThreadMetadata) -> None:
        """Raises NotFound when the id is taken: it is another person's, as if it did not exist."""
        row = {"id": thread.id, "owner_id": self._owner, "created_at": thread.created_at}
        try:
            await self._session.execute(
                insert(ThreadRow).values(**row, data=wire.dump_thread(thread))
            )
        except IntegrityError:
            _no_thread()

    async def save_thread(self, thread: ThreadMetadata) -> None:
        mine = (ThreadRow.id == thread.id, ThreadRow.owner_id == self._owner)
        await self._session.execute(
            update(ThreadRow).where(*mine).values(data=wire.dump_thread(thread))
        )

    async def delete_thread(self, thread_id: str) -> None:
        await self.thread(thread_id)
        await self._session.execute(delete(ThreadRow).where(ThreadRow.id == thread_id))
        await self._session.execute(delete(StreamRow).where(StreamRow.id == thread_id))

    async def threads(self, after: str | None, limit: int, order: str) -> list[ThreadMetadata]:
        """At most `limit` threads strictly after the thread `after`."""
        newest_first = order == "desc"
        query = select(ThreadRow.data).where(ThreadRow.owner_id == self._owner)
        if after:
            created = await self._session.scalar(self._threads(ThreadRow.created_at, after))
            if created is None:
                _no_thread()
            query = query.where(_beyond(created, after, newest_first))
        keys = (ThreadRow.created_at, ThreadRow.id)
        ordered = query.order_by(*(key.desc() if newest_first else key.asc() for key in keys))
        return [wire.read_thread(d) for d in await self._session.scalars(ordered.limit(limit))]

    # Items

    async def items(
        self, thread_id: str, after: str | None, limit: int, order: str
    ) -> list[ThreadItem]:
        """At most `limit` items strictly after the item `after`, in the order in which they appeared."""
        await self.thread(thread_id)
        newest_first = order == "desc"
        query = select(ItemRow.data).where(ItemRow.thread_id == thread_id)
        if after:
            sequence = await self._sequence(thread_id, after)
            beyond = ItemRow.sequence < sequence if newest_first else ItemRow.sequence > sequence
            query = query.where(beyond)
        ordered = query.order_by(
            ItemRow.sequence.desc() if newest_first else ItemRow.sequence.asc()
        )
        return [wire.read_item(d) for d in await self._session.scalars(ordered.limit(limit))]

    async def items_until(self, thread_id: str, item_id: str, most: int) -> list[ThreadItem]:
        """The item and at most `most - 1` before it, oldest first."""
        sequence = await self._sequence(thread_id, item_id)
        until = (ItemRow.thread_id == thread_id, ItemRow.sequence <= sequence)
        newest = select(ItemRow.data).where(*until).order_by(ItemRow.sequence.desc()).limit(most)
        return [wire.read_item(d) for d in await self._session.scalars(newest)][::-1]

    async def item(self, thread_id: str, item_id: str) -> ThreadItem:
        return await self.find_item(thread_id, item_id) or _no_item()

    async def find_item(self, thread_id: str, item_id: str) -> ThreadItem | None:
        await self.thread(thread_id)
        named = (ItemRow.thread_id == thread_id, ItemRow.id == item_id)
        data = await self._session.scalar(select(ItemRow.data).where(*named))
        return wire.read_item(data) if data else None

    async def add_item(self, thread_id: str, item: ThreadItem) -> None:
        """Raises Conflict when the thread has an item of that id already."""
        take = (
            update(ThreadRow)
            .where(ThreadRow.id == thread_id, ThreadRow.owner_id == self._owner)
            .values(last_sequence=ThreadRow.last_sequence + 1)
            .returning(ThreadRow.last_sequence)
        )
        sequence = (await self._session.execute(take)).scalar_one_or_none()
        if sequence is None:
            _no_thread()
        row = {"thread_id": thread_id, "id": item.id, "sequence": sequence}
        try:
            await self._session.execute(insert(ItemRow).values(**row, data=wire.dump_item(item)))
        except IntegrityError as error:
            raise Conflict("That message exists already.", code="item_exists") from error

    async def save_item(self, thread_id: str, item: ThreadItem) -> bool:
        """False when there is no such item."""
        await self.thread(thread_id)
        named = (ItemRow.thread_id == thread_id, ItemRow.id == item.id)
        saved = update(ItemRow).where(*named).values(data=wire.dump_item(item))
        return (await self._session.execute(saved.returning(ItemRow.id))).first() is not None

    async def delete_item(self, thread_id: str, item_id: str) -> None:
        await self.thread(thread_id)
        named = (ItemRow.thread_id == thread_id, ItemRow.id == item_id)
        gone = await self._session.execute(delete(ItemRow).where(*named).returning(ItemRow.id))
        if gone.first() is None:
            _no_item()

    async def delete_items_after(self, thread_id: str, item_id: str) -> list[str]:
        """The ids of what was deleted, newest first."""
        sequence = await self._sequence(thread_id, item_id)
        later = (ItemRow.thread_id == thread_id, ItemRow.sequence > sequence)
        newest = select(ItemRow.id).where(*later).order_by(ItemRow.sequence.desc())
        ids = list(await self._session.scalars(newest))
        await self._session.execute(delete(ItemRow).where(*later))
        return ids

    async def set_feedback(
        self, thread_id: str, item_ids: list[str], kind: str, at: datetime
    ) -> None:
        for item_id in item_ids:
            await self.item(thread_id, item_id)
            named = {"thread_id": thread_id, "item_id": item_id}
            await self._session.merge(FeedbackRow(**named, kind=kind, at=at))

    async def lock_thread(self, thread_id: str) -> None:
        """Until the transaction ends, runs of the thread neither begin nor end elsewhere."""
        mine = select(ThreadRow.id).where(
            ThreadRow.id == thread_id, ThreadRow.owner_id == self._owner
        )
        if await self._session.scalar(mine.with_for_update(key_share=True)) is None:
            _no_thread()

    async def take_turn(self) -> None:
        """Until the transaction ends, the person's other requests wait here; on SQLite they do so anyway."""
        mine = select(AccountRow.id).where(AccountRow.id == self._owner)
        await self._session.execute(mine.with_for_update(key_share=True))

    def _threads(self, column: Any, thread_id: str) -> Select[Any]:
        return select(column).where(ThreadRow.id == thread_id, ThreadRow.owner_id == self._owner)

    async def _sequence(self, thread_id: str, item_id: str) -> int:
        await self.thread(thread_id)
        named = (ItemRow.thread_id == thread_id, ItemRow.id == item_id)
        sequence = await self._session.scalar(select(ItemRow.sequence).where(*named))
        return _no_item() if sequence is None else sequence


def _beyond(created: datetime, thread_id: str, newest_first: bool) -> Any:
    same = ThreadRow.created_at == created
    if newest_first:
        return or_(ThreadRow.created_at < created, and_(same, ThreadRow.id < thread_id))
    return or_(ThreadRow.created_at > created, and_(same, ThreadRow.id > thread_id))


def _no_thread() -> NoReturn:
    raise NotFound("There is no such conversation.", code="thread_not_found")


def _no_item() -> NoReturn:
    raise NotFound("There is no such message.", code="item_not_found")
