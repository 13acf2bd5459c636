"""The projects that tasks from elsewhere will be in: those that are there, and those that are to be made."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from taskchat.domain.errors import Conflict
from taskchat.domain.ids import new_id
from taskchat.domain.position import between, numbered
from taskchat.domain.project import Project, color_of
from taskchat.domain.task import ProjectRef
from taskchat.domain.text import fold
from taskchat.interchange.record import ProjectRecord
from taskchat.tasks.commands import clears
from taskchat.tasks.storage.projects import MAX_PROJECTS

PROJECT_ID = re.compile(r"prj_[0-9a-f]{32}")
END = "zz"  # of all positions


class PlannedProjects:
    """`given` are ids that some project has already. What is to be made is in `made`."""

    def __init__(
        self, there: Sequence[Project], last_position: str, now: datetime, *, given: Collection[str]
    ) -> None:
        self.made: list[Project] = []
        self._refs = {fold(project.name): project.ref for project in there}
        self._ids = {project.id for project in there}
        self._last_position = last_position
        self._now = now
        self._given = given

    def is_there(self, project: ProjectRef | None) -> bool:
        return project is not None and project.id in self._ids

    def named(self, name: str | None) -> ProjectRef | None:
        """Raises Conflict when there would be too many."""
        if not name or clears(name):
            return None
        return self._refs.get(fold(name)) or self._make(
            Project(
                id=new_id("prj"),
                name=name,
                color=color_of(fold(name)),
                position=self._next_position(),
                created_at=self._now,
                updated_at=self._now,
            )
        )

    def recreate(self, record: ProjectRecord) -> None:
        """As it was, unless there is one of that name."""
        if fold(record.name) in self._refs:
            return
        is_free = PROJECT_ID.fullmatch(record.id) and record.id not in self._given
        project = Project(
            id=record.id if is_free else new_id("prj"),
            name=record.name,
            color=record.color,
            position=record.position if record.position < END else self._next_position(),
            archived_at=record.archived_at,
            created_at=record.created_at,
            updated_at=self._now,
        )
        self._make(project)

    def _make(self, project: Project) -> ProjectRef:
        if len(self._refs) >= MAX_PROJECTS:
            message = f"There are at most {MAX_PROJECTS} projects."
            raise Conflict(message, code="too_many_projects")
        self.made.append(project)
        self._refs[fold(project.name)] = project.ref
        self._ids.add(project.id)
        self._last_position = max(self._last_position, project.position)
        return project.ref

    def _next_position(self) -> str:
        return between(self._last_position, END) if self._last_position else numbered(1)
