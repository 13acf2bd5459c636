"""Puts a change of tasks on record with all that follows from it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from taskchat.domain.actor import Actor
from taskchat.tasks import events
from taskchat.tasks.activity import ActivityRecord, Change, ProjectChange
from taskchat.tasks.counts import Counts
from taskchat.tasks.reminders import Reminders
from taskchat.tasks.repository import TaskRepository
from taskchat.tasks.search import Search


class Writer:
    """Every write leaves its activity, its counts, its words, its reminders and its events in one transaction with itself.

    `change_set` is what they all belong to.
    """

    def __init__(
        self,
        repository: TaskRepository,
        activity: ActivityRecord,
        reminders: Reminders,
        counts: Counts,
        search: Search,
        publish: Callable[[Sequence[str]], Awaitable[object]],
        *,
        actor: Actor,
        change_set: str,
        now: datetime,
    ) -> None:
        self._repository = repository
        self._activity = activity
        self._reminders = reminders
        self._counts = counts
        self._search = search
        self._publish = publish
        self._actor = actor
        self.change_set = change_set
        self._now = now

    async def write(
        self, action: str, changes: Sequence[Change], *, remind_late: bool = True
    ) -> int:
        """How many tasks it changed; `remind_late` as in `Reminders.follow`."""
        changes = [change for change in changes if change.before is not change.after]
        if not changes:
            return 0
        if made := [change.after for change in changes if change.before is None]:
            await self._repository.add(made)
        if edited := [(c.before, c.after) for c in changes if c.before]:
            retagged = [after for before, after in edited if before.tags != after.tags]
            await self._repository.save([after for _, after in edited], retagged=retagged)
        await self._reminders.follow(changes, late=remind_late)
        await self._counts.apply(changes)
        await self._search.keep(changes)
        await self._note(action, changes)
        await self._publish(events.of(changes))
        return len(changes)

    async def note_projects(self, action: str, changes: Sequence[ProjectChange]) -> None:
        """For projects that their own repository has written."""
        await self._note(action, changes)
        await self._publish([events.PROJECTS_CHANGED])

    async def _note(self, action: str, changes: Sequence[Change | ProjectChange]) -> None:
        await self._activity.add(
            changes, action=action, actor=self._actor, change_set=self.change_set, at=self._now
        )
