"""One owner's tasks and subtasks as they will be when several of them have changed."""

from collections.abc import Iterable, Mapping, Sequence

from taskchat.domain.task import Task, TaskId
from taskchat.tasks.changes.tree import MAX_DEPTH
from taskchat.tasks.storage.repository import TaskRepository


class Forest:
    """`put` says how a task will be; whatever nobody put is as it is on record. The trash is not part of it."""

    def __init__(self, repository: TaskRepository) -> None:
        self._repository = repository
        self._stored: dict[TaskId, Task | None] = {}
        self._planned: dict[TaskId, Task] = {}

    async def load(self, tasks: Iterable[Task]) -> None:
        """Reads at once what is above and below them, on record and as they will be."""
        level = [task.id for task in tasks]
        while level:
            children = await self._repository.children(level)
            level = [child.id for child in children if child.id not in self._stored]
            self._stored |= {child.id: child for child in children}
        parents = {task.parent_id for task in self._planned.values() if task.parent_id}
        missing = sorted(parents - self._stored.keys())
        self._stored |= {task.id: task for task in await self._repository.some(missing)}

    def put(self, task: Task) -> None:
        self._planned[task.id] = task

    def __getitem__(self, task_id: TaskId) -> Task:
        return self._planned[task_id]

    async def task(self, task_id: TaskId | None) -> Task | None:
        if task_id is None:
            return None
        if task_id not in self._planned and task_id not in self._stored:
            self._stored[task_id] = await self._repository.get(task_id)
        task = self._planned.get(task_id) or self._stored.get(task_id)
        return task if task and task.deleted_at is None else None

    async def depth(self, task: Task) -> int | None:
        """1 for a task with nothing above it; None for one that is below itself, or deeper than may be."""
        depth, above = 1, await self.task(task.parent_id)
        while above and above.id != task.id and depth < MAX_DEPTH:
            depth += 1
            above = await self.task(above.parent_id)
        return None if above else depth

    def height(self, task: Task, below: Mapping[TaskId, Sequence[Task]]) -> int:
        """How many levels there are below it, or more than there may be."""
        height, level = 0, below.get(task.id, [])
        while level and height <= MAX_DEPTH:
            height += 1
            level = [child for one in level for child in below.get(one.id, [])]
        return height

    def below(self) -> dict[TaskId, list[Task]]:
        """The subtasks of what was loaded, by the task above them."""
        found: dict[TaskId, list[Task]] = {}
        known = {id_: task for id_, task in self._stored.items() if task} | self._planned
        for task in known.values():
            if task.parent_id and task.deleted_at is None:
                found.setdefault(task.parent_id, []).append(task)
        return found
