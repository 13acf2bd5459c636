"""Filters as values: what the text of a filter says, before and after its days are fixed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from taskchat.domain.task import Priority, Status


class Feature(StrEnum):
    """What a task has or has not."""

    REMINDER = "reminder"
    DESCRIPTION = "description"
    SUBTASKS = "subtasks"
    PARENT = "parent"
    TAGS = "tags"
    RECURRENCE = "recurrence"


class Moment(StrEnum):
    """A time that a task has."""

    DUE = "due"
    CREATED = "created"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class Day:
    """`on`, or where there is none so many days from today, or weeks from this one: `unit` says which."""

    on: date | None = None
    away: int = 0
    unit: str = "day"


TODAY = Day()


@dataclass(frozen=True, slots=True)
class Tagged:
    tag: str


@dataclass(frozen=True, slots=True)
class Prioritised:
    priority: Priority


@dataclass(frozen=True, slots=True)
class InState:
    """One of them is the task's."""

    status: tuple[Status, ...]


@dataclass(frozen=True, slots=True)
class InProject:
    """By its name, whatever its case; None for tasks without a project."""

    name: str | None


@dataclass(frozen=True, slots=True)
class Has:
    feature: Feature


@dataclass(frozen=True, slots=True)
class Mentions:
    """Words as `taskchat.domain.words.read_phrases` reads them, in the title or the description."""

    text: str


@dataclass(frozen=True, slots=True)
class Undated:
    """Has no such time."""

    moment: Moment


@dataclass(frozen=True, slots=True)
class Days:
    """From the first day to the last, both included; None is open."""

    moment: Moment
    first: Day | None
    last: Day | None


@dataclass(frozen=True, slots=True)
class Overdue:
    """Open, and due before now."""


@dataclass(frozen=True, slots=True)
class Between:
    """From `since` up to but without `until`; None is open. What days become when they are fixed."""

    moment: Moment
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Not:
    part: "Expression"


@dataclass(frozen=True, slots=True)
class All:
    """At least two, none of them an `All` itself."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least two, none of them an `Any` itself."""

    parts: tuple["Expression", ...]


type Term = (
    Tagged | Prioritised | InState | InProject | Has | Mentions | Undated | Days | Overdue | Between
)
type Expression = Term | Not | All | Any


def terms(expression: Expression) -> Iterator[Term]:
    """Each of them, wherever it stands."""
    match expression:
        case Not(part):
            yield from terms(part)
        case All(parts) | Any(parts):
            for part in parts:
                yield from terms(part)
        case _:
            yield expression


def every(parts: Iterable[Expression]) -> Expression:
    """All of them, of which there is at least one."""
    flat = [one for part in parts for one in (part.parts if isinstance(part, All) else (part,))]
    return flat[0] if len(flat) == 1 else All(tuple(flat))


def either(parts: Iterable[Expression]) -> Expression:
    """Any of them, of which there is at least one."""
    flat = [one for part in parts for one in (part.parts if isinstance(part, Any) else (part,))]
    return flat[0] if len(flat) == 1 else Any(tuple(flat))
