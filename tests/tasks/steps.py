"""Random things that a person does with their tasks, one after the other."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from taskchat.domain.query import Sort
from taskchat.tasks.commands import (
    BulkEdit,
    CompleteTask,
    CreateTask,
    DeleteTask,
    ListTasks,
    MoveTask,
    TaskChanges,
)
from taskchat.tasks.service import Tasks
from tests.people import NOW

TITLES = ("Milk", "Bread", "Report")
TAGS = ((), ("home",), ("home", "Work"))
STATUSES = ("todo", "in_progress", "done")
PRIORITIES = ("high", "medium", "low")
PROJECTS = (None, "House", "Garden")
DAYS = (None, 1, 3, 10)
"""Days from now: none is past, so that the next date of a weekly task is always a week later."""

TODAY = NOW.date()


@dataclass(frozen=True)
class Step:
    """`tasks` are places in the list of what is there, or for `restore` in the trash, read modulo its length."""

    name: str
    tasks: tuple[int, ...]
    value: int

    def numbers(self, there: Sequence[int]) -> list[int]:
        return list(dict.fromkeys(there[place % len(there)] for place in self.tasks))


NEEDS_NONE = ("create", "create_weekly", "delete_project")
ALL_NAMES = (
    *NEEDS_NONE,
    "create_below",
    "title",
    "tags",
    "priority",
    "status",
    "due",
    "repeat",
    "project",
    "parent",
    "to_top",
    "complete",
    "open",
    "skip",
    "delete",
    "restore",
    "move",
    "bulk_complete",
    "bulk_delete",
    "bulk_move",
    "bulk_tag",
)
OF_SERIES = ("complete", "open", "skip", "delete", "restore", "bulk_complete", "status", "repeat")
"""What makes the occurrences of a task that repeats, or has made them already."""


def steps(
    names: Sequence[str] = ALL_NAMES, *, most: int = 16, among: int = 30
) -> st.SearchStrategy[list[Step]]:
    """Some tasks to begin with, and what happens to them; the smaller `among`, the more often to the same."""
    places = st.lists(st.integers(0, among), min_size=3, max_size=5).map(tuple)
    any_step = st.builds(Step, st.sampled_from(names), places, st.integers(0, 11))
    begin = [Step("create", (0,), 1), Step("create_weekly", (0,), 2), Step("create_below", (0,), 0)]
    return st.lists(any_step, min_size=4, max_size=most).map(lambda rest: [*begin, *rest])


def pick[T](values: Sequence[T], number: int) -> T:
    return values[number % len(values)]


def day_text(days: int | None) -> str | None:
    return None if days is None else TODAY.replace(day=TODAY.day + days).isoformat()


@dataclass(frozen=True)
class There:
    """Numbers of tasks, oldest first."""

    live: Sequence[int]
    trash: Sequence[int]


async def look(opened: Tasks) -> There:
    page = await opened.list(ListTasks(sort=Sort.CREATED, limit=100))
    trash = await opened.trash(None, 100)
    numbers = [task.number for task in page.items]
    return There(numbers, sorted(task.number for task in trash.items))


async def carry_out(opened: Tasks, step: Step, there: There) -> bool:
    """False when there is nothing to do it to; raises what the service raises."""
    if step.name in NEEDS_NONE:
        return await _without_task(opened, step)
    source = there.trash if step.name == "restore" else there.live
    if not source:
        return False
    numbers = step.numbers(source)
    references = [f"#{number}" for number in numbers]
    if step.name.startswith("bulk_"):
        await opened.bulk(BulkEdit.model_validate({"tasks": references, **_bulk(step)}))
        return True
    task, other = references[0], references[-1]
    if step.name in FIELDS:
        changes = FIELDS[step.name](step.value, other)
        await opened.revise(task, TaskChanges.model_validate(changes))
    else:
        await ACTIONS[step.name](opened, task, other, step.value)
    return True


async def _without_task(opened: Tasks, step: Step) -> bool:
    if step.name == "delete_project":
        name = pick(PROJECTS[1:], step.value)
        for project in (await opened.projects.list()).items:
            if project.name == name:
                await opened.projects.delete(project.id)
                return True
        return False
    weekly = step.name == "create_weekly"
    days = pick(DAYS[1:] if weekly else DAYS, step.value)
    fields = {
        "title": pick(TITLES, step.value),
        "tags": pick(TAGS, step.value),
        "project": pick(PROJECTS, step.value),
        "due": day_text(days),
        "remind_before": 10 if days and step.value % 2 else None,
        "recurrence": "FREQ=WEEKLY" if weekly else None,
    }
    await opened.create(CreateTask.model_validate(fields))
    return True


def _bulk(step: Step) -> Mapping[str, object]:
    return {
        "bulk_complete": {"action": "complete"},
        "bulk_delete": {"action": "delete"},
        "bulk_move": {"action": "edit", "project": pick(PROJECTS, step.value) or "none"},
        "bulk_tag": {"action": "edit", "add_tags": ["bulk"], "priority": "high"},
    }[step.name]


FIELDS: Mapping[str, Callable[[int, str], Mapping[str, object]]] = {
    "title": lambda value, _: {"title": f"{pick(TITLES, value)} {value}"},
    "tags": lambda value, _: {"tags": pick(TAGS, value)},
    "priority": lambda value, _: {"priority": pick(PRIORITIES, value)},
    "status": lambda value, _: {"status": pick(STATUSES, value)},
    "due": lambda value, _: {"due": day_text(pick(DAYS, value))},
    "repeat": lambda value, _: {"recurrence": "FREQ=WEEKLY" if value % 3 else None},
    "project": lambda value, _: {"project": pick(PROJECTS, value)},
    "parent": lambda _, other: {"parent_id": other},
    "to_top": lambda _, __: {"parent_id": None},
}


async def _create_below(opened: Tasks, task: str, _: str, value: int) -> None:
    fields = {"title": pick(TITLES, value), "parent_id": task, "due": day_text(pick(DAYS, value))}
    await opened.create(CreateTask.model_validate(fields))


async def _complete(opened: Tasks, task: str, _: str, __: int) -> None:
    await opened.complete(CompleteTask(task=task))


async def _open(opened: Tasks, task: str, _: str, __: int) -> None:
    await opened.complete(CompleteTask(task=task, completed=False))


async def _skip(opened: Tasks, task: str, _: str, __: int) -> None:
    await opened.skip(task)


async def _delete(opened: Tasks, task: str, _: str, __: int) -> None:
    await opened.delete(DeleteTask(task=task))


async def _restore(opened: Tasks, task: str, _: str, __: int) -> None:
    await opened.restore(task)


async def _move(opened: Tasks, task: str, other: str, _: int) -> None:
    await opened.move(task, MoveTask(before=other))


ACTIONS: Mapping[str, Callable[[Tasks, str, str, int], Awaitable[None]]] = {
    "create_below": _create_below,
    "complete": _complete,
    "open": _open,
    "skip": _skip,
    "delete": _delete,
    "restore": _restore,
    "move": _move,
}
