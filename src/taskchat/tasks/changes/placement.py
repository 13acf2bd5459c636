"""Where tasks belong: projects by name, and the task above."""

from datetime import datetime

from pydantic import TypeAdapter

from taskchat.domain.errors import Invalid
from taskchat.domain.ids import new_id
from taskchat.domain.position import between, numbered
from taskchat.domain.project import Project, color_of
from taskchat.domain.task import ProjectRef, Task
from taskchat.domain.text import fold
from taskchat.tasks.changes.fields import Place
from taskchat.tasks.changes.tree import Tree
from taskchat.tasks.changes.writer import Writer
from taskchat.tasks.commands import CreateTask, MoveTask, Name, TaskChanges, clears
from taskchat.tasks.finding.references import References
from taskchat.tasks.storage.activity import ProjectChange
from taskchat.tasks.storage.projects import ProjectRepository
from taskchat.tasks.storage.repository import TaskRepository

NAME = TypeAdapter[str](Name)


class Placement:
    def __init__(
        self,
        repository: TaskRepository,
        projects: ProjectRepository,
        references: References,
        tree: Tree,
        writer: Writer,
        now: datetime,
    ) -> None:
        self._repository = repository
        self._projects = projects
        self._references = references
        self._tree = tree
        self._writer = writer
        self._now = now

    async def of_new(self, command: CreateTask) -> tuple[Place, Task | None]:
        """The place and the task above it; a subtask is in the project of that one."""
        if command.parent_id is None or clears(command.parent_id):
            return Place(await self.project(command.project), None), None
        parent = await self._references.task(command.parent_id)
        await self._tree.require_room(None, parent)
        return await self._below(parent, command.project), parent

    async def of_edited(self, task: Task, changes: TaskChanges) -> tuple[Place, Task | None]:
        """A subtask that goes to another project leaves the task above it."""
        asked = changes.model_fields_set
        if "parent_id" in asked and changes.parent_id and not clears(changes.parent_id):
            parent = await self._references.task(changes.parent_id)
            await self._tree.require_room(task, parent)
            return await self._below(parent, changes.project), parent
        parent_id = None if "parent_id" in asked else task.parent_id
        if "project" not in asked:
            return Place(task.project, parent_id), None
        project = await self.project(changes.project)
        return Place(project, parent_id if project == task.project else None), None

    async def of_restored(self, task: Task) -> tuple[Place, Task | None]:
        """Where it was, as far as that is still there."""
        parent = await self._repository.get(task.parent_id) if task.parent_id else None
        if parent:
            return Place(parent.project, parent.id), parent
        project = await self._projects.find(task.project.id) if task.project else None
        is_there = project is not None and project.deleted_at is None
        return Place(task.project if is_there else None, None), None

    async def project(self, name: str | None) -> ProjectRef | None:
        """By its name or id; a name that is new makes a project."""
        if not name or clears(name):
            return None
        if name.startswith("prj_"):
            return (await self._projects.get(name)).ref
        known = await self._projects.named(name)
        return known.ref if known else (await self.make_project(NAME.validate_python(name))).ref

    async def make_project(self, name: str, color: str | None = None) -> Project:
        last = await self._projects.last_position()
        project = Project(
            id=new_id("prj"),
            name=name,
            color=color or color_of(fold(name)),
            position=between(last, "zz") if last else numbered(1),
            created_at=self._now,
            updated_at=self._now,
        )
        await self._projects.add(project)
        await self._writer.note_projects("create_project", [ProjectChange(None, project)])
        return project

    async def position(self, task: Task, command: MoveTask) -> str:
        """Beside the task that is named, or after all others; later tasks come after that still."""
        end = numbered(await self._repository.next_number())
        if command.before and command.after:
            raise Invalid("Name one task to put it beside.", code="move_unclear")
        reference = command.before or command.after
        if reference is None:
            return between(await self._repository.last_position(), end)
        beside = await self._references.task(reference)
        if beside.id == task.id:
            return task.position
        previous, following = await self._repository.positions_beside(beside)
        if command.before:
            return between(previous, beside.position)
        return between(beside.position, following or end)

    async def _below(self, parent: Task, project: str | None) -> Place:
        if project and not clears(project):
            is_id = project.startswith("prj_")
            named = await (self._projects.find if is_id else self._projects.named)(project)
            if parent.project is None or named is None or named.id != parent.project.id:
                message = "A subtask is in the project of the task above it."
                raise Invalid(message, code="subtask_project")
        return Place(parent.project, parent.id)
