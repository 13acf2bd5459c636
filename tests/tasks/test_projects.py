"""Projects: made by their name, renamed, archived, deleted with what is in them."""

from collections.abc import AsyncGenerator

import pytest

from taskchat.domain.errors import Conflict, NotFound
from taskchat.domain.project import COLORS
from taskchat.domain.query import Sort
from taskchat.tasks.commands import (
    CompleteTask,
    CreateProject,
    CreateTask,
    EditProject,
    ListTasks,
    TaskChanges,
)
from taskchat.tasks.owner import Owner
from taskchat.tasks.service import Tasks
from taskchat.tasks.storage.projects import MAX_PROJECTS
from taskchat.tasks.transactions import TaskTransactions
from taskchat.tasks.views import ProjectOut

pytestmark = pytest.mark.anyio


@pytest.fixture
async def service(tasks: TaskTransactions, alice: Owner) -> AsyncGenerator[Tasks]:
    async with tasks.begin(alice) as opened:
        yield opened


async def create(service: Tasks, title: str, project: str | None = None) -> None:
    await service.create(CreateTask(title=title, project=project))


async def titles(service: Tasks, project: str | None = None) -> list[str]:
    page = await service.list(ListTasks(project=project, sort=Sort.CREATED))
    return [task.title for task in page.items]


async def projects(service: Tasks) -> dict[str, ProjectOut]:
    return {project.name: project for project in (await service.projects.list()).items}


async def test_a_task_makes_the_project_that_it_names_once(service: Tasks) -> None:
    for title, project in (("A", "House"), ("B", "  house "), ("C", "none"), ("D", None)):
        await create(service, title, project)

    (house,) = (await service.projects.list()).items
    assert (house.name, house.open_tasks, house.version) == ("House", 2, 1)
    assert house.color in COLORS
    assert await titles(service, "HOUSE") == await titles(service, house.id) == ["A", "B"]
    assert await titles(service, "none") == ["C", "D"]


async def test_a_project_counts_what_is_still_to_do_in_it(service: Tasks) -> None:
    await create(service, "A", "House")
    await create(service, "B", "House")
    await service.complete(CompleteTask(task="#1"))
    await service.revise("#2", TaskChanges(project="Garden"))

    found = await projects(service)
    assert {name: project.open_tasks for name, project in found.items()} == {
        "House": 0,
        "Garden": 1,
    }


async def test_a_name_is_taken_once_whatever_its_case(service: Tasks) -> None:
    await service.projects.create(CreateProject(name="House"))
    garden = await service.projects.create(CreateProject(name="Garden"))
    with pytest.raises(Conflict) as created:
        await service.projects.create(CreateProject(name="HOUSE"))
    with pytest.raises(Conflict) as renamed:
        await service.projects.edit(garden.id, EditProject(name="house"))

    assert {created.value.code, renamed.value.code} == {"project_exists"}


async def test_renaming_shows_in_its_tasks_and_changes_what_is_given_only(service: Tasks) -> None:
    await create(service, "A", "House")
    house = (await projects(service))["House"]
    color = next(color for color in COLORS if color != house.color)

    renamed = await service.projects.edit(house.id, EditProject(name="Home"))
    colored = await service.projects.edit(house.id, EditProject(color=color, version=2))

    assert (renamed.color, colored.name, colored.version) == (house.color, "Home", 3)
    assert (await service.get("#1")).project == "Home"
    with pytest.raises(Conflict) as stale:
        await service.projects.edit(house.id, EditProject(name="Mine", version=2))
    assert stale.value.code == "stale_version"


async def test_what_is_archived_shows_where_it_is_asked_for_only(service: Tasks) -> None:
    await create(service, "A", "House")
    await create(service, "B")
    house = (await projects(service))["House"]

    archived = await service.projects.edit(house.id, EditProject(archived=True))
    assert archived.archived_at is not None
    assert (await titles(service), await titles(service, "House")) == (["B"], ["A"])

    back = await service.projects.edit(house.id, EditProject(archived=False))
    assert back.archived_at is None
    assert await titles(service) == ["A", "B"]


async def test_deleting_takes_the_tasks_along_and_frees_the_name(
    tasks: TaskTransactions, alice: Owner
) -> None:
    async with tasks.begin(alice) as opened:
        await create(opened, "A", "House")
        await create(opened, "B")
        house = (await projects(opened))["House"]
    async with tasks.begin(alice) as deleting:
        await deleting.projects.delete(house.id)
        assert (await titles(deleting), await projects(deleting)) == (["B"], {})
    async with tasks.begin(alice) as opened:
        with pytest.raises(NotFound):
            await opened.projects.delete(house.id)
        assert (await opened.undo(deleting.change_set)).reverted == 2
        assert await titles(opened, "House") == ["A"]
        await opened.redo(deleting.change_set)
        await create(opened, "C", "House")
        assert (await projects(opened))["House"].id != house.id


async def test_undo_keeps_a_project_that_others_are_in_and_does_not_steal_a_name(
    tasks: TaskTransactions, alice: Owner
) -> None:
    async with tasks.begin(alice) as making:
        await create(making, "A", "House")
    async with tasks.begin(alice) as opened:
        await create(opened, "B", "House")
        undone = await opened.undo(making.change_set)
        assert [conflict.field for conflict in undone.conflicts] == ["tasks"]
        assert await titles(opened, "House") == ["B"]
    async with tasks.begin(alice) as deleting:
        await deleting.projects.delete((await projects(deleting))["House"].id)
    async with tasks.begin(alice) as opened:
        await opened.projects.create(CreateProject(name="House"))
        undone = await opened.undo(deleting.change_set)
        assert {conflict.field for conflict in undone.conflicts} == {"name", "project_id"}
        assert (await titles(opened), await titles(opened, "House")) == (["B"], [])


async def test_nobody_reaches_another_persons_project(
    tasks: TaskTransactions, alice: Owner, bob: Owner
) -> None:
    async with tasks.begin(alice) as opened:
        theirs = await opened.projects.create(CreateProject(name="House"))
    async with tasks.begin(bob) as opened:
        for work in (
            opened.projects.edit(theirs.id, EditProject(name="Mine")),
            opened.projects.delete(theirs.id),
            create(opened, "A", theirs.id),
        ):
            with pytest.raises(NotFound) as refused:
                await work
            assert refused.value.code == "project_not_found"
        assert (await opened.projects.list()).items == []


async def test_projects_stand_in_the_order_in_which_they_were_made_and_are_not_endless(
    service: Tasks,
) -> None:
    names = [f"Project {number}" for number in range(MAX_PROJECTS)]
    for name in names:
        await service.projects.create(CreateProject(name=name))

    assert [project.name for project in (await service.projects.list()).items] == names
    with pytest.raises(Conflict) as refused:
        await service.projects.create(CreateProject(name="One more"))
    assert refused.value.code == "too_many_projects"
