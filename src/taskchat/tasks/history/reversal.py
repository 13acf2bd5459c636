"""The tasks of a change set as they will be without it, as far as that fits what became of them and of others since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import heapify, heappop, heappush
from typing import Any

from taskchat.domain.history import (
    FieldConflict,
    State,
    refusals,
    take_back,
    task_state,
    with_task_state,
)
from taskchat.domain.project import Project
from taskchat.domain.task import ProjectRef, Task, TaskId
from taskchat.tasks.changes.tree import MAX_DEPTH
from taskchat.tasks.history.forest import Forest
from taskchat.tasks.storage.activity import Change, Made
from taskchat.tasks.storage.projects import ProjectRepository
from taskchat.tasks.storage.repository import TaskRepository

GONE = FieldConflict("deleted", made=False, current=True, wanted=False)
DUE = ("due", "timezone")
SERIES = ("recurrence", "recurrence_from", "series", "kept")


@dataclass(slots=True)
class Wish:
    """What is to be set in a task, less what turns out to be impossible."""

    task: Task
    wanted: dict[str, Any]
    conflicts: list[FieldConflict]

    @property
    def restores(self) -> bool:
        return self.wanted.get("deleted") is False

    @property
    def removes(self) -> bool:
        return self.wanted.get("deleted") is True

    @property
    def result(self) -> State:
        return {**task_state(self.task), **self.wanted}

    def drop(self, names: Iterable[str]) -> None:
        """Those fields stay as they are."""
        dropped = {name: self.wanted.pop(name) for name in names if name in self.wanted}
        self.conflicts += refusals(task_state(self.task), dropped)

    def settle_due(self) -> None:
        """Nothing reminds or repeats without a due date: what somebody wants since is left its date."""
        if self.result["due"] is not None:
            return
        if self.wanted.get("recurrence") is not None:
            self.drop(SERIES)
        if self.wanted.get("remind_before") is not None:
            self.drop(["remind_before"])
        result = self.result
        if result["recurrence"] is not None or result["remind_before"] is not None:
            self.drop(DUE)


class Reversal:
    """Of one change set, once."""

    def __init__(
        self, repository: TaskRepository, projects: ProjectRepository, now: datetime
    ) -> None:
        self._repository = repository
        self._projects = projects
        self._now = now
        self._known: dict[str, Project | None] = {}
        self._wishes: dict[TaskId, Wish] = {}
        self._followers: dict[TaskId, Task] = {}
        self._forest = Forest(repository)

    async def changes(self, made: Sequence[Made]) -> list[Change]:
        """What goes comes first, so that two occurrences of a series are never there together."""
        found = await self._repository.some([one.id for one in made], in_trash=True)
        tasks: Mapping[str, Task] = {task.id: task for task in found}
        for one in made:
            if task := tasks.get(one.id):
                wanted, conflicts = take_back(task_state(task), one.net)
                self._wishes[task.id] = Wish(task, dict(wanted), conflicts)
        await self._keep_those_above()
        await self._keep_apart()
        for wish in self._wishes.values():
            self._forest.put(await self._set(wish))
        await self._place()
        before = {id_: wish.task for id_, wish in self._wishes.items()} | self._followers
        changes = [Change(task, self._forest[id_]) for id_, task in before.items()]
        changed = [one for one in changes if task_state(one.after) != _state(one.before)]
        return sorted(changed, key=lambda one: one.after.deleted_at is None)

    def conflicts(self, one: Made) -> Sequence[FieldConflict]:
        wish = self._wishes.get(TaskId(one.id))
        return wish.conflicts if wish else [GONE]

    async def _keep_those_above(self) -> None:
        """A task does not go while there are others below it that stay."""
        going = {id_ for id_, wish in self._wishes.items() if wish.removes}
        while going:
            below = await self._repository.children(list(going))
            staying = [task for task in below if task.id not in going]
            kept = going & {self._parent_wanted(task) for task in staying}
            for id_ in kept:
                wish = self._wishes[id_]
                del wish.wanted["deleted"]
                wish.conflicts.append(FieldConflict("subtasks", made=0, current=1, wanted=0))
            if not kept:
                return
            going -= kept

    def _parent_wanted(self, task: Task) -> TaskId | None:
        wish = self._wishes.get(task.id)
        return wish.result["parent_id"] if wish else task.parent_id

    async def _keep_apart(self) -> None:
        """Where another task has become this occurrence of a series, what is below it stays away too."""
        refused: set[TaskId] = set()
        for id_, wish in self._wishes.items():
            if not await self._is_taken(wish):
                continue
            if wish.restores:
                refused.add(id_)
            else:
                wish.drop(SERIES)
        while refused:
            for id_ in refused:
                self._wishes[id_].drop(list(self._wishes[id_].wanted))
            refused = {
                id_
                for id_, wish in self._wishes.items()
                if wish.restores and wish.result["parent_id"] in refused
            }

    async def _is_taken(self, wish: Wish) -> bool:
        series = wish.result["series"]
        if series is None or wish.result["deleted"] or not {"series", "deleted"} & set(wish.wanted):
            return False
        other = await self._repository.occurrence(series["id"], series["number"])
        if other is None or other == wish.task.id:
            return False
        holder = self._wishes.get(other)
        return holder is None or not (holder.removes or "series" in holder.wanted)

    async def _set(self, wish: Wish) -> Task:
        wish.settle_due()
        project = await self._project(wish.result["project_id"])
        if project and project.deleted_at and not wish.result["deleted"]:
            wish.drop(["project_id"])
            project = await self._project(wish.result["project_id"])
            if project and project.deleted_at:  # the task comes back, and its project does not
                wish.conflicts.append(FieldConflict("project_id", None, None, wanted=project.id))
                project = None
        ref = project.ref if project else None
        return with_task_state(wish.task, wish.wanted, self._now, project=ref)

    async def _project(self, project_id: str | None) -> Project | None:
        """Also one that is deleted: what is in the trash belongs to it still."""
        if project_id is None:
            return None
        if project_id not in self._known:
            self._known[project_id] = await self._projects.find(project_id)
        return self._known[project_id]

    async def _place(self) -> None:
        await self._forest.load(wish.task for wish in self._wishes.values())
        staying = [wish for wish in self._wishes.values() if not wish.result["deleted"]]
        for wish in staying:
            await self._find_parent(wish)
        below = self._forest.below()
        for wish in staying:
            task = self._forest[wish.task.id]
            depth = await self._forest.depth(task)
            if depth is None or depth + self._forest.height(task, below) > MAX_DEPTH:
                self._leave(wish)
        await self._share_projects()

    async def _find_parent(self, wish: Wish) -> None:
        """The one wanted, or else the one that it has, or else none."""
        task = self._forest[wish.task.id]
        parent = await self._forest.task(task.parent_id)
        # A project that somebody gave it since is not to be had together with the task above.
        moved_on = any(conflict.field == "project_id" for conflict in wish.conflicts)
        if "parent_id" in wish.wanted and task.parent_id and (parent is None or moved_on):
            wish.drop(["parent_id"])
            task = replace(task, parent_id=wish.task.parent_id)
            self._forest.put(task)
            parent = await self._forest.task(task.parent_id)
        if task.parent_id and parent is None:
            self._leave(wish)

    def _leave(self, wish: Wish) -> None:
        """To the top."""
        task = self._forest[wish.task.id]
        if task.parent_id is None:
            return
        wish.conflicts.append(FieldConflict("parent_id", None, None, wanted=task.parent_id))
        self._forest.put(replace(task, parent_id=None))

    async def _share_projects(self) -> None:
        """From the top down: a subtask is in the project of the task above it."""
        below = self._forest.below()
        places: list[tuple[int, TaskId]] = []
        for id_ in self._wishes:
            if task := await self._forest.task(id_):
                places.append((await self._forest.depth(task) or MAX_DEPTH, id_))
        heapify(places)
        while places:
            depth, id_ = heappop(places)
            task = await self._forest.task(id_)
            parent = await self._forest.task(task.parent_id) if task else None
            if task and parent and parent.project != task.project:
                self._follow(task, parent.project)
            for child in below.get(id_, []):
                if child.id not in self._wishes:
                    heappush(places, (depth + 1, child.id))

    def _follow(self, task: Task, project: ProjectRef | None) -> None:
        if wish := self._wishes.get(task.id):
            wish.drop(["project_id"])
            self._forest.put(replace(task, project=project))
            return
        self._followers[task.id] = task
        moved = replace(task, project=project, updated_at=self._now, version=task.version + 1)
        self._forest.put(moved)


def _state(task: Task | None) -> State | None:
    return task and task_state(task)
