"""One person's tasks as rows, as quick to make as a list of tests needs them."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from hypothesis import strategies as st

from taskchat.db.engine import Database
from taskchat.db.statements import change
from taskchat.domain.due import Due
from taskchat.domain.ids import new_id
from taskchat.domain.position import numbered
from taskchat.domain.project import Project
from taskchat.domain.task import Priority, ProjectRef, Status, Task, TaskId, UserId
from taskchat.tasks.finding.search import keep
from taskchat.tasks.storage.activity import Change
from taskchat.tasks.storage.counts import count
from taskchat.tasks.storage.projects import ProjectRepository
from taskchat.tasks.storage.repository import TaskRepository
from tests.domain.filtering import PROJECTS, TAGS, TODAY, WORDS
from tests.people import NOW

ZONE = "Europe/Berlin"


@asynccontextmanager
async def closing(database: Database) -> AsyncGenerator[Database]:
    try:
        yield database
    finally:
        await database.close()


def make_task(number: int, title: str = "", **fields: object) -> Task:
    task = Task(
        id=TaskId(new_id("tsk")),
        number=number,
        title=title or f"Task {number}",
        created_at=NOW,
        updated_at=NOW,
        timezone=ZONE,
        position=numbered(number),
    )
    return replace(task, **fields)


def make_project(name: str, **fields: object) -> Project:
    project = Project(new_id("prj"), name, "red", "a1", created_at=NOW, updated_at=NOW)
    return replace(project, **fields)


async def write(database: Database, owner: UserId, changes: Sequence[Change]) -> None:
    """The tasks, their tags, words and counts."""
    async with database.transaction() as session:
        repository = TaskRepository(session, owner)
        await repository.take_turn()
        if made := [change.after for change in changes if change.before is None]:
            await change(session, repository.add(made))
        if edited := [change.after for change in changes if change.before]:
            await repository.save(edited, retagged=edited)
        await change(session, count(owner, changes))
        await change(session, keep(owner, changes))


async def add(database: Database, owner: UserId, tasks: Sequence[Task]) -> None:
    await write(database, owner, [Change(None, task) for task in tasks])


async def add_projects(database: Database, owner: UserId, projects: Sequence[Project]) -> None:
    async with database.transaction() as session:
        for project in projects:
            await ProjectRepository(session, owner).add(project)


DUES = st.builds(
    Due,
    st.dates(TODAY.replace(day=10), TODAY.replace(day=28)),
    st.none() | st.times().map(lambda at: at.replace(microsecond=0)),
    st.sampled_from([ZONE, "America/New_York", "Pacific/Kiritimati"]),
)
TEXTS = st.lists(st.sampled_from([*WORDS, "and", "-", "mild"]), max_size=4).map(" ".join)


@st.composite
def random_tasks(draw: st.DrawFn, refs: Sequence[ProjectRef]) -> list[Task]:
    """A few, some of them below others or in the trash; titles, dates and all else recur."""
    tasks: list[Task] = []
    for number in range(1, draw(st.integers(1, 12)) + 1):
        done = draw(st.booleans())
        above = [task.id for task in tasks if task.deleted_at is None]
        task = make_task(
            number,
            draw(TEXTS) or "Untitled",
            description=draw(TEXTS),
            status=Status.DONE
            if done
            else draw(st.sampled_from([Status.TODO, Status.IN_PROGRESS])),
            priority=draw(st.sampled_from(Priority)),
            tags=tuple(draw(st.lists(st.sampled_from(TAGS), unique=True, max_size=3))),
            project=draw(st.none() | st.sampled_from(refs)) if refs else None,
            parent_id=draw(st.none() | st.sampled_from(above)) if above else None,
            due=draw(st.none() | DUES),
            created_at=draw(DUES).instant(),
            completed_at=draw(DUES).instant() if done else None,
            deleted_at=NOW if draw(st.integers(0, 5)) == 0 else None,
            position=draw(st.sampled_from(["a1", "a2", "b12"])),
        )
        if task.due:
            task = replace(
                task,
                timezone=task.due.zone,
                remind_before=draw(st.none() | st.just(15)),
                recurrence=draw(st.none() | st.just("FREQ=DAILY")),
            )
        tasks.append(task)
    return tasks


def renewed(tasks: Sequence[Task], projects: Mapping[str, Project]) -> list[Task]:
    """The same with ids of their own, in the projects that take the place of theirs."""
    ids = {task.id: TaskId(new_id("tsk")) for task in tasks}
    return [
        replace(
            task,
            id=ids[task.id],
            parent_id=task.parent_id and ids[task.parent_id],
            project=projects[task.project.id].ref if task.project else None,
        )
        for task in tasks
    ]


def projects() -> list[Project]:
    return [make_project(name) for name in PROJECTS]
