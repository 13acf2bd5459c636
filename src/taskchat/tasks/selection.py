"""Which tasks a command is about."""

from collections.abc import Sequence

from taskchat.domain.errors import Invalid
from taskchat.domain.query import Filter
from taskchat.domain.task import OPEN, Status, Task
from taskchat.tasks.changes.fields import Fields
from taskchat.tasks.commands import CompleteAllTasks, DeleteAllTasks, ListTasks, clears
from taskchat.tasks.finding.listing import TaskListing
from taskchat.tasks.finding.references import References
from taskchat.tasks.storage.projects import ProjectRepository
from taskchat.tasks.storage.repository import TaskRepository

MAX_SELECTED = 10_000


class Selection:
    def __init__(
        self,
        repository: TaskRepository,
        projects: ProjectRepository,
        references: References,
        listing: TaskListing,
        fields: Fields,
    ) -> None:
        self._repository = repository
        self._projects = projects
        self._references = references
        self._listing = listing
        self._fields = fields

    async def of_list(self, command: ListTasks) -> Filter:
        after, before = command.due_after, command.due_before
        due_from, due_until = self._fields.due(after), self._fields.due(before)
        parent = command.parent_id and await self._references.task(command.parent_id)
        return Filter(
            status=command.status,
            priority=command.priority,
            tag=command.tag,
            project=await self._project(command.project),
            parent=parent.id if parent else None,
            text=command.q,
            expression=self._fields.expression(command.filter),
            due_from=due_from.start() if due_from else None,
            due_until=due_until.instant() if due_until else None,
        )

    async def of_all(self, command: CompleteAllTasks | DeleteAllTasks) -> Filter:
        status = (command.status,) if command.status else ()
        if isinstance(command, CompleteAllTasks):
            if command.status is Status.DONE:
                raise Invalid("Tasks that are done cannot be completed.", code="already_done")
            status = status or OPEN
        return Filter(
            status=status,
            priority=(command.priority,) if command.priority else (),
            tag=command.tag,
            project=await self._project(command.project),
        )

    async def tasks(self, references: Sequence[str] | None, words: str | None) -> list[Task]:
        """Those that are named, or that match the words of a filter; raises Invalid for too many."""
        if references is not None:
            return await self._named(references)
        wanted = Filter(expression=self._fields.expression(words))
        ids = await self._listing.ids(wanted, MAX_SELECTED + 1)
        if len(ids) > MAX_SELECTED:
            message = f"At most {MAX_SELECTED:,} tasks can be changed at once; this is more."
            raise Invalid(message, code="too_many_tasks")
        return await self._repository.some(ids)

    async def _named(self, references: Sequence[str]) -> list[Task]:
        found = {task.id: task for task in await self._repository.some(references)}
        for reference in references:
            if reference not in found:
                task = await self._references.task(reference)
                found[task.id] = task
        return sorted(found.values(), key=lambda task: task.number)

    async def _project(self, name: str | None) -> str | None:
        """Its id, empty for tasks without one. The name of none is one that no task belongs to."""
        if name is None:
            return None
        if clears(name):
            return ""
        known = await self._projects.named(name)
        return known.id if known else name
