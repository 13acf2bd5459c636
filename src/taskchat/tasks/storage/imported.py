"""What one owner's tasks were in the files that they came from, and which ids are given already."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import batched

from taskchat.db.engine import Transaction
from taskchat.db.statements import Row, Sql, Steps, follow, write
from taskchat.domain.task import TaskId, UserId

MAX_PARAMETERS = 500

KNOWN = "SELECT source_id, task_id FROM imported WHERE owner_id = ? AND source = ? AND source_id IN"
NOTE = """
    INSERT INTO imported (owner_id, source, source_id, task_id) VALUES (?, ?, ?, ?)
    ON CONFLICT (owner_id, source, source_id) DO UPDATE SET task_id = excluded.task_id
"""
TASKS = "SELECT id FROM tasks WHERE id IN"
PROJECTS = "SELECT id FROM projects WHERE id IN"
SERIES = "SELECT DISTINCT series_id FROM tasks WHERE deleted_at IS NULL AND series_id IN"


class Imported:
    def __init__(self, session: Transaction, owner: UserId) -> None:
        self._session = session
        self._owner = owner

    async def known(self, source: str, source_ids: Iterable[str]) -> Mapping[str, TaskId]:
        """The tasks that came from there, by the ids they had there; some may be gone for good."""
        rows = await self._rows(KNOWN, (self._owner, source), source_ids)
        return {row[0]: TaskId(row[1]) for row in rows}

    async def note(self, source: str, came: Sequence[tuple[str, TaskId]]) -> None:
        """Pairs of the id there and the task here."""
        await write(self._session, NOTE, [(self._owner, source, *pair) for pair in came])

    async def given_tasks(self, ids: Iterable[str]) -> set[str]:
        """Those that are ids of tasks, whoever's."""
        return {row[0] for row in await self._rows(TASKS, (), ids)}

    async def given_projects(self, ids: Iterable[str]) -> set[str]:
        return {row[0] for row in await self._rows(PROJECTS, (), ids)}

    async def given_series(self, ids: Iterable[str]) -> set[str]:
        return {row[0] for row in await self._rows(SERIES, (), ids)}

    async def _rows(self, text: str, values: Sequence[str], ids: Iterable[str]) -> list[Row]:
        return await follow(self._session, _in_parts(text, tuple(values), ids))


def _in_parts(text: str, values: tuple[str, ...], ids: Iterable[str]) -> Steps[list[Row]]:
    found: list[Row] = []
    for part in batched(ids, MAX_PARAMETERS, strict=False):
        marks = ", ".join("?" * len(part))
        found += yield Sql(f"{text} ({marks})", (*values, *part))
    return found
