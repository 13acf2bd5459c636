"""Projects and saved filters."""

from fastapi import APIRouter

from taskchat.api.deps import TasksDep
from taskchat.api.idempotency import IdempotentRoute
from taskchat.tasks.commands import CreateProject, EditProject, SaveFilter
from taskchat.tasks.views import ProjectOut, Projects, SavedFilter, SavedFilters

router = APIRouter(prefix="/api", tags=["projects"], route_class=IdempotentRoute)


@router.get("/projects")
async def list_projects(tasks: TasksDep) -> Projects:
    """The archived ones too."""
    return await tasks.projects.list()


@router.post("/projects", status_code=201)
async def create_project(command: CreateProject, tasks: TasksDep) -> ProjectOut:
    return await tasks.projects.create(command)


@router.patch("/projects/{project_id}")
async def update_project(project_id: str, command: EditProject, tasks: TasksDep) -> ProjectOut:
    return await tasks.projects.edit(project_id, command)


@router.delete("/projects/{project_id}", status_code=204)
async def delete_project(project_id: str, tasks: TasksDep) -> None:
    """Its tasks go to the trash; undo brings both back."""
    await tasks.projects.delete(project_id)


@router.get("/filters")
async def list_filters(tasks: TasksDep) -> SavedFilters:
    return await tasks.filters.list()


@router.put("/filters")
async def save_filter(command: SaveFilter, tasks: TasksDep) -> SavedFilter:
    """Under its name, in place of the one that has it already."""
    return await tasks.filters.save(command)


@router.delete("/filters/{filter_id}", status_code=204)
async def delete_filter(filter_id: str, tasks: TasksDep) -> None:
    await tasks.filters.delete(filter_id)
