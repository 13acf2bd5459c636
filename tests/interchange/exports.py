"""Exports as a person might have them, and any that there could be."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from hypothesis import strategies as st

from taskchat.domain.due import Due, read_iso
from taskchat.domain.recurrence import RecurrenceFrom
from taskchat.domain.task import Priority, Status
from taskchat.domain.text import clean, clean_line
from taskchat.interchange.own import document
from taskchat.interchange.own.entries import Export, OwnFilter, OwnProject, OwnSeries, OwnTask
from taskchat.interchange.record import TaskRecord

NOW = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")
RULES = (
    "FREQ=DAILY",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=MONTHLY;BYDAY=2TU",
    "FREQ=YEARLY;COUNT=7",
)

# PostgreSQL's and iCalendar's characters: no NUL, no surrogates, no control characters but tabs and line ends.
letters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))
lines = st.text(letters, max_size=90).map(clean_line)
titles = lines.filter(bool)
texts = st.lists(lines, max_size=4).map(lambda some: clean("\n".join(some)).strip())
moments = st.integers(631_152_000_000, 4_102_444_800_000).map(
    lambda ms: datetime.fromtimestamp(ms / 1000, UTC)
)


def own_task(number: int = 1, **changes: Any) -> OwnTask:
    """A plain task with the changes asked for."""
    fields: dict[str, Any] = {
        "id": f"tsk_{number:032x}",
        "number": number,
        "title": f"Water the plants {number}",
        "description": "",
        "status": Status.TODO,
        "priority": Priority.MEDIUM,
        "tags": (),
        "project": None,
        "parent_id": None,
        "due": None,
        "timezone": "Europe/Berlin",
        "remind_before": None,
        "recurrence": None,
        "recurrence_from": RecurrenceFrom.SCHEDULE,
        "series": None,
        "position": f"a{number:09}",
        "created_at": NOW - timedelta(days=2),
        "updated_at": NOW,
        "completed_at": None,
        "version": 1,
    }
    return OwnTask(**(fields | changes))


def own_project(name: str, number: int = 1) -> OwnProject:
    return OwnProject(
        id=f"prj_{number:032x}",
        name=name,
        color="teal",
        archived_at=None,
        position=f"a{number:09}",
        created_at=NOW,
    )


def export_of(*tasks: OwnTask) -> Export:
    names = sorted({task.project for task in tasks if task.project})
    projects = tuple(own_project(name, number) for number, name in enumerate(names, 1))
    return Export(NOW, projects, tasks, (OwnFilter("Late at home", "overdue & #home"),))


def records_of(export: Export) -> list[TaskRecord]:
    """As a file without loss gives them."""
    read = document.read_arrivals(document.dump(export), zone="UTC", now=NOW)
    return [one for one in read if isinstance(one, TaskRecord)]


@st.composite
def dues(draw: st.DrawFn, zone: str) -> str:
    """As every answer shows them, on a clock that shows them."""
    day = draw(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
    at = draw(st.none() | st.times().map(lambda at: at.replace(microsecond=0)))
    text = Due(day, at if at is None else time(at.hour, at.minute, at.second), zone).text()
    there = read_iso(text, zone)
    assert there
    return there.text()


@st.composite
def own_tasks(draw: st.DrawFn, number: int = 1) -> OwnTask:
    zone = draw(st.sampled_from(ZONES))
    due = draw(st.none() | dues(zone))
    status = draw(st.sampled_from(Status))
    rule = draw(st.none() | st.sampled_from(RULES)) if due else None
    tags = draw(st.lists(titles.map(lambda tag: tag.strip("#").strip()).filter(bool), max_size=3))
    return own_task(
        number,
        title=draw(titles),
        description=draw(texts),
        status=status,
        priority=draw(st.sampled_from(Priority)),
        tags=tuple({tag.casefold(): tag[:50].strip() for tag in tags}.values()),
        due=due,
        timezone=zone,
        remind_before=draw(st.none() | st.integers(0, 40_320)) if due else None,
        recurrence=rule,
        recurrence_from=draw(st.sampled_from(RecurrenceFrom)) if rule else RecurrenceFrom.SCHEDULE,
        series=OwnSeries("ser_1", "2026-11-21", "2026-11-21", 1) if rule else None,
        created_at=draw(moments),
        updated_at=draw(moments),
        completed_at=draw(moments) if status is Status.DONE else None,
        version=draw(st.integers(1, 2**62)),
    )


@st.composite
def exports(draw: st.DrawFn) -> Export:
    """Any order, projects and subtasks among them."""
    numbers = count(1)
    tasks: list[OwnTask] = []
    for _ in range(draw(st.integers(0, 5))):
        number = next(numbers)
        task = draw(own_tasks(number))
        parent = draw(st.none() | st.sampled_from(tasks)) if tasks else None
        project = draw(st.none() | st.sampled_from(("Home", "Büro, klein", "Ünïcode")))
        tasks.append(replace(task, parent_id=parent.id if parent else None, project=project))
    return export_of(*draw(st.permutations(tasks)))
