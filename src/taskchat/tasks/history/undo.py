"""Taking back a change set as a whole, and doing it again, without touching what was changed since."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import override

from taskchat.domain.errors import Conflict, NotFound
from taskchat.domain.history import (
    FieldConflict,
    State,
    project_state,
    take_back,
    with_project_state,
)
from taskchat.domain.ids import new_id
from taskchat.domain.project import Project
from taskchat.tasks.changes.writer import Writer
from taskchat.tasks.history.reversal import Reversal
from taskchat.tasks.storage.activity import ActivityRecord, Made, ProjectChange
from taskchat.tasks.storage.projects import ProjectRepository
from taskchat.tasks.storage.repository import TaskRepository
from taskchat.tasks.views import FieldConflictOut, Reverted


class NothingReverted(Conflict):
    """Everything was changed since; `conflicts` says what, field by field."""

    code = "undo_conflicts"

    def __init__(self, conflicts: Sequence[FieldConflictOut]) -> None:
        super().__init__("Everything in it was changed since; nothing was undone.")
        self.conflicts = conflicts

    @property
    @override
    def details(self) -> Mapping[str, object]:
        return {"conflicts": [conflict.model_dump(mode="json") for conflict in self.conflicts]}


class Undo:
    """Within one transaction, in which nobody else writes this person's tasks."""

    def __init__(
        self,
        repository: TaskRepository,
        projects: ProjectRepository,
        activity: ActivityRecord,
        writer: Writer,
        now: datetime,
    ) -> None:
        self._repository = repository
        self._projects = projects
        self._activity = activity
        self._writer = writer
        self._now = now
        self._conflicts: list[FieldConflictOut] = []
        self._project_changes: list[ProjectChange] = []

    async def undo(self, change_set: str) -> Reverted:
        if undone := await self._activity.undid(change_set):
            return await self.redo(undone)
        if await self._activity.undone_by(change_set):
            raise Conflict("This is undone already.", code="already_undone")
        made = await self._activity.made(change_set)
        if not made:
            raise NotFound("There is no such change.", code="change_set_not_found")
        reverted = await self._revert("undo", made)
        await self._activity.note_undone(change_set, reverted.change_set_id)
        return reverted

    async def redo(self, change_set: str) -> Reverted:
        undone_by = await self._activity.undone_by(change_set)
        if undone_by is None:
            if not await self._activity.made(change_set):
                raise NotFound("There is no such change.", code="change_set_not_found")
            raise Conflict("This is not undone, so it cannot be done again.", code="not_undone")
        # An undo that found nothing to do has left nothing that could be done again.
        reverted = await self._revert("redo", await self._activity.made(undone_by))
        await self._activity.note_redone(change_set)
        return reverted

    async def _revert(self, action: str, made: Sequence[Made]) -> Reverted:
        self._writer.change_set = new_id("chg")
        self._conflicts, self._project_changes = [], []
        projects = [one for one in made if one.entity == "project"]
        tasks = [one for one in made if one.entity == "task"]
        # Projects that come back come before the tasks in them, and go after them.
        await self._projects_back(projects, gone=False)
        reversal = Reversal(self._repository, self._projects, self._now)
        changes = await reversal.changes(tasks)
        for one in tasks:
            self._report(one, reversal.conflicts(one))
        await self._writer.write(action, changes)
        await self._projects_back(projects, gone=True)
        if self._project_changes:
            await self._writer.note_projects(action, self._project_changes)
        count = len(changes) + len(self._project_changes)
        if self._conflicts and not count:
            raise NothingReverted(self._conflicts)
        return Reverted(
            change_set_id=self._writer.change_set, reverted=count, conflicts=self._conflicts
        )

    async def _projects_back(self, made: Sequence[Made], *, gone: bool) -> None:
        for one in made:
            project = await self._projects.find(one.id)
            if project is None:
                continue
            wanted, conflicts = take_back(project_state(project), one.net)
            if bool(wanted.get("deleted")) is not gone:
                continue
            if gone and await self._projects.has_tasks(one.id):
                self._report(one, [FieldConflict("tasks", made=0, current=1, wanted=0)])
            else:
                await self._project_back(one, project, wanted, conflicts)

    async def _project_back(
        self, one: Made, project: Project, wanted: State, conflicts: list[FieldConflict]
    ) -> None:
        if wanted:
            after = with_project_state(project, wanted, self._now)
            try:
                await self._projects.save(after)
                self._project_changes.append(ProjectChange(project, after))
            except Conflict:
                taken = project_state(project)["name"]
                conflicts = [
                    *conflicts,
                    FieldConflict("name", made=taken, current=taken, wanted=after.name),
                ]
        self._report(one, conflicts)

    def _report(self, one: Made, conflicts: Sequence[FieldConflict]) -> None:
        self._conflicts += [
            FieldConflictOut(entity=one.entity, id=one.id, title=one.title, **asdict(conflict))
            for conflict in conflicts
        ]
