"""Which task a person or a model means by `#12`, an id or a title."""

import re

from taskchat.domain.errors import Candidate, UnclearReference
from taskchat.domain.task import Task
from taskchat.tasks.repository import TaskRepository

NUMBER = re.compile(r"#?\s*([0-9]{1,9})")
ID = re.compile(r"tsk_[0-9a-f]{32}")


async def resolve(repository: TaskRepository, reference: str) -> Task:
    """The one task meant; raises UnclearReference with candidates instead of taking the first that fits."""
    if task := await _named(repository, reference):
        return task
    if ID.fullmatch(reference) or NUMBER.fullmatch(reference):
        raise UnclearReference("There is no such task.", code="task_not_found", candidates=())
    titled = await repository.find_titled(reference.strip("\"'“”‘’"))
    if len(titled) == 1:
        return titled[0]
    if titled:
        raise UnclearReference(
            f"More than one task is called “{titled[0].title}”. Say which by its number.",
            code="ambiguous_task",
            candidates=[Candidate(task.number, task.title) for task in titled],
        )
    similar = await repository.find_similar(reference)
    raise UnclearReference(
        f"There is no task called “{reference[:80]}”.", code="task_not_found", candidates=similar
    )


async def _named(repository: TaskRepository, reference: str) -> Task | None:
    if number := NUMBER.fullmatch(reference):
        return await repository.get_numbered(int(number[1]))
    return await repository.get(reference)
