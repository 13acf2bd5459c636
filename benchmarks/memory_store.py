"""The smallest store that ChatKit's server works with: two dictionaries."""

from typing import override

from chatkit.store import NotFoundError, Store
from chatkit.types import Attachment, Page, ThreadItem, ThreadMetadata


class MemoryStore(Store[None]):
    def __init__(self) -> None:
        self._threads: dict[str, ThreadMetadata] = {}
        self._items: dict[str, dict[str, ThreadItem]] = {}

    @override
    async def load_thread(self, thread_id: str, context: None) -> ThreadMetadata:
        if thread_id not in self._threads:
            raise NotFoundError(thread_id)
        return self._threads[thread_id]

    @override
    async def save_thread(self, thread: ThreadMetadata, context: None) -> None:
        self._threads[thread.id] = thread
        self._items.setdefault(thread.id, {})

    @override
    async def delete_thread(self, thread_id: str, context: None) -> None:
        self._threads.pop(thread_id, None)
        self._items.pop(thread_id, None)

    @override
    async def load_threads(
        self, limit: int, after: str | None, order: str, context: None
    ) -> Page[ThreadMetadata]:
        return Page(data=list(self._threads.values())[:limit])

    @override
    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: None
    ) -> Page[ThreadItem]:
        items = list(self._items[thread_id].values())
        return Page(data=(items[::-1] if order == "desc" else items)[:limit])

    @override
    async def load_item(self, thread_id: str, item_id: str, context: None) -> ThreadItem:
        if item_id not in self._items[thread_id]:
            raise NotFoundError(item_id)
        return self._items[thread_id][item_id]

    @override
    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: None) -> None:
        self._items[thread_id][item.id] = item

    @override
    async def save_item(self, thread_id: str, item: ThreadItem, context: None) -> None:
        self._items[thread_id][item.id] = item

    @override
    async def delete_thread_item(self, thread_id: str, item_id: str, context: None) -> None:
        self._items[thread_id].pop(item_id, None)

    @override
    async def save_attachment(self, attachment: Attachment, context: None) -> None:
        raise NotImplementedError

    @override
    async def load_attachment(self, attachment_id: str, context: None) -> Attachment:
        raise NotImplementedError

    @override
    async def delete_attachment(self, attachment_id: str, context: None) -> None:
        raise NotImplementedError
