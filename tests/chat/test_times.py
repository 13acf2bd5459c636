"""When messages were answered."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert

from taskchat.chat.caller import Caller
from taskchat.chat.context.times import begun
from taskchat.chat.store import ChatStore
from taskchat.db.engine import Database
from taskchat.db.tables import RunRow
from tests.chat.threads import add_thread
from tests.people import NOW

pytestmark = pytest.mark.anyio

MINUTE = timedelta(minutes=1)


async def test_an_answer_began_when_it_was_asked_for_last_or_when_the_one_before_it_had_ended(
    database: Database, store: ChatStore, ann: Caller
) -> None:
    thread = await add_thread(store, ann)
    day_later = NOW + timedelta(days=1)

    async def add(
        item_id: str, start: int, at: datetime, end: datetime | None, **more: str
    ) -> None:
        run = {"id": f"run_{start}_{item_id}", "thread_id": thread.id, "owner_id": ann.user_id}
        run |= {"kind": "message", "status": "completed", "input_item_id": item_id, **more}
        times = {"created_at": at, "finished_at": end}
        async with database.transaction() as session:
            await session.execute(insert(RunRow).values(**run, **times, start=start))

    await add("msg_0", 0, NOW - MINUTE, NOW - MINUTE)
    await add("msg_1", 1, NOW, NOW + 20 * MINUTE)
    await add("msg_card", 2, NOW + 30 * MINUTE, NOW + 30 * MINUTE, kind="action")
    await add("msg_2", 3, NOW + MINUTE, NOW + 21 * MINUTE)
    await add("msg_3", 4, NOW + 40 * MINUTE, NOW + 41 * MINUTE)
    await add("msg_4", 4, NOW + 40 * MINUTE, NOW + 50 * MINUTE, status="withdrawn")
    await add("msg_3", 5, day_later, None, kind="retry", status="running")
    rows = [
        {"type": "widget", "id": "msg_0"},
        {"type": "user_message", "id": "msg_1"},
        {"type": "user_message", "id": "msg_2"},
    ]

    async with database.reading() as session:
        found = await begun(session, thread.id, rows)
        of_old = await begun(session, thread.id, [{"type": "user_message", "id": "msg_x"}])

    assert found == {"msg_1": NOW, "msg_2": NOW + 20 * MINUTE, "msg_3": day_later}
    assert of_old == {"msg_0": NOW - MINUTE, **found}
