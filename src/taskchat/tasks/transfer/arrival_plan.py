"""What is to become of tasks that come from elsewhere, before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from taskchat.domain.task import ProjectRef, Status, Task, TaskId, touch
from taskchat.domain.text import fold
from taskchat.interchange.record import Problem, TaskRecord
from taskchat.tasks.changes.fields import Place
from taskchat.tasks.changes.tree import MAX_DEPTH, Tree
from taskchat.tasks.storage.activity import Change
from taskchat.tasks.storage.repository import TaskRepository
from taskchat.tasks.transfer.newcomers import Newcomers
from taskchat.tasks.transfer.planned_projects import PlannedProjects

TOO_DEEP = f"Subtasks go {MAX_DEPTH} levels deep at most; it stands beside the task above it."


@dataclass(frozen=True, slots=True)
class Coming:
    """A task that will be made or come back from the trash."""

    record: TaskRecord
    change: Change


class ArrivalPlan:
    """`there` are the tasks of an earlier import by their ids in the file, those in the trash too."""

    def __init__(
        self,
        there: Mapping[str, Task],
        projects: PlannedProjects,
        newcomers: Newcomers,
        repository: TaskRepository,
        tree: Tree,
        now: datetime,
    ) -> None:
        self.coming: list[Coming] = []
        self.skipped = 0
        self._there = there
        self._projects = projects
        self._newcomers = newcomers
        self._repository = repository
        self._tree = tree
        self._now = now
        self._problems: list[Problem] = []
        self._standing: dict[str, Task] = {}
        self._by_id: dict[TaskId, Task] = {}
        self._depths: dict[TaskId, int] = {}

    @property
    def problems(self) -> list[Problem]:
        return [*self._problems, *self._newcomers.problems]

    async def admit(self, record: TaskRecord) -> None:
        """Parents before their subtasks."""
        before = self._there.get(record.source_id)
        if before and before.deleted_at is None:
            self.skipped += 1
            self._keep(record, before)
            return
        if before:
            after = touch(before, await self._back(record, before), self._now)
        else:
            after = self._newcomers.task(record, await self._place(record))
        self._keep(record, after)
        self.coming.append(Coming(record, Change(before, after)))

    def _keep(self, record: TaskRecord, task: Task) -> None:
        self._standing[record.source_id] = self._by_id[task.id] = task

    async def _place(self, record: TaskRecord) -> Place:
        parent = self._standing.get(record.parent) if record.parent else None
        is_open = record.status is not Status.DONE
        place = await self._below(parent, is_open=is_open, record=record)
        if place is None:
            return Place(self._projects.named(record.project), None)
        if record.project and not _is_in(record.project, place.project):
            self._note(record, "A subtask is in the project of the task above it.")
        return place

    async def _back(self, record: TaskRecord, task: Task) -> Task:
        """As it was when it went to the trash, as far as what was around it is still there."""
        parent = await self._task(task.parent_id)
        place = await self._below(parent, is_open=task.status is not Status.DONE, record=record)
        if place is None:
            is_there = self._projects.is_there(task.project)
            project = task.project if is_there else self._projects.named(record.project)
            place = Place(project, None)
        back = replace(task, deleted_at=None, project=place.project, parent_id=place.parent_id)
        if task.series and await self._repository.occurrence(task.series.id, task.series.number):
            self._note(record, "It does not repeat any more: another task does in its place.")
            return replace(back, recurrence=None, series=None, kept={})
        return back

    async def _below(
        self, parent: Task | None, *, is_open: bool, record: TaskRecord
    ) -> Place | None:
        if parent and is_open and not parent.is_open:
            self._note(record, "The task above it is done already; it stands alone.")
            return None
        if parent and await self._depth(parent) >= MAX_DEPTH:
            self._note(record, TOO_DEEP)
            parent = await self._task(parent.parent_id)
        return Place(parent.project, parent.id) if parent else None

    async def _depth(self, task: Task) -> int:
        """1 for a task with nothing above it."""
        if task.id not in self._depths:
            above = await self._task(task.parent_id)
            self._depths[task.id] = 1 + (await self._depth(above) if above else 0)
        return self._depths[task.id]

    async def _task(self, task_id: TaskId | None) -> Task | None:
        """As it will be; None for one in the trash."""
        if task_id is None or task_id in self._by_id:
            return self._by_id.get(task_id) if task_id else None
        return await self._repository.get(task_id)

    def _note(self, record: TaskRecord, reason: str) -> None:
        self._problems.append(Problem(record.place, reason, is_fatal=False))


def _is_in(name: str, project: ProjectRef | None) -> bool:
    return project is not None and fold(project.name) == fold(name)
