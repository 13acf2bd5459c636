"""Runs that a process left behind when it died."""

from datetime import datetime

from sqlalchemy import select, update

from taskchat.chat import wire
from taskchat.db.engine import Database
from taskchat.db.tables import RunRow
from taskchat.streams.log import EventLog


async def end_orphans(database: Database, log: EventLog, now: datetime) -> None:
    """Ends them as interrupted. Right only while this process is the only one that serves."""
    async with database.transaction() as session:
        orphans = list(await session.scalars(select(RunRow).where(RunRow.status == "running")))
        ended = update(RunRow).where(RunRow.status == "running")
        await session.execute(ended.values(status="interrupted", finished_at=now))
        for run in orphans:
            end = wire.run_finished(run.thread_id, run.id, "interrupted")
            await log.write(session, run.thread_id, [end])
            await log.write(session, run.owner_id, [end])
