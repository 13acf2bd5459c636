"""One owner's projects in SQL."""

from typing import Any

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.tables import ProjectRow, TaskRow
from taskchat.domain.errors import Conflict, NotFound
from taskchat.domain.project import Project
from taskchat.domain.task import UserId
from taskchat.domain.text import fold

MAX_PROJECTS = 500
LIVE = ProjectRow.deleted_at.is_(None)


class ProjectRepository:
    def __init__(self, session: AsyncSession, owner: UserId) -> None:
        self._session = session
        self._owner = owner

    async def all(self) -> list[Project]:
        """As a person orders them, the archived ones too."""
        rows = self._mine().where(LIVE).order_by(ProjectRow.position, ProjectRow.id)
        return [_project(row) for row in await self._session.scalars(rows)]

    async def get(self, project_id: str) -> Project:
        """Raises NotFound."""
        project = await self.find(project_id)
        if project is None or project.deleted_at:
            raise NotFound("There is no such project.", code="project_not_found")
        return project

    async def find(self, project_id: str) -> Project | None:
        """Also one that is deleted."""
        row = await self._session.scalar(self._mine().where(ProjectRow.id == project_id))
        return row and _project(row)

    async def named(self, name: str) -> Project | None:
        row = await self._session.scalar(
            self._mine().where(LIVE, ProjectRow.name_key == fold(name))
        )
        return row and _project(row)

    async def has_tasks(self, project_id: str) -> bool:
        inside = select(TaskRow.id).where(
            TaskRow.owner_id == self._owner,
            TaskRow.project_id == project_id,
            TaskRow.deleted_at.is_(None),
        )
        return await self._session.scalar(inside.limit(1)) is not None

    async def last_position(self) -> str:
        last = select(func.max(ProjectRow.position)).where(ProjectRow.owner_id == self._owner)
        return await self._session.scalar(last) or ""

    async def add(self, project: Project) -> None:
        """Raises Conflict when the name is taken or there are too many."""
        count = select(func.count()).where(ProjectRow.owner_id == self._owner, LIVE)
        if (await self._session.scalar(count) or 0) >= MAX_PROJECTS:
            message = f"There are at most {MAX_PROJECTS} projects."
            raise Conflict(message, code="too_many_projects")
        await self._require_free(project)
        values = {"id": project.id, "owner_id": self._owner, **_columns(project)}
        await self._session.execute(insert(ProjectRow).values(values))

    async def save(self, project: Project) -> None:
        """Raises Conflict when the name is taken."""
        if project.deleted_at is None:
            await self._require_free(project)
        change = update(ProjectRow).where(
            ProjectRow.owner_id == self._owner, ProjectRow.id == project.id
        )
        await self._session.execute(change.values(**_columns(project)))

    async def _require_free(self, project: Project) -> None:
        other = await self.named(project.name)
        if other and other.id != project.id:
            message = f"There is a project called “{other.name}” already."
            raise Conflict(message, code="project_exists")

    def _mine(self) -> Select[ProjectRow]:
        return select(ProjectRow).where(ProjectRow.owner_id == self._owner)


def _columns(project: Project) -> dict[str, Any]:
    return {
        "name": project.name,
        "name_key": fold(project.name),
        "color": project.color,
        "position": project.position,
        "archived_at": project.archived_at,
        "deleted_at": project.deleted_at,
        "created_at": project.created_at,
        "updated_at": project.updated_at,
        "version": project.version,
    }


def _project(row: ProjectRow) -> Project:
    return Project(
        id=row.id,
        name=row.name,
        color=row.color,
        position=row.position,
        created_at=row.created_at,
        updated_at=row.updated_at,
        archived_at=row.archived_at,
        deleted_at=row.deleted_at,
        version=row.version,
    )
