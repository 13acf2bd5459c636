"""What ChatKit's server expects of a store, and what its own suite does not notice."""

from datetime import UTC, datetime, timedelta

import pytest
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    Attachment,
    FileAttachment,
    LockedStatus,
    Page,
    Thread,
    Workflow,
    WorkflowItem,
)
from dirty_equals import IsStr

from taskchat.chat.caller import Caller
from taskchat.chat.store import ChatStore
from taskchat.domain.errors import Conflict, DomainError, Invalid, NotFound
from taskchat.streams.cursor import Cursor
from taskchat.streams.log import EventLog
from tests.chat.threads import add_thread, ids, said
from tests.people import NOW

pytestmark = pytest.mark.anyio


async def test_a_thread_comes_back_as_it_was_saved(store: ChatStore, ann: Caller) -> None:
    thread = await add_thread(store, ann)
    thread.title = "Renamed"
    thread.metadata = {"a": {"b": [1, None]}}
    thread.status = LockedStatus(reason="done")
    await store.save_thread(thread, ann)

    assert await store.load_thread(thread.id, ann) == thread


async def test_saving_a_full_thread_keeps_its_items_out_of_the_record(
    store: ChatStore, ann: Caller
) -> None:
    thread = await add_thread(store, ann)
    full = Thread(**thread.model_dump(), items=Page(data=[said(thread, "msg_1", "hi")]))
    await store.save_thread(full, ann)

    assert await store.load_thread(thread.id, ann) == thread
    assert await ids(store, ann, thread) == []


