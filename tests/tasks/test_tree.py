"""Tasks and their subtasks, and the trash."""

from datetime import datetime, timedelta

import pytest

from taskchat.db.engine import Database
from taskchat.domain.errors import Invalid, UnclearReference
from taskchat.domain.query import Sort
from taskchat.domain.task import Status
from taskchat.streams.log import EventLog
from taskchat.tasks.commands import CompleteTask, CreateTask, DeleteTask, ListTasks, TaskChanges
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions
from taskchat.tasks.views import TaskOut
from tests.people import NOW

pytestmark = pytest.mark.anyio


class Clock:
    """Goes on by a second with every command, so that deletions can be told apart."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


class Person:
    """Every command in a transaction of its own."""

    def __init__(self, tasks: TaskTransactions, owner: Owner) -> None:
        self.tasks = tasks
        self.owner = owner

    async def create(self, title: str, **fields: object) -> TaskOut:
        async with self.tasks.begin(self.owner) as opened:
            return await opened.create(CreateTask.model_validate({"title": title, **fields}))

    async def edit(self, number: int, **changes: object) -> TaskOut:
        async with self.tasks.begin(self.owner) as opened:
            return await opened.revise(f"#{number}", TaskChanges.model_validate(changes))

    async def complete(self, number: int, *, completed: bool = True) -> None:
        async with self.tasks.begin(self.owner) as opened:
            await opened.complete(CompleteTask(task=f"#{number}", completed=completed))

    async def delete(self, number: int) -> int:
        async with self.tasks.begin(self.owner) as opened:
            return (await opened.delete(DeleteTask(task=f"#{number}"))).deleted

    async def restore(self, number: int) -> TaskOut:
        async with self.tasks.begin(self.owner) as opened:
            return await opened.restore(f"#{number}")

    async def get(self, number: int) -> TaskOut:
        async with self.tasks.read(self.owner) as opened:
            return await opened.get(f"#{number}")

    async def numbers(self, status: Status | None = None) -> list[int]:
        wanted = ListTasks(sort=Sort.CREATED, status=(status,) if status else ())
        async with self.tasks.read(self.owner) as opened:
            return [task.number for task in (await opened.list(wanted)).items]

    async def trash(self) -> list[int]:
        async with self.tasks.read(self.owner) as opened:
            return [task.number for task in (await opened.trash(None, 100)).items]


@pytest.fixture
async def person(database: Database, log: EventLog, alice: Owner) -> Person:
    """With tasks 1 above 2 above 3, and 4 beside them."""
    person = Person(TaskTransactions(database, log, Clock()), alice)
    await person.create("House", project="Home")
    await person.create("Hall", parent_id="#1")
    await person.create("Carpet", parent_id="#2")
    await person.create("Garden")
    return person


async def test_a_subtask_is_in_the_project_of_the_task_above_it(person: Person) -> None:
    assert [(await person.get(number)).project for number in (1, 2, 3, 4)] == [
        "Home",
        "Home",
        "Home",
        None,
    ]
    project_id = (await person.get(1)).project_id
    assert (await person.create("Door", parent_id="#1", project=project_id)).project == "Home"
    with pytest.raises(Invalid) as refused:
        await person.create("Door", parent_id="#1", project="Other")
    assert refused.value.code == "subtask_project"


async def test_completing_a_task_completes_what_is_open_below_it(person: Person) -> None:
    await person.complete(1)

    assert await person.numbers(Status.DONE) == [1, 2, 3]


async def test_opening_a_task_opens_the_tasks_above_it(person: Person) -> None:
    await person.complete(1)
    await person.complete(3, completed=False)

    assert await person.numbers(Status.TODO) == [1, 2, 3, 4]


@pytest.mark.parametrize("status", [Status.TODO, Status.IN_PROGRESS])
async def test_beginning_a_task_again_opens_the_tasks_above_it_too(
    person: Person, status: Status
) -> None:
    await person.complete(1)
    await person.edit(3, status=status)

    assert await person.numbers(Status.DONE) == []
    assert (await person.get(3)).status is status
    assert (await person.get(1)).status is Status.TODO


async def test_an_open_task_that_comes_below_a_done_one_opens_it(person: Person) -> None:
    await person.complete(1)
    await person.create("Lamp", parent_id="#3")
    assert await person.numbers(Status.DONE) == []

    await person.complete(1)
    await person.edit(4, parent_id="#2")
    assert await person.numbers(Status.DONE) == [3, 5]


async def test_what_is_opened_and_moved_at_once_opens_what_is_above_it_then(person: Person) -> None:
    await person.complete(1)
    await person.complete(4)
    await person.edit(4, status="todo", parent_id="#1")

    assert await person.numbers(Status.TODO) == [1, 4]


async def test_deleting_takes_subtasks_along_and_restoring_brings_them_back(person: Person) -> None:
    assert await person.delete(1) == 3
    assert (await person.numbers(), await person.trash()) == ([4], [3, 2, 1])

    restored = await person.restore(1)

    assert (restored.deleted_at, await person.numbers()) == (None, [1, 2, 3, 4])
    assert (await person.get(3)).parent_id == (await person.get(2)).id


async def test_what_was_deleted_before_stays_in_the_trash(person: Person) -> None:
    await person.delete(3)
    await person.delete(1)
    await person.restore(1)

    assert (await person.numbers(), await person.trash()) == ([1, 2, 4], [3])


async def test_a_subtask_without_its_parent_is_restored_to_the_top(person: Person) -> None:
    await person.delete(1)

    restored = await person.restore(2)

    assert (restored.parent_id, restored.project) == (None, "Home")
    assert (await person.numbers(), await person.trash()) == ([2, 3, 4], [1])


async def test_what_comes_back_is_in_the_project_where_its_parent_is_now(person: Person) -> None:
    await person.delete(3)
    await person.edit(1, project="Elsewhere")

    assert (await person.restore(3)).project == "Elsewhere"


async def test_what_comes_back_has_no_project_when_that_is_gone(person: Person) -> None:
    await person.delete(1)
    async with person.tasks.begin(person.owner) as opened:
        (project,) = (await opened.projects.list()).items
        await opened.projects.delete(project.id)

    assert (await person.restore(1)).project is None
    assert (await person.get(3)).project is None


async def test_an_open_task_that_comes_back_opens_what_is_above_it(person: Person) -> None:
    await person.delete(3)
    await person.complete(1)
    await person.restore(3)

    assert await person.numbers(Status.DONE) == []


async def test_a_subtask_that_goes_to_another_project_leaves_the_task_above_it(
    person: Person,
) -> None:
    moved = await person.edit(2, project="Work")

    assert (moved.parent_id, moved.project) == (None, "Work")
    assert (await person.get(3)).project == "Work"
    assert (await person.get(1)).project == "Home"


async def test_no_task_is_below_itself(person: Person) -> None:
    for below in ("#1", "#2", "#3"):
        with pytest.raises(Invalid) as refused:
            await person.edit(1, parent_id=below)
        assert refused.value.code == "parent_cycle"


async def test_there_are_five_levels(person: Person) -> None:
    await person.create("Four", parent_id="#3")
    await person.create("Five", parent_id="#5")
    for work in (person.create("Six", parent_id="#6"), person.edit(1, parent_id="#4")):
        with pytest.raises(Invalid) as refused:
            await work
        assert refused.value.code == "too_deep"


async def test_what_is_in_the_trash_is_not_found_elsewhere(person: Person) -> None:
    await person.delete(4)
    for work in (person.get(4), person.complete(4), person.create("Bed", parent_id="#4")):
        with pytest.raises(UnclearReference):
            await work
    with pytest.raises(UnclearReference):
        await person.restore(1)


async def test_the_trash_comes_in_pages(person: Person) -> None:
    await person.delete(1)
    async with person.tasks.read(person.owner) as opened:
        first = await opened.trash(None, 2)
        rest = await opened.trash(first.next_cursor, 2)

    assert [[task.number for task in page.items] for page in (first, rest)] == [[3, 2], [1]]
    assert rest.next_cursor is None


async def test_a_page_of_the_trash_says_whether_there_are_more(
    tasks: TaskTransactions, alice: Owner
) -> None:
    async with tasks.begin(alice) as opened:
        for title in ("One", "Two", "Three"):
            made = await opened.create(CreateTask(title=title))
            await opened.delete(DeleteTask(task=made.id))

        whole = await opened.trash(None, 3)
        first = await opened.trash(None, 2)
        rest = await opened.trash(first.next_cursor, 2)

    assert (whole.total, whole.total_is_exact, whole.next_cursor) == (3, True, None)
    assert [task.title for task in (*first.items, *rest.items)] == ["Three", "Two", "One"]
    assert (first.total_is_exact, rest.total_is_exact, rest.next_cursor) == (False, False, None)
