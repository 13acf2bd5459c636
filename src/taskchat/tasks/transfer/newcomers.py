"""Records from elsewhere as tasks: as much of each as can be kept."""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime

from taskchat.domain.due import Due, read_iso
from taskchat.domain.errors import Invalid
from taskchat.domain.ids import new_id
from taskchat.domain.occurrence import follow_series
from taskchat.domain.series import Series
from taskchat.domain.task import Status, Task, TaskId
from taskchat.interchange.record import Identity, Problem, TaskRecord
from taskchat.tasks.changes.fields import Place

TASK_ID = re.compile(r"tsk_[0-9a-f]{32}")
SERIES_ID = re.compile(r"ser_[0-9a-f]{32}")
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


class Newcomers:
    """`given` are ids of tasks and series that others have already. What had to be left out is in `problems`."""

    def __init__(self, timezone: str, now: datetime, *, given: Collection[str]) -> None:
        self.problems: list[Problem] = []
        self._timezone = timezone
        self._now = now
        self._given = given
        self._new_series: dict[str, str] = {}
        self._occurrences: set[tuple[str, int]] = set()

    def task(self, record: TaskRecord, place: Place) -> Task:
        """With the number and the position that it had here before, if any."""
        identity = record.identity
        due = self._due(record)
        is_done = record.status is Status.DONE
        task = Task(
            id=self._id(record),
            number=identity.number if identity else 0,
            position=identity.position if identity else "",
            title=record.title,
            description=record.description,
            status=record.status,
            priority=record.priority,
            tags=record.tags,
            project=place.project,
            parent_id=place.parent_id,
            due=due,
            timezone=record.timezone or self._timezone,
            remind_before=record.remind_before if due else None,
            recurrence=record.recurrence if due else None,
            recurrence_from=record.recurrence_from,
            created_at=self._moment(record.created_at, identity),
            updated_at=identity.updated_at if identity else self._now,
            completed_at=self._moment(record.completed_at, identity) if is_done else None,
            version=identity.version if identity else 1,
            is_untrusted=True,
        )
        if identity and identity.series:
            return replace(task, series=self._series(identity.series), kept=identity.kept)
        return task if is_done else self._begun(task, record)

    def _id(self, record: TaskRecord) -> TaskId:
        had = record.source_id if record.identity else ""
        is_free = TASK_ID.fullmatch(had) and had not in self._given
        return TaskId(had if is_free else new_id("tsk"))

    def _due(self, record: TaskRecord) -> Due | None:
        if record.due is None:
            return None
        try:
            if due := read_iso(record.due, record.timezone or self._timezone):
                return due.settled()
        except Invalid:  # at the very end of the calendar
            pass
        self._note(record, "The due date cannot be used.")
        return None

    def _moment(self, moment: datetime | None, identity: Identity | None) -> datetime:
        """Other programs may say what cannot be; what we wrote ourselves is kept."""
        is_plausible = moment is not None and (identity or EARLIEST <= moment <= self._now)
        return moment if moment is not None and is_plausible else self._now

    def _series(self, series: Series) -> Series:
        """Of the same name, unless others have it: each occurrence of a series is there once."""
        series_id = self._new_series.get(series.id, series.id)
        is_new = series_id != series.id
        if not is_new and (series_id in self._given or not SERIES_ID.fullmatch(series_id)):
            series_id = self._new_series[series.id] = new_id("ser")
        if (series_id, series.number) in self._occurrences:
            series_id = new_id("ser")
        self._occurrences.add((series_id, series.number))
        return replace(series, id=series_id)

    def _begun(self, task: Task, record: TaskRecord) -> Task:
        try:
            return follow_series(None, task, None, new_id("ser"))
        except Invalid as refusal:
            self._note(record, f"The repetition was left out: {refusal}")
            return replace(task, recurrence=None)

    def _note(self, record: TaskRecord, reason: str) -> None:
        self.problems.append(Problem(record.place, reason, is_fatal=False))
