"""Threads and items for the tests of the store."""

from datetime import datetime

from chatkit.types import (
    InferenceOptions,
    ThreadMetadata,
    UserMessageItem,
    UserMessageTextContent,
)

from taskchat.chat.caller import Caller
from taskchat.chat.store import ChatStore
from tests.people import NOW


def said(thread: ThreadMetadata, item_id: str, text: str, at: datetime = NOW) -> UserMessageItem:
    return UserMessageItem(
        id=item_id,
        thread_id=thread.id,
        created_at=at,
        content=[UserMessageTextContent(type="input_text", text=text)],
        inference_options=InferenceOptions(),
    )


async def add_thread(
    store: ChatStore, caller: Caller, title: str = "A", at: datetime = NOW
) -> ThreadMetadata:
    thread = ThreadMetadata(id=store.generate_thread_id(caller), created_at=at, title=title)
    await store.save_thread(thread, caller)
    return thread


async def ids(store: ChatStore, caller: Caller, thread: ThreadMetadata) -> list[str]:
    page = await store.load_thread_items(thread.id, None, 100, "asc", caller)
    return [item.id for item in page.data]
