"""The lossless form of everything a person has: JSON with one project, task or filter on each line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from taskchat.domain.errors import Invalid
from taskchat.domain.series import Series
from taskchat.interchange.hierarchy import parents_first
from taskchat.interchange.own.consistency import require_consistency
from taskchat.interchange.own.entries import Export, Moment, OwnFilter, OwnProject, OwnTask, in_utc
from taskchat.interchange.record import (
    Arrival,
    FilterRecord,
    Identity,
    ProjectRecord,
    TaskRecord,
)

MAX_BYTES = 200_000_000
NAMES: dict[object, str] = {"projects": "Project", "tasks": "Task", "filters": "Filter"}


@dataclass(frozen=True, slots=True)
class _Head:
    format: Literal["taskchat"]
    version: Literal[1]


@dataclass(frozen=True, slots=True)
class _File(Export):
    format: Literal["taskchat"]
    version: Literal[1]


HEAD, FILE = TypeAdapter(_Head), TypeAdapter(_File)
MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
PROJECT, TASK, FILTER = TypeAdapter(OwnProject), TypeAdapter(OwnTask), TypeAdapter(OwnFilter)


def dump(export: Export) -> bytes:
    """UTF-8; the same export always gives the same bytes."""
    return b"".join(
        [
            b'{"format":"taskchat","version":1,"exported_at":',
            MOMENT.dump_json(in_utc(export.exported_at)),
            b',\n"projects":[\n',
            b",\n".join(map(PROJECT.dump_json, export.projects)),
            b'\n],\n"tasks":[\n',
            b",\n".join(map(TASK.dump_json, export.tasks)),
            b'\n],\n"filters":[\n',
            b",\n".join(map(FILTER.dump_json, export.filters)),
            b"\n]}\n",
        ]
    )


def read(data: bytes) -> Export:
    """The inverse of `dump`; raises Invalid that names the first entry which is not as it should be."""
    if len(data) > MAX_BYTES:
        message = f"An export has at most {MAX_BYTES // 1_000_000} MB."
        raise Invalid(message, code="file_too_large")
    try:
        HEAD.validate_json(data, strict=True, extra="ignore")
    except ValidationError as error:
        raise _not_ours(error) from error
    try:
        file = FILE.validate_json(data, strict=True, extra="forbid")
    except ValidationError as error:
        raise _refused(error) from error
    require_consistency(file)
    return Export(file.exported_at, file.projects, file.tasks, file.filters)


def read_arrivals(data: bytes, *, zone: str, now: datetime) -> Iterator[Arrival]:
    """A Reader for files of `dump`: tasks in their order by hand."""
    del zone, now  # such a file says both itself
    return _arrivals(read(data))


def _arrivals(export: Export) -> Iterator[Arrival]:
    for one in export.projects:
        yield ProjectRecord(
            one.id, one.name, one.color, one.position, one.archived_at, one.created_at
        )
    tasks = sorted(export.tasks, key=lambda task: (task.position, task.number))
    entries = {task.id: f"task {entry}" for entry, task in enumerate(export.tasks, 1)}
    yield from parents_first([_record(task, entries[task.id]) for task in tasks])
    for one in export.filters:
        yield FilterRecord(one.name, one.query)


def _record(task: OwnTask, place: str) -> TaskRecord:
    return TaskRecord(
        source_id=task.id,
        place=place,
        title=task.title,
        description=task.description,
        status=task.status,
        priority=task.priority,
        tags=task.tags,
        project=task.project,
        parent=task.parent_id,
        due=task.due,
        timezone=task.timezone,
        recurrence=task.recurrence,
        recurrence_from=task.recurrence_from,
        remind_before=task.remind_before,
        created_at=task.created_at,
        completed_at=task.completed_at,
        identity=Identity(
            number=task.number,
            position=task.position,
            updated_at=task.updated_at,
            version=task.version,
            series=_series(task),
            kept=_kept(task),
        ),
    )


def _series(task: OwnTask) -> Series | None:
    own = task.series
    return own and Series(own.id, own.anchor, own.slot, own.number)


def _kept(task: OwnTask) -> Mapping[str, object]:
    """Fit for JSON, as tasks keep it."""
    kept: dict[str, object] = {**task.kept}
    if "tags" in task.kept:
        kept["tags"] = list(task.kept["tags"])
    return kept if task.series else {}


def _not_ours(error: ValidationError) -> Invalid:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return Invalid(f"The file cannot be read: {first['msg']}.", code="json_invalid")
    if first["loc"] == ("version",):
        message = "The export was written by a later TaskChat; version 1 is understood."
        return Invalid(message, code="export_version_unknown")
    return Invalid("The file is not an export of TaskChat.", code="format_unknown")


def _refused(error: ValidationError) -> Invalid:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    name, *within = first["loc"] or ("file",)
    entry = f"“{name}”"
    if name in NAMES and within and isinstance(index := within.pop(0), int):
        entry = f"{NAMES[name]} {index + 1}"
    where = ", ".join([entry, *(f"“{part}”" for part in within)])
    return Invalid(f"{where[:200]}: {first['msg']}.", code="export_invalid")
