"""Everything a person has, as it is written down: no field of it is lost, and nothing in it is ours to look up."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, TypedDict

from pydantic import AfterValidator, AwareDatetime, FailFast, Field

from taskchat.domain.project import COLORS
from taskchat.domain.recurrence import RecurrenceFrom
from taskchat.domain.task import Priority, Status
from taskchat.domain.text import clean_line, is_storable

MAX_ENTRIES = 100_000


def _storable(text: str) -> str:
    if is_storable(text):
        return text
    raise ValueError("text must be without the NUL character")


def _line(text: str) -> str:
    if line := clean_line(_storable(text)):
        return line
    raise ValueError("text must not be empty")


def _color(text: str) -> str:
    if text in COLORS:
        return text
    raise ValueError(f"a colour is one of {', '.join(COLORS)}")


def in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("the time is out of range") from error


type Text = Annotated[str, AfterValidator(_storable)]
type Short = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_storable)]
type Title = Annotated[str, Field(max_length=255), AfterValidator(_line)]
type Description = Annotated[Text, Field(max_length=2000)]
type Tags = Annotated[
    tuple[Annotated[str, Field(max_length=50), AfterValidator(_line)], ...], Field(max_length=20)
]
type Name = Annotated[str, Field(max_length=100), AfterValidator(_line)]
type Place = Annotated[str, Field(max_length=10_000, pattern="^[0-9A-Za-z]*[1-9A-Za-z]$")]
type Minutes = Annotated[int, Field(ge=0, le=40_320)]
type Moment = Annotated[AwareDatetime, AfterValidator(in_utc)]
type Number = Annotated[int, Field(ge=1, lt=10**8)]
type Version = Annotated[int, Field(ge=1, le=2**62)]
type Entries[T] = Annotated[tuple[T, ...], Field(max_length=MAX_ENTRIES), FailFast()]


@dataclass(frozen=True, slots=True)
class OwnSeries:
    """`anchor` and `slot` are as a clock shows them, without a zone."""

    id: Short
    anchor: Short
    slot: Short
    number: Number


class OwnKept(TypedDict, total=False):
    """What the next occurrence of a task that repeats takes instead of what an edit of this one has set."""

    title: Title
    description: Description
    priority: Priority
    tags: Tags
    remind_before: Minutes | None


@dataclass(frozen=True, slots=True)
class OwnProject:
    id: Short
    name: Name
    color: Annotated[str, AfterValidator(_color)]
    archived_at: Moment | None
    position: Place
    created_at: Moment


@dataclass(frozen=True, slots=True)
class OwnTask:
    """`due` is as every answer shows it; `project` is a name, `parent_id` the `id` of another task."""

    id: Short
    number: Number
    title: Title
    description: Description
    status: Status
    priority: Priority
    tags: Tags
    project: Name | None
    parent_id: Short | None
    due: Short | None
    timezone: Short
    remind_before: Minutes | None
    recurrence: Short | None
    recurrence_from: RecurrenceFrom
    series: OwnSeries | None
    position: Place
    created_at: Moment
    updated_at: Moment
    completed_at: Moment | None
    version: Version
    kept: OwnKept = field(default_factory=OwnKept)


@dataclass(frozen=True, slots=True)
class OwnFilter:
    name: Name
    query: Annotated[Text, Field(max_length=500)]


@dataclass(frozen=True, slots=True)
class Export:
    exported_at: Moment
    projects: Entries[OwnProject]
    tasks: Entries[OwnTask]
    filters: Entries[OwnFilter]
