"""What one person can do with their tasks."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from taskchat.domain import cursor as cursors
from taskchat.domain.errors import Conflict, NotFound, StaleVersion
from taskchat.domain.position import numbered
from taskchat.domain.project import color_of
from taskchat.domain.query import Filter
from taskchat.domain.task import Status, Task, touch
from taskchat.domain.text import fold
from taskchat.interchange.own.entries import Export, OwnTask
from taskchat.interchange.record import Arrival
from taskchat.tasks.changes.draft import Draft
from taskchat.tasks.commands import (
    BulkEdit,
    CompleteAllTasks,
    CompleteTask,
    CreateTask,
    DeleteAllTasks,
    DeleteTask,
    ListTasks,
    MoveTask,
    TaskChanges,
    UpdateTask,
)
from taskchat.tasks.finding.listing import Count
from taskchat.tasks.history.undo import NothingReverted
from taskchat.tasks.parts import Parts
from taskchat.tasks.project_service import ProjectService
from taskchat.tasks.receipts import Receipt
from taskchat.tasks.storage.activity import Change
from taskchat.tasks.transfer.arrivals import Progress
from taskchat.tasks.views import (
    ActivityPage,
    Brought,
    ChangedTasks,
    CompletedTask,
    CompletedTasks,
    DeletedTask,
    DeletedTasks,
    FieldConflictOut,
    Reverted,
    TagCount,
    TagCounts,
    TaskOut,
    TaskPage,
)


class Tasks:
    """One method per command, all inside one transaction. Whatever writes takes the person's turn first."""

    def __init__(self, parts: Parts, now: datetime) -> None:
        self._parts = parts
        self._repository = parts.repository
        self._references = parts.references
        self._writer = parts.writer
        self._now = now
        self.projects = ProjectService(parts, now)
        self.filters = parts.filters

    @property
    def change_set(self) -> str:
        """What undoes everything that is written through this."""
        return self._writer.change_set

    @property
    def receipt(self) -> Receipt | None:
        """What has changed through this so far; None for nothing."""
        return self._writer.book.receipt(self.change_set)

    async def create(self, command: CreateTask) -> TaskOut:
        number = await self._repository.take_numbers()
        place, parent = await self._parts.placement.of_new(command)
        task = self._parts.fields.task(command, place, number=number, position=numbered(number))
        draft = Draft()
        draft.put(None, task)
        if parent and task.is_open:
            await self._parts.tree.open_above(draft, task)
        await self._writer.write("create_task", draft.changes)
        return TaskOut.of(task)

    async def list(self, command: ListTasks) -> TaskPage:
        wanted = await self._parts.selection.of_list(command)
        listing = self._parts.listing
        tasks, cursor = await listing.page(wanted, command.sort, command.cursor, command.limit)
        if command.cursor is None and cursor is None:
            count = Count(len(tasks), is_exact=True)  # this page is all there is
        else:
            count = await listing.count(wanted)
        return TaskPage(
            items=[TaskOut.of(task) for task in tasks],
            next_cursor=cursor,
            total=count.total,
            total_is_exact=count.is_exact,
        )

    async def get(self, reference: str) -> TaskOut:
        return TaskOut.of(await self._references.task(reference))

    async def update(self, command: UpdateTask) -> TaskOut:
        return await self.revise(command.task, command)

    async def revise(
        self, reference: str, changes: TaskChanges, version: int | None = None
    ) -> TaskOut:
        """Raises StaleVersion when `version` is given and the task has moved on since."""
        task = await self._mine(reference)
        if version is not None and version != task.version:
            raise StaleVersion(TaskOut.of(task).model_dump(mode="json"))
        place, _ = await self._parts.placement.of_edited(task, changes)
        edited = self._parts.fields.edited(task, changes, place)
        draft = Draft()
        draft.put(task, touch(task, self._trusted(task, edited), self._now))
        if edited.project != task.project:
            await self._parts.tree.carry_along(draft, edited)
        if edited.is_open != task.is_open:
            await self._turn_over(draft, task)
        elif edited.is_open and edited.parent_id != task.parent_id:
            await self._parts.tree.open_above(draft, edited)
        await self._writer.write("update_task", draft.changes)
        return TaskOut.of(draft.current(task))

    async def complete(self, command: CompleteTask) -> CompletedTask:
        task = await self._mine(command.task)
        draft = Draft()
        if command.completed == task.is_open:
            await self._turn_over(draft, task)
            await self._writer.write("complete_task", draft.changes)
        return _completed(task, draft)

    async def skip(self, reference: str) -> TaskOut:
        """To the next date of a task that repeats, without doing it."""
        task = await self._mine(reference)
        skipped = await self._parts.completion.skip(task)
        await self._writer.write("skip_task", [Change(task, skipped)])
        return TaskOut.of(skipped)

    async def move(self, reference: str, command: MoveTask) -> TaskOut:
        task = await self._mine(reference)
        position = await self._parts.placement.position(task, command)
        moved = touch(task, replace(task, position=position), self._now)
        await self._writer.write("move_task", [Change(task, moved)])
        return TaskOut.of(moved)

    async def delete(self, command: DeleteTask) -> DeletedTask:
        task = await self._mine(command.task)
        deleted = await self._delete("delete_task", [task])
        return DeletedTask(deleted=deleted, task=TaskOut.of(task))

    async def restore(self, reference: str) -> TaskOut:
        """Out of the trash, with the subtasks that went there together with it."""
        await self._repository.take_turn()
        task = await self._references.task(reference, in_trash=True)
        place, parent = await self._parts.placement.of_restored(task)
        draft = Draft()
        await self._parts.tree.restore(draft, task, parent, place.project)
        await self._parts.completion.require_free(change.after for change in draft.changes)
        if task.status is not Status.DONE:
            await self._parts.tree.open_above(draft, draft.current(task))
        await self._writer.write("restore_task", draft.changes)
        return TaskOut.of(draft.current(task))

    async def trash(self, cursor: str | None, limit: int) -> TaskPage:
        (before,) = cursors.decode(cursor, int) if cursor else (None,)
        tasks = await self._repository.trash(before, limit + 1)
        page = tasks[:limit]
        more = len(tasks) > limit
        return TaskPage(
            items=[TaskOut.of(task) for task in page],
            next_cursor=cursors.encode(page[-1].number) if more else None,
            total=len(page),
            total_is_exact=not more and before is None,
        )

    async def bulk(self, command: BulkEdit) -> ChangedTasks:
        await self._repository.take_turn()
        tasks = await self._parts.selection.tasks(command.tasks, command.filter)
        draft = await self._parts.bulk.draft(command, tasks)
        changed = await self._writer.write(f"bulk_{command.action.value}", draft.changes)
        return ChangedTasks(changed=changed, change_set_id=self.change_set)

    async def complete_all(self, command: CompleteAllTasks) -> CompletedTasks:
        return await self.complete_each([task.id for task in await self.affected(command)])

    async def delete_all(self, command: DeleteAllTasks) -> DeletedTasks:
        return await self.delete_each([task.id for task in await self.affected(command)])

    async def affected(self, command: CompleteAllTasks | DeleteAllTasks) -> Sequence[TaskOut]:
        """The tasks that a bulk command would touch now."""
        wanted: Filter = await self._parts.selection.of_all(command)
        return [TaskOut.of(task) for task in await self._parts.listing.all(wanted)]

    async def complete_each(self, ids: Sequence[str]) -> CompletedTasks:
        """Those of them that are still there and open, as one change set."""
        await self._repository.take_turn()
        tasks = [task for task in await self._repository.some(ids) if task.is_open]
        draft = Draft()
        await self._parts.bulk.complete(draft, tasks)
        await self._writer.write("complete_all_tasks", draft.changes)
        return CompletedTasks(completed=len(tasks))

    async def delete_each(self, ids: Sequence[str]) -> DeletedTasks:
        """Those of them that are still there, as one change set."""
        await self._repository.take_turn()
        tasks = await self._repository.some(ids)
        await self._delete("delete_all_tasks", tasks)
        return DeletedTasks(deleted=len(tasks))

    async def tags(self) -> TagCounts:
        counts = await self._parts.listing.tags()
        return TagCounts(
            items=[
                TagCount(tag=tag, count=count, color=color_of(fold(tag))) for tag, count in counts
            ]
        )

    async def activity(
        self, cursor: str | None, limit: int, task: str | None = None
    ) -> ActivityPage:
        return await self._parts.activity.page(cursor, limit, task)

    async def bring_in(
        self,
        source: str,
        arrivals: Iterable[Arrival],
        *,
        dry_run: bool = False,
        progress: Progress = lambda _done, _total: None,
    ) -> Brought:
        """As in `Arrivals`; a dry run writes nothing, so that it can be made where only reading is allowed."""
        if not dry_run:
            await self._repository.take_turn()
        return await self._parts.arrivals.bring_in(
            source, arrivals, dry_run=dry_run, progress=progress
        )

    async def export(self) -> Export:
        return await self._parts.departures.export(self._now)

    async def agenda(self) -> Sequence[OwnTask]:
        """What is open and has a date."""
        return await self._parts.departures.agenda()

    async def undo(self, change_set: str) -> Reverted:
        await self._repository.take_turn()
        return await self._parts.undo.undo(change_set)

    async def redo(self, change_set: str) -> Reverted:
        await self._repository.take_turn()
        return await self._parts.undo.redo(change_set)

    async def take_back(self, change_set: str) -> Sequence[FieldConflictOut]:
        """Undoes it as far as it can be undone; what stays because it was changed since."""
        try:
            return (await self.undo(change_set)).conflicts
        except NothingReverted as error:
            return error.conflicts
        except (NotFound, Conflict):
            return ()  # it changed nothing, or is undone already

    async def _mine(self, reference: str) -> Task:
        await self._repository.take_turn()
        return await self._references.task(reference)

    async def _turn_over(self, draft: Draft, task: Task) -> None:
        """Done if it was open, open if it was done."""
        if task.is_open:
            await self._parts.completion.complete(draft, [task])
        else:
            status = draft.current(task).status
            await self._parts.completion.open(draft, task)
            if status is Status.IN_PROGRESS:  # what was asked for, rather than what opening means
                opened = replace(draft.current(task), status=status)
                draft.put(task, touch(task, opened, self._now))

    async def _delete(self, action: str, tasks: Sequence[Task]) -> int:
        draft = Draft()
        await self._parts.tree.delete(draft, tasks)
        return await self._writer.write(action, draft.changes)

    def _trusted(self, before: Task, after: Task) -> Task:
        """A person who edits a text vouches for it."""
        if (before.title, before.description) == (after.title, after.description):
            return after
        return replace(after, is_untrusted=after.is_untrusted and not self._parts.by_person)


def _completed(task: Task, draft: Draft) -> CompletedTask:
    """The task, and the one that its completion has made: the first that is new."""
    following = next((change.after for change in draft.changes if change.before is None), None)
    return CompletedTask(
        **TaskOut.of(draft.current(task)).model_dump(),
        next_task=TaskOut.of(following) if following else None,
    )
