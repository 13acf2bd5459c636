"""What one person can do with their projects."""

from dataclasses import replace
from datetime import datetime

from taskchat.domain.errors import Conflict
from taskchat.domain.project import Project
from taskchat.domain.query import Filter
from taskchat.tasks.changes.draft import Draft
from taskchat.tasks.commands import CreateProject, EditProject
from taskchat.tasks.parts import Parts
from taskchat.tasks.storage.activity import ProjectChange
from taskchat.tasks.views import ProjectOut, Projects


class ProjectService:
    """Within one transaction, as `taskchat.tasks.service`."""

    def __init__(self, parts: Parts, now: datetime) -> None:
        self._parts = parts
        self._projects = parts.projects
        self._now = now

    async def list(self) -> Projects:
        counts = await self._parts.listing.project_counts()
        projects = await self._projects.all()
        return Projects(items=[ProjectOut.of(one, counts.get(one.id, 0)) for one in projects])

    async def create(self, command: CreateProject) -> ProjectOut:
        await self._parts.repository.take_turn()
        project = await self._parts.placement.make_project(command.name, command.color)
        return ProjectOut.of(project, 0)

    async def edit(self, project_id: str, command: EditProject) -> ProjectOut:
        """Raises Conflict when `version` is given and the project has moved on since."""
        await self._parts.repository.take_turn()
        project = await self._projects.get(project_id)
        if command.version is not None and command.version != project.version:
            message = "The project was changed in the meantime."
            raise Conflict(message, code="stale_version")
        edited = self._edited(project, command)
        if edited != project:
            edited = replace(edited, updated_at=self._now, version=project.version + 1)
            await self._projects.save(edited)
            change = ProjectChange(project, edited)
            await self._parts.writer.note_projects("update_project", [change])
        counts = await self._parts.listing.project_counts()
        return ProjectOut.of(edited, counts.get(project_id, 0))

    async def delete(self, project_id: str) -> None:
        await self._parts.repository.take_turn()
        project = await self._projects.get(project_id)
        draft = Draft()
        tasks = await self._parts.listing.all(Filter(project=project.id))
        await self._parts.tree.delete(draft, tasks)
        await self._parts.writer.write("delete_project", draft.changes)
        gone = replace(
            project, deleted_at=self._now, updated_at=self._now, version=project.version + 1
        )
        await self._projects.save(gone)
        await self._parts.writer.note_projects("delete_project", [ProjectChange(project, gone)])

    def _edited(self, project: Project, command: EditProject) -> Project:
        archived_at = project.archived_at
        if command.archived is not None:
            archived_at = (archived_at or self._now) if command.archived else None
        return replace(
            project,
            name=command.name or project.name,
            color=command.color or project.color,
            archived_at=archived_at,
        )
