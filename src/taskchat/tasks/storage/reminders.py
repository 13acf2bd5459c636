"""When one owner's tasks remind."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import batched

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.engine import after_commit
from taskchat.db.tables import ReminderRow
from taskchat.domain.task import Task, UserId, is_past, reminds_at
from taskchat.tasks.storage.activity import Change

MAX_PARAMETERS = 500


class Reminders:
    """Kept in the transaction of the change that they follow from."""

    def __init__(
        self, session: AsyncSession, owner: UserId, now: datetime, nudge: Callable[[], None]
    ) -> None:
        """`nudge` is called after a commit that may have brought something forward."""
        self._session = session
        self._owner = owner
        self._now = now
        self._nudge = nudge

    async def follow(self, changes: Sequence[Change], *, late: bool = True) -> None:
        """Each task has one reminder or none: one that was due before now needs none any more.

        `late` is whether one that is due later reminds at once when the moment for that has passed.
        """
        moved = [change for change in changes if _moment(change.before) != _moment(change.after)]
        stale = [change.after.id for change in moved if change.before]
        for some in batched(stale, MAX_PARAMETERS, strict=False):
            await self._session.execute(delete(ReminderRow).where(ReminderRow.task_id.in_(some)))
        rows = [
            {"task_id": task.id, "owner_id": self._owner, "fires_at": fires_at}
            for task in (change.after for change in moved)
            if (fires_at := reminds_at(task))
            and not is_past(task, self._now)
            and (late or fires_at > self._now)
        ]
        if rows:
            await self._session.execute(insert(ReminderRow), rows)
            after_commit(self._session, self._nudge)


def _moment(task: Task | None) -> datetime | None:
    return reminds_at(task) if task else None
