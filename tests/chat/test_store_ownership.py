"""Whose threads and items they are."""

import pytest
from chatkit.types import (
    ThreadItem,
)

from taskchat.chat.caller import Caller
from taskchat.chat.store import ChatStore
from taskchat.domain.errors import NotFound
from tests.chat.threads import add_thread, ids, said

pytestmark = pytest.mark.anyio


async def test_the_same_item_id_may_exist_in_two_threads(store: ChatStore, ann: Caller) -> None:
    one, two = await add_thread(store, ann), await add_thread(store, ann)
    await store.add_thread_item(one.id, said(one, "msg_1", "in one"), ann)
    await store.add_thread_item(two.id, said(two, "msg_1", "in two"), ann)

    assert await store.load_item(one.id, "msg_1", ann) == said(one, "msg_1", "in one")
    await store.delete_thread_item(one.id, "msg_1", ann)
    assert await store.load_item(two.id, "msg_1", ann) == said(two, "msg_1", "in two")


async def test_an_item_is_found_only_in_its_own_thread(store: ChatStore, ann: Caller) -> None:
    one, two = await add_thread(store, ann), await add_thread(store, ann)
    await store.add_thread_item(one.id, said(one, "msg_1", "x"), ann)

    with pytest.raises(NotFound):
        await store.load_item(two.id, "msg_1", ann)
    with pytest.raises(NotFound):
        await store.load_thread_items(two.id, "msg_1", 10, "asc", ann)


async def test_nothing_of_another_persons_can_be_read_or_changed(
    store: ChatStore, ann: Caller, ben: Caller
) -> None:
    thread = await add_thread(store, ann, "Ann's")
    item: ThreadItem = said(thread, "msg_1", "secret")
    await store.add_thread_item(thread.id, item, ann)
    stolen = thread.model_copy(update={"title": "Ben's"})

    attempts = [
        store.load_thread(thread.id, ben),
        store.save_thread(stolen, ben),
        store.delete_thread(thread.id, ben),
        store.load_thread_items(thread.id, None, 10, "asc", ben),
        store.load_threads(10, thread.id, "asc", ben),
        store.load_item(thread.id, "msg_1", ben),
        store.add_thread_item(thread.id, said(thread, "msg_2", "mine"), ben),
        store.save_item(thread.id, said(thread, "msg_1", "mine"), ben),
        store.delete_thread_item(thread.id, "msg_1", ben),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound):
            await attempt

    assert (await store.load_threads(10, None, "asc", ben)).data == []
    assert await store.load_thread(thread.id, ann) == thread
    assert await store.load_item(thread.id, "msg_1", ann) == item
    assert await ids(store, ann, thread) == ["msg_1"]


async def test_what_does_not_exist_is_not_found(store: ChatStore, ann: Caller) -> None:
    thread = await add_thread(store, ann)
    for attempt in (
        store.load_thread("thr_0", ann),
        store.delete_thread("thr_0", ann),
        store.load_threads(10, "thr_0", "asc", ann),
        store.load_item(thread.id, "msg_0", ann),
        store.delete_thread_item(thread.id, "msg_0", ann),
        store.load_attachment("atc_0", ann),
        store.delete_attachment("atc_0", ann),
    ):
        with pytest.raises(NotFound):
            await attempt
