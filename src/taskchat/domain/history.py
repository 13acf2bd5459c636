"""What a write changed, field by field, and how it is taken back without touching what came later."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from taskchat.domain.due import Due, read_iso
from taskchat.domain.errors import Invalid
from taskchat.domain.project import Project
from taskchat.domain.recurrence import RecurrenceFrom
from taskchat.domain.series import Series
from taskchat.domain.task import Priority, ProjectRef, Status, Task, TaskId, require_due

type State = Mapping[str, Any]
"""The fields of a task or a project that a write can change; values fit for JSON, all None where it did not exist."""
type Differences = Mapping[str, tuple[Any, Any]]
"""Field → what it was and what it became."""

# Fields that make sense together only: they are taken back together or not at all.
BUNDLES = (
    ("status", "completed_at"),
    ("due", "timezone"),
    ("recurrence", "recurrence_from", "series", "kept"),
)
INTERNAL = frozenset({"completed_at", "series", "kept", "project_id", "position", "is_untrusted"})
UNSAID = frozenset({"timezone", "recurrence_from", "deleted"})  # of something new
CREATED = "title", "name"  # what everything has that exists


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A field that was changed again since: `made` is what the write made of it, `wanted` what it was before."""

    field: str
    made: object
    current: object
    wanted: object


def task_state(task: Task) -> State:
    return {
        "title": task.title,
        "description": task.description,
        "status": task.status.value,
        "priority": task.priority.value,
        "tags": list(task.tags),
        "project_id": task.project.id if task.project else None,
        "parent_id": task.parent_id,
        "position": task.position,
        "due": task.due.text() if task.due else None,
        "timezone": task.timezone,
        "remind_before": task.remind_before,
        "recurrence": task.recurrence,
        "recurrence_from": task.recurrence_from.value,
        "series": asdict(task.series) if task.series else None,
        "kept": dict(task.kept),
        "completed_at": task.completed_at.isoformat() if task.completed_at else None,
        "is_untrusted": task.is_untrusted,
        "deleted": task.deleted_at is not None,
    }


def project_state(project: Project) -> State:
    return {
        "name": project.name,
        "color": project.color,
        "position": project.position,
        "archived": project.archived_at is not None,
        "deleted": project.deleted_at is not None,
    }


def differences(before: State | None, after: State | None) -> Differences:
    old, new = before or {}, after or {}
    names = new or old
    return {
        name: (old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)
    }


def compose(steps: Iterable[Differences]) -> Differences:
    """What several writes in a row came to."""
    net: dict[str, tuple[Any, Any]] = {}
    for step in steps:
        for name, (old, new) in step.items():
            net[name] = (net[name][0] if name in net else old, new)
    return {name: (old, new) for name, (old, new) in net.items() if old != new}


def take_back(current: State, net: Differences) -> tuple[State, list[FieldConflict]]:
    """The fields to set so that `net` is undone, and those that somebody has changed since.

    What was made goes to the trash, unless somebody has edited it since.
    """
    made = any(name in net and net[name][0] is None for name in CREATED)
    changed = {
        name: pair
        for name, pair in net.items()
        if name in current and current[name] not in pair and not (made and name == "deleted")
    }
    conflicts = [
        FieldConflict(name, made=new, current=current[name], wanted=old)
        for name, (old, new) in changed.items()
        if name not in INTERNAL or not _has_visible_twin(name, changed)
    ]
    if made:
        return ({} if conflicts or current["deleted"] else {"deleted": True}), conflicts
    blocked = {twin for name in changed for twin in _bundle(name)}
    wanted = {
        name: old
        for name, (old, _) in net.items()
        if name in current and name not in blocked and current[name] != old
    }
    return wanted, conflicts


def refusals(current: State, wanted: State) -> list[FieldConflict]:
    """For fields that were not changed since and still cannot be set back."""
    return [
        FieldConflict(name, made=current[name], current=current[name], wanted=value)
        for name, value in wanted.items()
        if name not in INTERNAL or not _has_visible_twin(name, wanted)
    ]


def with_task_state(
    task: Task, wanted: State, now: datetime, *, project: ProjectRef | None
) -> Task:
    """The task with these fields set, and nothing else touched; raises Invalid when they do not go together.

    `project` is the one that it then belongs to.
    """
    state = {**task_state(task), **wanted}
    completed_at = state["completed_at"] and datetime.fromisoformat(state["completed_at"])
    moved = "due" in wanted or "timezone" in wanted
    restored = replace(
        task,
        title=state["title"],
        description=state["description"],
        status=Status(state["status"]),
        priority=Priority(state["priority"]),
        tags=tuple(state["tags"]),
        project=project,
        parent_id=state["parent_id"] and TaskId(state["parent_id"]),
        position=state["position"],
        due=_due(state["due"], state["timezone"]) if moved else task.due,
        timezone=state["timezone"],
        remind_before=state["remind_before"],
        recurrence=state["recurrence"],
        recurrence_from=RecurrenceFrom(state["recurrence_from"]),
        series=Series(**state["series"]) if state["series"] else None,
        kept=state["kept"],
        completed_at=completed_at or None,
        is_untrusted=state["is_untrusted"],
        deleted_at=(task.deleted_at or now) if state["deleted"] else None,
    )
    require_due(restored.due, remind_before=restored.remind_before, recurrence=restored.recurrence)
    return replace(restored, updated_at=now, version=task.version + 1)


def with_project_state(project: Project, wanted: State, now: datetime) -> Project:
    state = {**project_state(project), **wanted}
    return replace(
        project,
        name=state["name"],
        color=state["color"],
        position=state["position"],
        archived_at=(project.archived_at or now) if state["archived"] else None,
        deleted_at=(project.deleted_at or now) if state["deleted"] else None,
        updated_at=now,
        version=project.version + 1,
    )


def visible(net: Differences) -> Differences:
    """Without what only undo needs; of something new, what it has."""
    shown = {name: pair for name, pair in net.items() if name not in INTERNAL}
    if not any(name in net and net[name][0] is None for name in CREATED):
        return shown
    return {name: pair for name, pair in shown.items() if pair[1] and name not in UNSAID}


def _due(text: str | None, zone: str) -> Due | None:
    if text is None:
        return None
    if due := read_iso(text, zone):
        return due
    raise Invalid("The due date on record cannot be read.", code="due_not_understood")


def _bundle(name: str) -> tuple[str, ...]:
    return next((bundle for bundle in BUNDLES if name in bundle), (name,))


def _has_visible_twin(name: str, changed: Mapping[str, object]) -> bool:
    return any(twin in changed and twin not in INTERNAL for twin in _bundle(name))
