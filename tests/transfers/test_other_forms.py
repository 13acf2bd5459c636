"""What calendars and tables hold comes back as far as they can say it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat.interchange.ical import calendars
from taskchat.interchange.own import spreadsheet
from taskchat.interchange.own.entries import Export, OwnTask
from taskchat.interchange.record import Reader
from tests.interchange.exports import exports
from tests.people import NOW
from tests.transfers.exporting import BOUNDED, bring, bring_document, export, legal, two_people

pytestmark = pytest.mark.anyio


@given(exports(), st.sampled_from(["ics", "csv"]))
@BOUNDED
def test_other_forms_come_back_as_far_as_they_can_say_it(
    database_url: str, exported: Export, form: str
) -> None:
    tasks = tuple(sayable(task, form) for task in legal(exported).tasks)
    asyncio.run(check_form(database_url, replace(exported, tasks=tasks), form))


async def check_form(url: str, exported: Export, form: str) -> None:
    async with two_people(url) as (tasks, first, _):
        await bring_document(tasks, first, exported)
        came = await export(tasks, first)
    async with two_people(url) as (tasks, _, second):
        brought = await bring(tasks, second, READERS[form], form, WRITERS[form](came.tasks))
        assert brought.problems == []
        copy = await export(tasks, second)
    assert said(copy) == said(came)


def sayable(task: OwnTask, form: str) -> OwnTask:
    """What a table cannot say is which commas are part of a tag, and where a text begins with a sign of its own."""
    if form == "ics":
        return task
    return replace(task, tags=tuple(tag for tag in task.tags if not set(tag) & set(",'#")))


def said(exported: Export) -> list[str]:
    """Without what they do not have: numbers, the order by hand, versions, series, and fractions of a second."""
    titles = {task.id: task.title for task in exported.tasks}
    plain = [
        replace(
            task,
            id="",
            number=1,
            parent_id=titles.get(task.parent_id or ""),
            position="",
            version=1,
            series=None,
            updated_at=NOW,
            created_at=_told(task.created_at),
            completed_at=task.completed_at and _told(task.completed_at),
        )
        for task in exported.tasks
    ]
    return sorted(map(repr, plain))


def _told(moment: datetime) -> datetime:
    """What lies ahead is taken as now."""
    return min(moment.replace(microsecond=0), NOW)


READERS: Mapping[str, Reader] = {"ics": calendars.read, "csv": spreadsheet.read}
WRITERS: Mapping[str, Callable[[Sequence[OwnTask]], bytes]] = {
    "ics": lambda tasks: calendars.write(tasks, name="Tasks"),
    "csv": spreadsheet.write,
}
