"""Tasks out of rows as the database's driver gives them."""

import json
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from taskchat.db.statements import Row
from taskchat.db.tables import TaskRow
from taskchat.db.types import DOCUMENT, UtcDateTime
from taskchat.domain.task import ProjectRef, Task
from taskchat.tasks.storage.repository import to_task

COLUMNS: Sequence[Any] = tuple(TaskRow.__table__.columns)
PROJECT = "(SELECT projects.name FROM projects WHERE projects.id = tasks.project_id)"
TAGS = "SELECT task_tags.tag FROM task_tags WHERE task_tags.task_id = tasks.id ORDER BY task_tags.position"
TAGS_OF_SQLITE = f"(SELECT json_group_array(tag) FROM ({TAGS}))"
TAGS_OF_POSTGRES = f"ARRAY({TAGS})"

# What a `TaskRow` has, at a small part of its cost.
NAMES: list[str] = [column.name for column in COLUMNS]
TaskData: Any = namedtuple("TaskData", NAMES)  # pyright: ignore[reportUntypedNamedTuple]


def _moment(stored: str) -> datetime:
    return datetime.fromisoformat(stored + "+00:00")


type Conversions = Mapping[type, Callable[[Any], Any]]
OF_SQLITE: Conversions = MappingProxyType({datetime: _moment, dict: json.loads, bool: bool})
OF_POSTGRES: Conversions = MappingProxyType({})  # its driver gives all of these as they are


@dataclass(frozen=True, slots=True)
class TaskReader:
    """`columns` is what to select FROM tasks."""

    columns: str
    conversions: tuple[tuple[int, Callable[[Any], Any]], ...]
    tags: Callable[[Any], Any]

    def data(self, row: Row) -> Any:
        values = list(row[: len(COLUMNS)])
        for place, convert in self.conversions:
            if values[place] is not None:
                values[place] = convert(values[place])
        return TaskData._make(values)

    def task(self, row: Row) -> Task:
        data: Any = self.data(row)
        name, tags = row[-2:]
        project = ProjectRef(data.project_id, name) if name is not None else None
        return to_task(data, tuple(self.tags(tags)), project)


def _kind(column_type: Any) -> type:
    if isinstance(column_type, type(DOCUMENT)):
        return dict
    return datetime if isinstance(column_type, UtcDateTime) else column_type.python_type


def _reader(tags: str, read_tags: Callable[[Any], Any], conversions: Conversions) -> TaskReader:
    columns = [f"tasks.{name}" for name in NAMES]
    converted = (
        (place, conversions.get(_kind(column.type))) for place, column in enumerate(COLUMNS)
    )
    return TaskReader(
        ", ".join([*columns, PROJECT, tags]),
        tuple((place, convert) for place, convert in converted if convert),
        read_tags,
    )


READER_OF_SQLITE = _reader(TAGS_OF_SQLITE, json.loads, OF_SQLITE)
READER_OF_POSTGRES = _reader(TAGS_OF_POSTGRES, tuple, OF_POSTGRES)
