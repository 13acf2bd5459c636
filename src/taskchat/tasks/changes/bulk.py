"""One thing done to many tasks, as one change set."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from taskchat.domain.due import Due
from taskchat.domain.errors import Invalid
from taskchat.domain.ids import new_id
from taskchat.domain.occurrence import follow_series
from taskchat.domain.task import ProjectRef, Status, Task, touch
from taskchat.domain.text import fold
from taskchat.tasks.changes.completion import Completion
from taskchat.tasks.changes.draft import Draft
from taskchat.tasks.changes.fields import Fields
from taskchat.tasks.changes.placement import Placement
from taskchat.tasks.changes.tree import Tree
from taskchat.tasks.commands import MAX_TAGS, BulkAction, BulkEdit, clears


class Bulk:
    def __init__(
        self,
        tree: Tree,
        completion: Completion,
        placement: Placement,
        fields: Fields,
        now: datetime,
    ) -> None:
        self._tree = tree
        self._completion = completion
        self._placement = placement
        self._fields = fields
        self._now = now

    async def draft(self, command: BulkEdit, tasks: Sequence[Task]) -> Draft:
        draft = Draft()
        match command.action:
            case BulkAction.COMPLETE:
                await self.complete(draft, tasks)
            case BulkAction.REOPEN:
                await self._open(draft, tasks)
            case BulkAction.DELETE:
                await self._tree.delete(draft, tasks)
            case BulkAction.EDIT:
                await self._edit(draft, command, tasks)
        return draft

    async def complete(self, draft: Draft, tasks: Sequence[Task]) -> None:
        await self._completion.complete(draft, [task for task in tasks if task.is_open])

    async def _open(self, draft: Draft, tasks: Sequence[Task]) -> None:
        for task in tasks:
            if not task.is_open:
                await self._completion.open(draft, task)

    async def _edit(self, draft: Draft, command: BulkEdit, tasks: Sequence[Task]) -> None:
        moves = command.project is not None
        project = await self._placement.project(command.project) if moves else None
        ids = {task.id for task in tasks}
        for task in tasks:
            after = self._tagged(task, command)
            after = replace(after, priority=command.priority or task.priority)
            if moves:
                after = _moved(after, project, with_parent=task.parent_id in ids)
            if command.due is not None:
                after = self._rescheduled(task, after, command.due)
            if task.is_open:  # what is over keeps its place in the series
                after = follow_series(task, after, None, new_id("ser"))
            draft.put(task, touch(task, after, self._now))
            if moves:
                await self._tree.carry_along(draft, after)
        await self._set_status(draft, command.status, tasks)

    async def _set_status(self, draft: Draft, status: Status | None, tasks: Sequence[Task]) -> None:
        if status is Status.DONE:
            await self.complete(draft, tasks)
        elif status:
            await self._open(draft, tasks)
            for task in tasks:
                after = replace(draft.current(task), status=status)
                draft.put(task, touch(task, after, self._now))

    def _tagged(self, task: Task, command: BulkEdit) -> Task:
        removed = {fold(tag) for tag in command.remove_tags}
        tags = {fold(tag): tag for tag in task.tags if fold(tag) not in removed}
        tags |= {fold(tag): tag for tag in command.add_tags if fold(tag) not in tags}
        if len(tags) > MAX_TAGS:
            message = f"#{task.number} would have more than {MAX_TAGS} tags."
            raise Invalid(message, code="too_many_tags")
        return replace(task, tags=tuple(tags.values()))

    def _rescheduled(self, task: Task, after: Task, words: str) -> Task:
        """Without a date there is nothing to remind of and nothing that repeats."""
        if clears(words):
            return replace(after, due=None, remind_before=None, recurrence=None)
        return replace(after, due=_in_zone(self._fields.due(words, task.timezone), after.due))


def _in_zone(due: Due | None, old: Due | None) -> Due | None:
    """A new day keeps the time of day that a task has."""
    if due and old and due.at is None and old.at is not None:
        return replace(due, at=old.at, fold=0).settled()
    return due


def _moved(task: Task, project: ProjectRef | None, *, with_parent: bool) -> Task:
    """A subtask that goes to another project leaves the task above it, unless that goes too."""
    stays = with_parent or project == task.project
    return replace(task, project=project, parent_id=task.parent_id if stays else None)
