"""Puts a change of tasks on record with all that follows from it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from taskchat.db.engine import Transaction
from taskchat.db.statements import Steps, change
from taskchat.domain.actor import Actor
from taskchat.domain.task import UserId
from taskchat.tasks.changes import events
from taskchat.tasks.finding.search import keep
from taskchat.tasks.receipts import ReceiptBook
from taskchat.tasks.storage.activity import ActivityRecord, Change, ProjectChange
from taskchat.tasks.storage.counts import count
from taskchat.tasks.storage.reminders import Reminders
from taskchat.tasks.storage.repository import TaskRepository


class Writer:
    """Every write leaves its activity, its counts, its words, its reminders and its events in one transaction with itself.

    `change_set` is what they all belong to, `book` knows what they were.
    """

    def __init__(
        self,
        session: Transaction,
        owner: UserId,
        repository: TaskRepository,
        activity: ActivityRecord,
        reminders: Reminders,
        publish: Callable[[Sequence[str]], Awaitable[object]],
        *,
        actor: Actor,
        change_set: str,
        now: datetime,
    ) -> None:
        self._session = session
        self._owner = owner
        self._repository = repository
        self._activity = activity
        self._reminders = reminders
        self._publish = publish
        self._actor = actor
        self.change_set = change_set
        self.book = ReceiptBook()
        self._now = now

    async def write(
        self, action: str, changes: Sequence[Change], *, remind_late: bool = True
    ) -> int:
        """How many tasks it changed; `remind_late` as in `Reminders.follow`."""
        changes = [one for one in changes if one.before is not one.after]
        if not changes:
            return 0
        await change(self._session, self._steps(action, changes))
        if edited := [(c.before, c.after) for c in changes if c.before]:
            retagged = [after for before, after in edited if before.tags != after.tags]
            await self._repository.save([after for _, after in edited], retagged=retagged)
        await self._reminders.follow(changes, late=remind_late)
        await self._publish(events.of(changes))
        return len(changes)

    async def note_projects(self, action: str, changes: Sequence[ProjectChange]) -> None:
        """For projects that their own repository has written."""
        await change(self._session, self._note(action, changes))
        await self._publish([events.PROJECTS_CHANGED])

    def _steps(self, action: str, changes: Sequence[Change]) -> Steps[None]:
        if made := [one.after for one in changes if one.before is None]:
            yield from self._repository.add(made)
        yield from count(self._owner, changes)
        yield from keep(self._owner, changes)
        yield from self._note(action, changes)

    def _note(self, action: str, changes: Sequence[Change | ProjectChange]) -> Steps[object]:
        self.book.note(action, changes)
        return self._activity.add(
            changes, action=action, actor=self._actor, change_set=self.change_set, at=self._now
        )
