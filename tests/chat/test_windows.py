"""Which items of a conversation are read for an answer."""

from datetime import timedelta

import pytest

from taskchat.chat.caller import Caller
from taskchat.chat.repository import WINDOW, ChatRepository
from taskchat.chat.store import ChatStore
from taskchat.db.engine import Database
from taskchat.domain.errors import NotFound
from tests.chat.threads import add_thread, said
from tests.people import NOW

pytestmark = pytest.mark.anyio


async def test_one_or_two_windows_are_read_and_their_beginning_seldom_moves(
    database: Database, store: ChatStore, ann: Caller
) -> None:
    thread = await add_thread(store, ann)
    for number in range(1, 3 * WINDOW + 1):
        item = said(thread, f"msg_{number}", f"Number {number}", NOW + timedelta(seconds=number))
        await store.add_thread_item(thread.id, item, ann)

    async with database.reading() as session:
        repository = ChatRepository(session, ann.user_id)
        begins = [
            (await repository.stretch_until(thread.id, f"msg_{number}")).window[0]["id"]
            for number in (1, WINDOW, 2 * WINDOW - 1, 2 * WINDOW, 3 * WINDOW - 1, 3 * WINDOW)
        ]
        read = await repository.stretch_until(thread.id, f"msg_{2 * WINDOW + 5}")
    second, third = f"msg_{WINDOW + 1}", f"msg_{2 * WINDOW + 1}"
    assert begins == ["msg_1", "msg_1", "msg_1", second, second, third]
    assert [row["id"] for row in read.window] == [
        f"msg_{number}" for number in range(WINDOW + 1, 2 * WINDOW + 6)
    ]
    assert [row["id"] for row in read.earlier] == [f"msg_{n}" for n in range(1, WINDOW + 1)]
    assert not read.has_more_before


async def test_of_two_more_windows_is_told_and_it_is_known_that_there_are_more(
    database: Database, store: ChatStore, ann: Caller
) -> None:
    thread = await add_thread(store, ann)
    for number in range(1, 5 * WINDOW + 1):
        item = said(thread, f"msg_{number}", f"Number {number}", NOW + timedelta(seconds=number))
        await store.add_thread_item(thread.id, item, ann)

    async with database.reading() as session:
        repository = ChatRepository(session, ann.user_id)
        whole = await repository.stretch_until(thread.id, f"msg_{4 * WINDOW - 1}")
        some = await repository.stretch_until(thread.id, f"msg_{5 * WINDOW - 1}")
    assert [row["id"] for row in whole.earlier] == [f"msg_{n}" for n in range(1, 2 * WINDOW + 1)]
    assert not whole.has_more_before
    begin = WINDOW
    assert [row["id"] for row in some.earlier] == [
        f"msg_{n}" for n in range(begin + 1, begin + 2 * WINDOW + 1)
    ]
    assert some.has_more_before


async def test_nobody_reads_another_persons_conversation(
    database: Database, store: ChatStore, ann: Caller, ben: Caller
) -> None:
    thread = await add_thread(store, ann)
    await store.add_thread_item(thread.id, said(thread, "msg_1", "Mine"), ann)
    async with database.reading() as session:
        with pytest.raises(NotFound):
            await ChatRepository(session, ben.user_id).stretch_until(thread.id, "msg_1")
