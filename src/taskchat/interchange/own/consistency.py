"""What an export must keep to besides the form of its fields."""

from collections.abc import Hashable, Iterable, Mapping

from taskchat.domain import recurrence as rules
from taskchat.domain.due import find_zone, read_iso
from taskchat.domain.errors import Invalid
from taskchat.domain.series import from_wall
from taskchat.domain.task import Status, require_due
from taskchat.domain.text import fold
from taskchat.interchange.own.entries import Export, OwnTask


def require_consistency(export: Export) -> None:
    """Raises Invalid that names the first entry which contradicts itself or another one."""
    _require_unique("Project", "id", (project.id for project in export.projects))
    _require_unique("Project", "name", (fold(project.name) for project in export.projects))
    _require_unique("Task", "id", (task.id for task in export.tasks))
    _require_unique("Task", "number", (task.number for task in export.tasks))
    _require_unique("Filter", "name", (fold(one.name) for one in export.filters))
    names = {project.name for project in export.projects}
    parents = {task.id: task.parent_id for task in export.tasks}
    understood: set[str] = set()
    for entry, task in enumerate(export.tasks, 1):
        if task.project is not None and task.project not in names:
            raise _refused(entry, f"there is no project “{task.project}” in the file")
        if task.parent_id is not None and task.parent_id not in parents:
            raise _refused(entry, f"there is no task {task.parent_id} in the file")
        _require_timing(entry, task, understood)
    _require_trees(parents)


def _require_unique(kind: str, field: str, values: Iterable[Hashable]) -> None:
    seen: set[Hashable] = set()
    for entry, value in enumerate(values, 1):
        if value in seen:
            raise Invalid(
                f"{kind} {entry}: another one has the same {field}.", code="export_invalid"
            )
        seen.add(value)


def _require_timing(entry: int, task: OwnTask, understood: set[str]) -> None:
    """`understood` are the rules that were read before."""
    try:
        zone = find_zone(task.timezone).key
        due = read_iso(task.due, zone) if task.due else None
        if task.due and due is None:
            raise Invalid(f"“{task.due}” is not a date.", code="export_invalid")
        require_due(due, remind_before=task.remind_before, recurrence=task.recurrence)
        if task.recurrence and task.recurrence not in understood:
            if rules.read(task.recurrence) != task.recurrence:
                raise Invalid("the rule is not in its plain form", code="export_invalid")
            understood.add(task.recurrence)
        _require_series(task, zone)
    except Invalid as refusal:
        raise Invalid(f"Task {entry}: {refusal}", code=refusal.code) from refusal
    if (task.status is Status.DONE) != (task.completed_at is not None):
        raise _refused(entry, "“completed_at” is for tasks that are done, and for all of them")


def _require_series(task: OwnTask, zone: str) -> None:
    if task.series is None:
        return
    if task.recurrence is None:
        raise Invalid("only a task that repeats is of a series", code="export_invalid")
    try:
        for text in (task.series.anchor, task.series.slot):
            from_wall(text, zone)
    except ValueError as error:
        raise Invalid("the series has no such dates", code="export_invalid") from error


def _require_trees(parents: Mapping[str, str | None]) -> None:
    sound: set[str] = set()
    for entry, task in enumerate(parents, 1):
        line: dict[str, None] = {}
        above: str | None = task
        while above is not None and above not in sound:
            if above in line:
                raise _refused(entry, "it stands below itself")
            line[above] = None
            above = parents[above]
        sound.update(line)


def _refused(entry: int, reason: str) -> Invalid:
    return Invalid(f"Task {entry}: {reason}.", code="export_invalid")
