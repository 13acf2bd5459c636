"""Tasks and their subtasks: what follows for the ones from a change of the others.

Completing a task completes its open subtasks; opening one opens the tasks above it. A subtask is in the
project of its parent. What goes to the trash takes its subtasks along.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from datetime import datetime

from taskchat.domain.errors import Invalid
from taskchat.domain.task import ProjectRef, Status, Task, TaskId, touch
from taskchat.tasks.changes.draft import Draft
from taskchat.tasks.storage.repository import TaskRepository

MAX_DEPTH = 5


class Tree:
    def __init__(self, repository: TaskRepository, now: datetime) -> None:
        self._repository = repository
        self._now = now

    async def require_room(self, task: Task | None, parent: Task) -> None:
        """Raises Invalid when `parent` is the task itself or below it, or the tree would become too deep."""
        above = [parent, *await self.above(parent)]
        if task and any(one.id == task.id for one in above):
            message = "A task cannot be a subtask of itself or of its own subtasks."
            raise Invalid(message, code="parent_cycle")
        height = len([level async for level in self._levels([task])]) if task else 0
        if len(above) + height >= MAX_DEPTH:
            message = f"Subtasks go {MAX_DEPTH} levels deep at most."
            raise Invalid(message, code="too_deep")

    async def complete(self, draft: Draft, tasks: Sequence[Task]) -> list[Task]:
        """Also whatever is open below them; gives those of them that end by themselves, with none above them."""
        for task in tasks:
            self._set_status(draft, task, Status.DONE)
        below: set[TaskId] = set()
        async for level in self._levels(tasks):
            below |= {task.id for task in level}
            for task in level:
                if task.is_open:
                    self._set_status(draft, task, Status.DONE)
        ended = {task.id for task in tasks} | below
        return [task for task in tasks if task.parent_id not in ended]

    async def open_above(self, draft: Draft, task: Task) -> None:
        for parent in await self.above(task):
            if draft.current(parent).status is Status.DONE:
                self._set_status(draft, parent, Status.TODO)

    async def delete(self, draft: Draft, tasks: Sequence[Task]) -> None:
        for task in [*tasks, *await self.below(tasks)]:
            self._put(draft, task, replace(draft.current(task), deleted_at=self._now))

    async def restore(
        self, draft: Draft, task: Task, parent: Task | None, project: ProjectRef | None
    ) -> None:
        """To that place, with the subtasks that were deleted together with it."""
        parent_id = parent.id if parent else None
        restored = replace(task, deleted_at=None, parent_id=parent_id, project=project)
        self._put(draft, task, restored)
        back = {task.id}
        async for level in self._levels([task], in_trash=True):
            for child in level:
                if child.deleted_at == task.deleted_at and child.parent_id in back:
                    back.add(child.id)
                    self._put(draft, child, replace(child, deleted_at=None, project=project))

    async def carry_along(self, draft: Draft, task: Task) -> None:
        """To the project that the task is in now."""
        for child in await self.below([task]):
            self._put(draft, child, replace(draft.current(child), project=task.project))

    async def below(self, tasks: Sequence[Task]) -> list[Task]:
        return [child async for level in self._levels(tasks) for child in level]

    async def above(self, task: Task) -> list[Task]:
        """From its parent upwards."""
        found: list[Task] = []
        while task.parent_id and len(found) < MAX_DEPTH:
            parent = await self._repository.get(task.parent_id)
            if parent is None:
                break
            found.append(parent)
            task = parent
        return found

    async def _levels(
        self, tasks: Sequence[Task], *, in_trash: bool = False
    ) -> AsyncGenerator[list[Task]]:
        """Their subtasks, level by level, each task once."""
        known: set[TaskId] = {task.id for task in tasks}
        level = list(tasks)
        while level:
            ids = [task.id for task in level]
            below = await self._repository.children(ids, in_trash=in_trash)
            level = [task for task in below if task.id not in known]
            known |= {task.id for task in level}
            if level:
                yield level

    def _set_status(self, draft: Draft, task: Task, status: Status) -> None:
        self._put(draft, task, replace(draft.current(task), status=status))

    def _put(self, draft: Draft, before: Task, after: Task) -> None:
        draft.put(before, touch(before, after, self._now))