async def test_items_keep_the_order_in_which_they_were_added_whatever_their_times(
    store: ChatStore, ann: Caller
) -> None:
    thread = await add_thread(store, ann)
    for place, minutes in enumerate((5, 0, 5, -3)):
        at = NOW + timedelta(minutes=minutes)
        await store.add_thread_item(thread.id, said(thread, f"msg_{place}", "x", at), ann)

    assert await ids(store, ann, thread) == ["msg_0", "msg_1", "msg_2", "msg_3"]


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_pages_of_items_join_without_gap_or_repeat(
    store: ChatStore, ann: Caller, order: str
) -> None:
    thread = await add_thread(store, ann)
    for place in range(5):
        await store.add_thread_item(thread.id, said(thread, f"msg_{place}", "x"), ann)

    seen: list[str] = []
    after = None
    while True:
        page = await store.load_thread_items(thread.id, after, 2, order, ann)
        seen += [item.id for item in page.data]
        assert page.has_more == (len(seen) < 5)
        assert page.after == (page.data[-1].id if page.has_more else None)
        if not page.has_more:
            break
        after = page.after

    expected = [f"msg_{place}" for place in range(5)]
    assert seen == (expected if order == "asc" else expected[::-1])


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_pages_of_threads_join_even_when_threads_began_together(
    store: ChatStore, ann: Caller, order: str
) -> None:
    made = [await add_thread(store, ann, at=NOW + timedelta(seconds=n // 3)) for n in range(7)]
    expected = sorted(made, key=lambda thread: (thread.created_at, thread.id))

    seen: list[str] = []
    after = None
    while True:
        page = await store.load_threads(2, after, order, ann)
        seen += [thread.id for thread in page.data]
        if not page.has_more:
            break
        after = page.after

    assert seen == [t.id for t in (expected if order == "asc" else expected[::-1])]


async def test_an_item_comes_back_as_it_was_added_with_its_time_in_utc(
    store: ChatStore, ann: Caller
) -> None:
    thread = await add_thread(store, ann)
    message = AssistantMessageItem(
        id="msg_1",
        thread_id=thread.id,
        created_at=datetime(2026, 11, 20, 18, 0, 0, 123456, tzinfo=UTC),
        content=[AssistantMessageContent(text="Grüße 🦊\n", annotations=[])],
    )
    await store.add_thread_item(thread.id, message, ann)

    assert await store.load_item(thread.id, "msg_1", ann) == message


async def test_saving_an_item_changes_it_and_adds_one_that_is_not_there(
    store: ChatStore, ann: Caller
) -> None:
    thread = await add_thread(store, ann)
    await store.add_thread_item(thread.id, said(thread, "msg_1", "before"), ann)
    await store.save_item(thread.id, said(thread, "msg_1", "after"), ann)
    await store.save_item(thread.id, said(thread, "msg_2", "new"), ann)

    assert await store.load_item(thread.id, "msg_1", ann) == said(thread, "msg_1", "after")
    assert await ids(store, ann, thread) == ["msg_1", "msg_2"]


async def test_an_item_is_never_added_twice_except_for_a_workflow_that_goes_on(
    store: ChatStore, ann: Caller
) -> None:
    thread = await add_thread(store, ann)
    await store.add_thread_item(thread.id, said(thread, "msg_1", "first"), ann)
    with pytest.raises(Conflict):
        await store.add_thread_item(thread.id, said(thread, "msg_1", "second"), ann)
    assert await store.load_item(thread.id, "msg_1", ann) == said(thread, "msg_1", "first")

    workflow = WorkflowItem(
        id="wf_1",
        thread_id=thread.id,
        created_at=NOW,
        workflow=Workflow(type="custom", tasks=[], expanded=False),
    )
    await store.add_thread_item(thread.id, workflow, ann)
    workflow.workflow.expanded = True
    await store.add_thread_item(thread.id, workflow, ann)
    assert await store.load_item(thread.id, "wf_1", ann) == workflow
    assert await ids(store, ann, thread) == ["msg_1", "wf_1"]


async def test_a_deleted_thread_is_gone_with_its_items_and_its_stream(
    store: ChatStore, log: EventLog, ann: Caller
) -> None:
    thread = await add_thread(store, ann)
    await store.add_thread_item(thread.id, said(thread, "msg_1", "x"), ann)
    await store.delete_thread(thread.id, ann)

    with pytest.raises(NotFound):
        await store.load_thread(thread.id, ann)
    with pytest.raises(NotFound):
        await store.load_item(thread.id, "msg_1", ann)
    assert await log.read(thread.id, Cursor(0)) == []
    await store.save_thread(thread, ann)
    assert await ids(store, ann, thread) == []


@pytest.mark.parametrize("limit", [-1, 101, 10**9])
async def test_a_page_that_nobody_should_ask_for_is_refused(
    store: ChatStore, ann: Caller, limit: int
) -> None:
    thread = await add_thread(store, ann)
    for attempt in (
        store.load_threads(limit, None, "desc", ann),
        store.load_thread_items(thread.id, None, limit, "desc", ann),
    ):
        with pytest.raises(DomainError) as refused:
            await attempt
        assert refused.value.code == "limit_invalid"


async def test_attachments_are_refused(store: ChatStore, ann: Caller) -> None:
    attachment: Attachment = FileAttachment(id="atc_1", name="a.txt", mime_type="text/plain")
    with pytest.raises(Invalid):
        await store.save_attachment(attachment, ann)


async def test_ids_hold_128_random_bits_and_say_what_they_name(
    store: ChatStore, ann: Caller
) -> None:
    thread = await add_thread(store, ann)
    made = {store.generate_item_id("message", thread, ann) for _ in range(1000)}

    assert len(made) == 1000
    assert all(item_id == IsStr(regex=r"msg_[0-9a-f]{32}") for item_id in made)
    assert store.generate_thread_id(ann) == IsStr(regex=r"thr_[0-9a-f]{32}")


async def test_every_write_is_told_to_the_threads_followers_with_it(
    store: ChatStore, log: EventLog, ann: Caller
) -> None:
    thread = await add_thread(store, ann)
    await store.add_thread_item(thread.id, said(thread, "msg_1", "x"), ann)
    await store.save_item(thread.id, said(thread, "msg_1", "y"), ann)
    await store.delete_thread_item(thread.id, "msg_1", ann)
    thread.title = "Renamed"
    await store.save_thread(thread, ann)

    kinds = [entry.payload.split('"')[3] for entry in await log.read(thread.id, Cursor(0))]
    assert kinds == [
        "thread.item.done",
        "thread.item.replaced",
        "thread.item.removed",
        "thread.updated",
    ]
    told = [entry.payload.split('"')[3] for entry in await log.read(ann.user_id, Cursor(0))]
    assert told == ["thread.created", "thread.updated"]
