"""Which task a person or a model means by `#12`, an id or a title."""

import re

from taskchat.domain.errors import Candidate, UnclearReference
from taskchat.domain.task import Task
from taskchat.tasks.finding.search import Search
from taskchat.tasks.storage.repository import TaskRepository

NUMBER = re.compile(r"#?\s*([0-9]{1,9})")
ID = re.compile(r"tsk_[0-9a-f]{32}")


class References:
    """Within one owner's tasks."""

    def __init__(self, repository: TaskRepository, search: Search) -> None:
        self._repository = repository
        self._search = search

    async def task(self, reference: str, *, in_trash: bool = False) -> Task:
        """The one task meant; raises UnclearReference with candidates instead of taking the first that fits."""
        if task := await self._named(reference, in_trash=in_trash):
            return task
        if in_trash or ID.fullmatch(reference) or NUMBER.fullmatch(reference):
            raise UnclearReference("There is no such task.", code="task_not_found", candidates=())
        titled = await self._repository.find_titled(reference.strip("\"'“”‘’"))
        if len(titled) == 1:
            return titled[0]
        if titled:
            raise UnclearReference(
                f"More than one task is called “{titled[0].title}”. Say which by its number.",
                code="ambiguous_task",
                candidates=[
                    Candidate(task.number, task.title, task.is_untrusted) for task in titled
                ],
            )
        raise UnclearReference(
            f"There is no task called “{reference[:80]}”.",
            code="task_not_found",
            candidates=await self._search.find_similar(reference),
        )

    async def _named(self, reference: str, *, in_trash: bool) -> Task | None:
        if number := NUMBER.fullmatch(reference):
            return await self._repository.get_numbered(int(number[1]), in_trash=in_trash)
        return await self._repository.get(reference, in_trash=in_trash)
