"""Whatever a person does in whichever order: the tasks are as a plain model of the rules says."""

import asyncio
from datetime import date, timedelta
from itertools import count

from hypothesis import HealthCheck, Phase, given, settings

from taskchat.db.engine import Database
from taskchat.domain.errors import DomainError
from taskchat.domain.ids import new_id
from taskchat.domain.query import Sort
from taskchat.streams.log import EventLog
from taskchat.tasks.commands import ListTasks
from taskchat.tasks.service import Tasks
from taskchat.tasks.transactions import TaskTransactions
from taskchat.tasks.views import TaskOut
from tests.people import NOW, add_account
from tests.tasks.finding import closing
from tests.tasks.model import Model
from tests.tasks.steps import ALL_NAMES, OF_SERIES, TODAY, Step, carry_out, look, steps
from tests.tasks.things import Refused, Thing

type Shown = dict[int, tuple[object, ...]]

ORDERED = tuple(name for name in ALL_NAMES if name != "move")


BOUNDED = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.generate],  # shrinking takes long, and a failure names its step
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(steps(ORDERED, most=20))
@BOUNDED
def test_tasks_are_what_the_model_says_after_every_command(
    database_url: str, plan: list[Step]
) -> None:
    asyncio.run(compare(database_url, plan))


@given(steps(OF_SERIES, most=20, among=3))
@BOUNDED
def test_tasks_that_repeat_are_what_the_model_says_after_every_command(
    database_url: str, plan: list[Step]
) -> None:
    asyncio.run(compare(database_url, plan))


async def compare(url: str, plan: list[Step]) -> None:
    async with closing(Database(url)) as database:
        owner = await add_account(database, f"{new_id('usr')}@example.com")
        seconds = count()
        clock = lambda: NOW + timedelta(seconds=next(seconds))  # noqa: E731 - of this example only
        tasks = TaskTransactions(database, EventLog(database), clock)
        model = Model()
        for step in plan:
            async with tasks.read(owner) as opened:
                there = await look(opened)
            expected = done = True
            try:
                model.do(step, there)
            except Refused:
                expected = False
            try:
                async with tasks.begin(owner) as opened:
                    await carry_out(opened, step, there)
            except DomainError:
                done = False
            assert done is expected, step
            async with tasks.read(owner) as opened:
                await check(opened, model)


async def check(opened: Tasks, model: Model) -> None:
    page = await opened.list(ListTasks(sort=Sort.CREATED, limit=100))
    trash = await opened.trash(None, 100)
    numbers = {task.id: task.number for task in [*page.items, *trash.items]}
    assert {task.number: shown(task, numbers) for task in page.items} == {
        thing.number: expected(thing) for thing in model.live()
    }
    assert {task.number for task in trash.items} == model.things.keys() - {
        thing.number for thing in model.live()
    }
    assert {
        project.name: project.open_tasks for project in (await opened.projects.list()).items
    } == {
        name: sum(thing.project == name and thing.status != "done" for thing in model.live())
        for name in model.projects
    }
    tags = {tag.tag: tag.count for tag in (await opened.tags()).items}
    assert tags == {
        tag: sum(tag in thing.tags for thing in model.live())
        for tag in {tag for thing in model.live() for tag in thing.tags}
    }


def shown(task: TaskOut, numbers: dict[str, int]) -> tuple[object, ...]:
    due = (date.fromisoformat(task.due) - TODAY).days if task.due else None
    parent = numbers[task.parent_id] if task.parent_id else None
    weekly = task.recurrence == "FREQ=WEEKLY"
    fields = (task.title, tuple(task.tags), task.priority.value, task.project, parent)
    return *fields, task.status.value, due, weekly


def expected(thing: Thing) -> tuple[object, ...]:
    fields = (thing.title, thing.tags, thing.priority, thing.project, thing.parent)
    return *fields, thing.status, thing.due, thing.weekly
