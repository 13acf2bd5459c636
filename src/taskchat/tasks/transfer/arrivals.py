"""Tasks that come from elsewhere: files of other programs, an export, the earlier system."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import batched

from pydantic import ValidationError

from taskchat.domain.errors import Invalid
from taskchat.domain.filters import parse
from taskchat.domain.position import MOST_NUMBERED, numbered, numbers_up_to
from taskchat.domain.task import Task, TaskId
from taskchat.domain.text import fold
from taskchat.interchange.hierarchy import parents_first
from taskchat.interchange.record import Arrival, FilterRecord, Problem, ProjectRecord, TaskRecord
from taskchat.tasks.changes.tree import Tree
from taskchat.tasks.changes.writer import Writer
from taskchat.tasks.commands import SaveFilter
from taskchat.tasks.storage.activity import Change, ProjectChange
from taskchat.tasks.storage.imported import Imported
from taskchat.tasks.storage.projects import ProjectRepository
from taskchat.tasks.storage.repository import TaskRepository
from taskchat.tasks.storage.saved_filters import MAX_FILTERS, FilterService
from taskchat.tasks.transfer.arrival_plan import ArrivalPlan, Coming
from taskchat.tasks.transfer.newcomers import Newcomers
from taskchat.tasks.transfer.planned_projects import PlannedProjects
from taskchat.tasks.views import Brought, BroughtProblem

ACTION = "import"
AT_ONCE = 500  # tasks
LOOKED_AT_ONCE = 100  # tasks that are planned before others get a turn
MOST_PROBLEMS = 100  # that are told one by one

type Progress = Callable[[int, int], None]
"""Told how many tasks are done, of how many."""


class Arrivals:
    """Within one transaction, as one change set."""

    def __init__(
        self,
        repository: TaskRepository,
        projects: ProjectRepository,
        filters: FilterService,
        imported: Imported,
        tree: Tree,
        writer: Writer,
        timezone: str,
        now: datetime,
    ) -> None:
        self._repository = repository
        self._projects = projects
        self._filters = filters
        self._imported = imported
        self._tree = tree
        self._writer = writer
        self._timezone = timezone
        self._now = now

    async def bring_in(
        self, source: str, arrivals: Iterable[Arrival], *, dry_run: bool, progress: Progress
    ) -> Brought:
        """Each task of `source` once: what is here already is left alone, what is in the trash comes back.

        A dry run only looks. Raises Conflict where there would be too many projects.
        """
        sorted_out = _SortedOut(arrivals)
        projects = await self._planned_projects(sorted_out.projects)
        plan = await self._plan(source, sorted_out.tasks, projects)
        filters, unreadable = await self._new_filters(sorted_out.filters)
        if not dry_run:
            await self._make_projects(projects)
            await self._make_tasks(source, plan.coming, progress)
            for command in filters:
                await self._filters.save(command)
        problems = [*sorted_out.problems, *plan.problems, *unreadable]
        made = sum(coming.change.before is None for coming in plan.coming)
        return Brought(
            created=made,
            restored=len(plan.coming) - made,
            skipped=plan.skipped,
            left_out=sum(problem.is_fatal for problem in problems),
            projects=[project.name for project in projects.made],
            filters=[command.name for command in filters],
            problems=[_told(problem) for problem in problems[:MOST_PROBLEMS]],
            problem_count=len(problems),
            change_set_id=self._writer.change_set if plan.coming and not dry_run else None,
        )

    async def _planned_projects(self, records: Sequence[ProjectRecord]) -> PlannedProjects:
        given = await self._imported.given_projects([record.id for record in records])
        there = await self._projects.all()
        last = await self._projects.last_position()
        projects = PlannedProjects(there, last, self._now, given=given)
        for record in records:
            projects.recreate(record)
        return projects

    async def _plan(
        self, source: str, records: Sequence[TaskRecord], projects: PlannedProjects
    ) -> ArrivalPlan:
        known = dict(await self._imported.known(source, [record.source_id for record in records]))
        ours = [record for record in records if record.identity]
        given = await self._imported.given_tasks([record.source_id for record in ours])
        # An export of this very account, which has some of its tasks still.
        known = {task_id: TaskId(task_id) for task_id in given} | known
        found = await self._repository.some(list(known.values()), in_trash=True)
        tasks = {task.id: task for task in found}
        there = {id_: tasks[task_id] for id_, task_id in known.items() if task_id in tasks}
        series = {one.identity.series.id for one in ours if one.identity and one.identity.series}
        given |= await self._imported.given_series(series)
        newcomers = Newcomers(self._timezone, self._now, given=given)
        plan = ArrivalPlan(there, projects, newcomers, self._repository, self._tree, self._now)
        for number, record in enumerate(records, 1):
            await plan.admit(record)
            if number % LOOKED_AT_ONCE == 0:
                await asyncio.sleep(0)
        return plan

    async def _new_filters(
        self, records: Sequence[FilterRecord]
    ) -> tuple[list[SaveFilter], list[Problem]]:
        names = {fold(one.name) for one in (await self._filters.list()).items}
        commands: list[SaveFilter] = []
        problems: list[Problem] = []
        for record in records:
            if fold(record.name) in names:
                continue
            place = f"filter “{record.name}”"
            try:
                command = SaveFilter(name=record.name, query=record.query)
                parse(command.query)
            except (Invalid, ValidationError):
                problems.append(Problem(place, "It cannot be read.", is_fatal=False))
                continue
            if len(names) >= MAX_FILTERS:
                reason = f"There are at most {MAX_FILTERS} saved filters."
                problems.append(Problem(place, reason, is_fatal=False))
                continue
            names.add(fold(record.name))
            commands.append(command)
        return commands, problems

    async def _make_projects(self, projects: PlannedProjects) -> None:
        for project in projects.made:
            await self._projects.add(project)
        if projects.made:
            changes = [ProjectChange(None, project) for project in projects.made]
            await self._writer.note_projects(ACTION, changes)

    async def _make_tasks(self, source: str, coming: Sequence[Coming], progress: Progress) -> None:
        created = [one.change.after for one in coming if one.change.before is None]
        placed = {task.id: task for task in await self._numbered(created)}
        done = 0
        for some in batched(coming, AT_ONCE, strict=False):
            changes = [
                Change(one.change.before, placed.get(one.change.after.id, one.change.after))
                for one in some
            ]
            await self._writer.write(ACTION, changes, remind_late=False)
            pairs = [(one.record.source_id, one.change.after.id) for one in some]
            await self._imported.note(source, pairs)
            done += len(some)
            progress(done, len(coming))

    async def _numbered(self, tasks: Sequence[Task]) -> Sequence[Task]:
        """Where there never was a task, those of an export keep their numbers and their order by hand."""
        if not tasks:
            return tasks
        if all(task.number for task in tasks) and await self._repository.next_number() == 1:
            last = max(
                numbers_up_to(max(task.position for task in tasks)), *(t.number for t in tasks)
            )
            if last < MOST_NUMBERED:
                await self._repository.take_numbers(last)
                return tasks
        first = await self._repository.take_numbers(len(tasks))
        return [
            replace(task, number=number, position=numbered(number))
            for number, task in enumerate(tasks, first)
        ]


class _SortedOut:
    """Tasks with parents before their subtasks."""

    def __init__(self, arrivals: Iterable[Arrival]) -> None:
        self.projects: list[ProjectRecord] = []
        self.filters: list[FilterRecord] = []
        self.problems: list[Problem] = []
        self.tasks: list[TaskRecord] = []
        reads: list[TaskRecord | Problem] = []
        for one in arrivals:
            match one:
                case ProjectRecord():
                    self.projects.append(one)
                case FilterRecord():
                    self.filters.append(one)
                case _:
                    reads.append(one)
        for one in parents_first(reads):
            if isinstance(one, Problem):
                self.problems.append(one)
            else:
                self.tasks.append(one)


def _told(problem: Problem) -> BroughtProblem:
    return BroughtProblem(place=problem.place, reason=problem.reason, is_fatal=problem.is_fatal)
