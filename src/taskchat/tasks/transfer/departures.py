"""Everything a person has, to be written down."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import cast

from taskchat.domain.filters.expression import Moment, Not, Undated
from taskchat.domain.project import Project
from taskchat.domain.query import Filter, Sort
from taskchat.domain.series import Series
from taskchat.domain.task import OPEN, Priority, Task
from taskchat.interchange.own.entries import (
    Export,
    OwnFilter,
    OwnKept,
    OwnProject,
    OwnSeries,
    OwnTask,
)
from taskchat.tasks.finding.listing import TaskListing
from taskchat.tasks.storage.projects import ProjectRepository
from taskchat.tasks.storage.saved_filters import FilterService

AT_ONCE = 500  # tasks, between which others get a turn


class Departures:
    """Within one transaction that sees everything as it is at one moment."""

    def __init__(
        self, listing: TaskListing, projects: ProjectRepository, filters: FilterService
    ) -> None:
        self._listing = listing
        self._projects = projects
        self._filters = filters

    async def export(self, now: datetime) -> Export:
        """Without what is in the trash."""
        saved = await self._filters.list()
        return Export(
            exported_at=now,
            projects=tuple(_own_project(project) for project in await self._projects.all()),
            tasks=tuple([task async for task in self._tasks(Filter(with_archived=True))]),
            filters=tuple(OwnFilter(one.name, one.query) for one in saved.items),
        )

    async def agenda(self) -> list[OwnTask]:
        """What is open and has a date, oldest first."""
        wanted = Filter(status=OPEN, expression=Not(Undated(Moment.DUE)))
        return [task async for task in self._tasks(wanted)]

    async def _tasks(self, wanted: Filter) -> AsyncGenerator[OwnTask]:
        """Oldest first."""
        cursor: str | None = None
        while True:
            tasks, cursor = await self._listing.page(wanted, Sort.CREATED, cursor, AT_ONCE)
            for task in tasks:
                yield _own_task(task)
            if cursor is None:
                return


def _own_task(task: Task) -> OwnTask:
    return OwnTask(
        id=task.id,
        number=task.number,
        title=task.title,
        description=task.description,
        status=task.status,
        priority=task.priority,
        tags=task.tags,
        project=task.project.name if task.project else None,
        parent_id=task.parent_id,
        due=task.due.text() if task.due else None,
        timezone=task.timezone,
        remind_before=task.remind_before,
        recurrence=task.recurrence,
        recurrence_from=task.recurrence_from,
        series=_own_series(task.series),
        position=task.position,
        created_at=task.created_at,
        updated_at=task.updated_at,
        completed_at=task.completed_at,
        version=task.version,
        kept=_own_kept(task),
    )


def _own_series(series: Series | None) -> OwnSeries | None:
    return series and OwnSeries(series.id, series.anchor, series.slot, series.number)


def _own_kept(task: Task) -> OwnKept:
    """JSON made words and lists of priorities and tags."""
    kept = cast("OwnKept", dict(task.kept))
    if "priority" in kept:
        kept["priority"] = Priority(kept["priority"])
    if "tags" in kept:
        kept["tags"] = tuple(kept["tags"])
    return kept


def _own_project(project: Project) -> OwnProject:
    return OwnProject(
        id=project.id,
        name=project.name,
        color=project.color,
        archived_at=project.archived_at,
        position=project.position,
        created_at=project.created_at,
    )
