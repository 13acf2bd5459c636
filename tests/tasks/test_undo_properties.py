"""Undo and redo of anything, in any order, with edits by others in between."""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import select

from taskchat.db.engine import Database
from taskchat.db.tables import ReminderRow, TaskCountRow, TaskRow
from taskchat.domain.errors import DomainError
from taskchat.domain.history import Differences, project_state, task_state
from taskchat.domain.ids import new_id
from taskchat.domain.task import Task, TaskId
from taskchat.streams.log import EventLog
from taskchat.tasks.changes.tree import MAX_DEPTH
from taskchat.tasks.owner import Owner
from taskchat.tasks.storage.activity import ActivityRecord
from taskchat.tasks.storage.projects import ProjectRepository
from taskchat.tasks.storage.repository import TaskRepository
from taskchat.tasks.transactions import TaskTransactions
from taskchat.tasks.views import FieldConflictOut
from tests.people import NOW, add_account
from tests.tasks.finding import closing
from tests.tasks.steps import Step, carry_out, look, steps

BOUNDED = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.generate],  # shrinking takes long
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
EDITS = (
    "title",
    "tags",
    "priority",
    "status",
    "due",
    "project",
    "parent",
    "to_top",
    "create_below",
)


@dataclass(frozen=True)
class Person:
    """Somebody whose clock goes on by a second with every command."""

    database: Database
    tasks: TaskTransactions
    owner: Owner

    async def do(self, step: Step) -> str | None:
        """The change set; None when nothing was changed."""
        async with self.tasks.read(self.owner) as opened:
            there = await look(opened)
        try:
            async with self.tasks.begin(self.owner) as opened:
                await carry_out(opened, step, there)
        except DomainError:
            return None
        return opened.change_set if await self.made(opened.change_set) else None

    async def made(self, change_set: str) -> Mapping[str, Differences]:
        async with self.database.reading() as session:
            made = await ActivityRecord(session, self.owner.id).made(change_set)
        return {one.id: one.net for one in made}

    async def live(self) -> dict[TaskId, Task]:
        async with self.database.reading() as session:
            mine = (TaskRow.owner_id == self.owner.id, TaskRow.deleted_at.is_(None))
            ids = list(await session.scalars(select(TaskRow.id).where(*mine)))
            found = await TaskRepository(session, self.owner.id).some(ids)
        return {task.id: task for task in found}

    async def digest(self) -> str:
        """Of everything there is, but for versions, times of change and the trash."""
        tasks = await self.live()
        async with self.database.reading() as session:
            projects = await ProjectRepository(session, self.owner.id).all()
            reminders = select(ReminderRow.task_id, ReminderRow.fires_at, ReminderRow.fired_at)
            counts = select(TaskCountRow.kind, TaskCountRow.key, TaskCountRow.count)
            reminding = await session.execute(
                reminders.where(ReminderRow.owner_id == self.owner.id)
            )
            counted = await session.execute(counts.where(TaskCountRow.owner_id == self.owner.id))
            state: list[Any] = [
                sorted((id_, task.number, task_state(task)) for id_, task in tasks.items()),
                [(one.id, project_state(one)) for one in projects],
                sorted(map(str, reminding)),
                sorted(map(str, counted)),
            ]
        return hashlib.sha256(json.dumps(state, default=str, sort_keys=True).encode()).hexdigest()


async def begin_with(url: str) -> Person:
    database = Database(url)
    owner = await add_account(database, f"{new_id('usr')}@example.com")
    seconds = count()
    clock = lambda: NOW + timedelta(seconds=next(seconds))  # noqa: E731 - of this person only
    return Person(database, TaskTransactions(database, EventLog(database), clock), owner)


@given(steps())
@BOUNDED
def test_undoing_all_brings_back_each_state_exactly_and_redoing_the_later_ones(
    database_url: str, plan: list[Step]
) -> None:
    asyncio.run(go_back_and_forth(database_url, plan))


async def go_back_and_forth(url: str, plan: list[Step]) -> None:
    person = await begin_with(url)
    async with closing(person.database):
        states = [await person.digest()]
        change_sets: list[str] = []
        for step in plan:
            if change_set := await person.do(step):
                change_sets.append(change_set)
                states.append(await person.digest())
        for change_set, before in zip(reversed(change_sets), reversed(states[:-1]), strict=True):
            async with person.tasks.begin(person.owner) as opened:
                assert (await opened.undo(change_set)).conflicts == []
            assert await person.digest() == before
        for change_set, after in zip(change_sets, states[1:], strict=True):
            async with person.tasks.begin(person.owner) as opened:
                assert (await opened.redo(change_set)).conflicts == []
            assert await person.digest() == after


@given(steps(most=8, among=5), steps(EDITS, most=8, among=5))
@BOUNDED
def test_what_was_edited_since_is_never_lost_and_always_told(
    database_url: str, plan: list[Step], edits: list[Step]
) -> None:
    asyncio.run(edit_and_undo(database_url, plan, edits[3:]))


async def edit_and_undo(url: str, plan: list[Step], edits: list[Step]) -> None:
    person = await begin_with(url)
    async with closing(person.database):
        change_sets = [change_set for step in plan if (change_set := await person.do(step))]
        for step in edits:
            await person.do(step)
        for change_set in change_sets[::2]:
            net, before = await person.made(change_set), await person.live()
            async with person.tasks.begin(person.owner) as opened:
                conflicts = await opened.take_back(change_set)
            after = await person.live()
            check_edits(net, before, after, conflicts)
            check_forest(after)


def check_edits(
    net: Mapping[str, Differences],
    before: Mapping[TaskId, Task],
    after: Mapping[TaskId, Task],
    conflicts: Sequence[FieldConflictOut],
) -> None:
    told = {(one.id, one.field) for one in conflicts}
    for id_, task in before.items():
        was, differences = task_state(task), net.get(id_, {})
        edited = {name for name, pair in differences.items() if was[name] not in pair}
        assert not edited or id_ in after
        for name in edited - {"completed_at", "series", "kept"}:
            assert (id_, name) in told
            if name != "project_id" or task.parent_id is None:
                assert task_state(after[id_])[name] == was[name]


def check_forest(tasks: Mapping[TaskId, Task]) -> None:
    """Below each other only as tasks may be, and each occurrence of a series once."""
    occurrences = [(one.series.id, one.series.number) for one in tasks.values() if one.series]
    assert len(set(occurrences)) == len(occurrences)
    for task in tasks.values():
        depth = 1
        above = task
        while above.parent_id:
            above = tasks[above.parent_id]
            assert above.project == task.project
            depth += 1
            assert depth <= MAX_DEPTH
