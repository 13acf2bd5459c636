"""A running answer on record, for tests of what only such a run may do."""

from sqlalchemy import insert

from taskchat.chat.journal import Journal
from taskchat.db.engine import Database
from taskchat.db.tables import RunRow, StreamRow, ThreadRow
from taskchat.domain.ids import new_id
from taskchat.streams.fences import Fence
from taskchat.tasks.owner import Owner
from tests.people import NOW


async def add_run(database: Database, owner: Owner) -> Fence:
    """The first attempt at a run in a new conversation; both have a stream."""
    thread_id, run_id = new_id("thr"), new_id("run")
    async with database.transaction() as session:
        thread: dict[str, object] = {"id": thread_id, "owner_id": owner.id, "created_at": NOW}
        thread["data"] = {}
        await session.execute(insert(ThreadRow).values(**thread))
        await session.execute(insert(StreamRow).values(id=thread_id, owner_id=owner.id))
        run = {"id": run_id, "thread_id": thread_id, "owner_id": owner.id, "kind": "message"}
        run |= {"status": "running", "start": 0, "attempt": 1, "created_at": NOW}
        await session.execute(insert(RunRow).values(**run))
    return Fence(run_id, 1)


async def add_journal(database: Database, owner: Owner) -> Journal:
    """Of a run that has just begun."""
    return Journal(await add_run(database, owner), {})
