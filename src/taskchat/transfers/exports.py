"""All that a person has, as a file."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from taskchat.interchange.ical import calendars
from taskchat.interchange.own import document, spreadsheet
from taskchat.interchange.own.entries import Export
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions

Form = Literal["json", "csv", "ics"]

CALENDAR_NAME = "TaskChat"
WRITERS: Mapping[Form, Callable[[Export], bytes]] = MappingProxyType(
    {
        "json": document.dump,
        "csv": lambda export: spreadsheet.write(export.tasks),
        "ics": lambda export: calendars.write(export.tasks, name=CALENDAR_NAME),
    }
)
MEDIA_TYPES: Mapping[Form, str] = MappingProxyType(
    {
        "json": "application/json",
        "csv": "text/csv; charset=utf-8",
        "ics": "text/calendar; charset=utf-8",
    }
)


@dataclass(frozen=True, slots=True)
class File:
    name: str
    media_type: str
    data: bytes


async def export(tasks: TaskTransactions, owner: Owner, form: Form) -> File:
    """Written on a thread, so that others are answered meanwhile."""
    async with tasks.snapshot(owner) as opened:
        exported = await opened.export()
    data = await asyncio.to_thread(WRITERS[form], exported)
    return File(f"taskchat-{exported.exported_at:%Y-%m-%d}.{form}", MEDIA_TYPES[form], data)
