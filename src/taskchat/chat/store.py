"""ChatKit's Store on SQL. Whatever it writes, it tells the thread's followers in the same transaction."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, override

from chatkit.store import Store, StoreItemType
from chatkit.types import (
    Attachment,
    Page,
    ThreadItem,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemReplacedEvent,
    ThreadMetadata,
    ThreadUpdatedEvent,
    WorkflowItem,
)

from taskchat.chat import wire
from taskchat.chat.attempt import PREFIXES
from taskchat.chat.caller import Caller
from taskchat.chat.repository import ChatRepository
from taskchat.db.engine import Database
from taskchat.db.statements import Link
from taskchat.domain.errors import Invalid, NotFound
from taskchat.domain.ids import new_id
from taskchat.streams.log import EventLog

MAX_PAGE = 100


class ChatStore(Store[Caller]):
    def __init__(self, database: Database, log: EventLog) -> None:
        self._database = database
        self._log = log

    async def _write[T](self, context: Caller, work: Callable[[Link], Coroutine[Any, Any, T]]) -> T:
        """What an answer writes is written only while its attempt holds the run."""
        attempt = context.attempt

        async def joined(link: Link) -> T:
            if attempt:
                await attempt.journal.join(link)
            return await work(link)

        try:
            return await self._database.transact(joined)
        except Exception as error:
            if attempt:
                attempt.breakdown = error
            raise

    @override
    def generate_thread_id(self, context: Caller) -> str:
        return new_id(PREFIXES["thread"])

    @override
    def generate_item_id(
        self, item_type: StoreItemType, thread: ThreadMetadata, context: Caller
    ) -> str:
        return new_id(PREFIXES[item_type])

    @override
    async def load_thread(self, thread_id: str, context: Caller) -> ThreadMetadata:
        async with self._database.reading() as session:
            return await ChatRepository(session, context.user_id).thread(thread_id)

    @override
    async def save_thread(self, thread: ThreadMetadata, context: Caller) -> None:
        await self._write(context, lambda link: self._save_thread(link, thread, context))

    async def _save_thread(self, link: Link, thread: ThreadMetadata, context: Caller) -> None:
        repository = ChatRepository(link, context.user_id)
        if await repository.has_thread(thread.id):
            await repository.save_thread(thread)
            event = ThreadUpdatedEvent(thread=wire.full_thread(thread))
            await self._log.write(link, thread.id, [wire.encode(event)])
            kind = "thread.updated"
        else:
            await self._log.open(link, thread.id, context.user_id)
            await repository.add_thread(thread)
            kind = "thread.created"
        await self._log.write(link, context.user_id, [wire.thread_event(kind, thread)])

    @override
    async def load_threads(
        self, limit: int, after: str | None, order: str, context: Caller
    ) -> Page[ThreadMetadata]:
        limit = wire.check_page(limit, MAX_PAGE)
        async with self._database.reading() as session:
            repository = ChatRepository(session, context.user_id)
            return _page(await repository.threads(after, limit + 1, order), limit)

    @override
    async def delete_thread(self, thread_id: str, context: Caller) -> None:
        async def delete(link: Link) -> None:
            await ChatRepository(link, context.user_id).delete_thread(thread_id)
            gone = wire.thread_deleted(thread_id)
            await self._log.write(link, context.user_id, [gone])

        await self._write(context, delete)

    @override
    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: Caller
    ) -> Page[ThreadItem]:
        limit = wire.check_page(limit, MAX_PAGE)
        async with self._database.reading() as session:
            repository = ChatRepository(session, context.user_id)
            return _page(await repository.items(thread_id, after, limit + 1, order), limit)

    @override
    async def load_item(self, thread_id: str, item_id: str, context: Caller) -> ThreadItem:
        async with self._database.reading() as session:
            return await ChatRepository(session, context.user_id).item(thread_id, item_id)

    @override
    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: Caller) -> None:
        """Raises Conflict for an id that the thread has already; only a workflow may be continued."""
        await self._write(context, lambda link: self._add_item(link, thread_id, item, context))

    async def _add_item(
        self, link: Link, thread_id: str, item: ThreadItem, context: Caller
    ) -> None:
        repository = ChatRepository(link, context.user_id)
        is_continued = isinstance(item, WorkflowItem) and await repository.save_item(
            thread_id, item
        )
        if not is_continued:
            await repository.add_item(thread_id, item)
        await self._log.write(link, thread_id, [wire.encode(ThreadItemDoneEvent(item=item))])

    @override
    async def save_item(self, thread_id: str, item: ThreadItem, context: Caller) -> None:
        await self._write(context, lambda link: self.replace(link, thread_id, item, context))

    async def lock(self, session: Link, thread_id: str, context: Caller) -> None:
        """Before tasks are changed: their events come after the conversation's own, everywhere."""
        repository = ChatRepository(session, context.user_id)
        await repository.take_turn()
        await repository.lock_thread(thread_id)
        await self._log.write(session, thread_id, [])

    async def replace(
        self, session: Link, thread_id: str, item: ThreadItem, context: Caller
    ) -> None:
        """Within the caller's transaction; an item that is not there yet is added."""
        repository = ChatRepository(session, context.user_id)
        if not await repository.save_item(thread_id, item):
            await repository.add_item(thread_id, item)
        event = wire.encode(ThreadItemReplacedEvent(item=item))
        await self._log.write(session, thread_id, [event])

    @override
    async def delete_thread_item(self, thread_id: str, item_id: str, context: Caller) -> None:
        async def remove(link: Link) -> None:
            await ChatRepository(link, context.user_id).delete_item(thread_id, item_id)
            event = wire.encode(ThreadItemRemovedEvent(item_id=item_id))
            await self._log.write(link, thread_id, [event])

        await self._write(context, remove)

    @override
    async def save_attachment(self, attachment: Attachment, context: Caller) -> None:
        raise Invalid("Attachments are not supported.", code="attachments_unsupported")

    @override
    async def load_attachment(self, attachment_id: str, context: Caller) -> Attachment:
        raise NotFound("There is no such attachment.", code="attachment_not_found")

    @override
    async def delete_attachment(self, attachment_id: str, context: Caller) -> None:
        raise NotFound("There is no such attachment.", code="attachment_not_found")


def _page[T: (ThreadItem, ThreadMetadata)](found: Sequence[T], limit: int) -> Page[T]:
    more = len(found) > limit
    data = list(found[:limit])
    return Page(data=data, has_more=more, after=data[-1].id if more else None)
