"""The orders a list can have, as SQL that pages can be continued in. A task's number settles every tie."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from taskchat.db.statements import Sql
from taskchat.domain import cursor as cursors
from taskchat.domain.errors import Invalid
from taskchat.domain.query import Sort

type Key = str | int | datetime


ALL = Sql("")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a list, in which tasks come by the column `key` and by number; `index` gives them in that order.

    `where` says which tasks. Where it makes them all have the same key, or there is none, `is_flat`.
    """

    index: str
    key: str = ""
    falls: bool = False
    where: Sql = ALL
    is_flat: bool = False

    @property
    def order(self) -> str:
        """For ORDER BY."""
        columns = [self.key, "number"] if self.key else ["number"]
        return ", ".join(f"tasks.{column}{' DESC' if self.falls else ''}" for column in columns)

    def after(self, key: Key, number: int) -> Sql:
        """For WHERE: what comes after that place."""
        sign = "<" if self.falls else ">"
        if self.is_flat:
            return Sql(f"tasks.number {sign} ?", (number,))
        return Sql(f"(tasks.{self.key}, tasks.number) {sign} (?, ?)", (key, number))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: in which stretch, behind which key and number."""

    stretch: int
    key: Key
    number: int


def _numbered(*, falls: bool) -> Sequence[Stretch]:
    return (Stretch("ix_tasks_number", falls=falls, is_flat=True),)


def _dues(*, falls: bool) -> Sequence[Stretch]:
    """The undated come last either way."""
    dated, undated = Sql("tasks.due_at IS NOT NULL"), Sql("tasks.due_at IS NULL")
    return (
        Stretch("ix_tasks_due", "due_at", falls, dated),
        Stretch("ix_tasks_due", "due_at", falls, undated, is_flat=True),
    )


ORDERS = MappingProxyType(
    {
        Sort.CREATED: _numbered(falls=False),  # numbers are given in the order of creation
        Sort.CREATED_REVERSED: _numbered(falls=True),
        Sort.DUE: _dues(falls=False),
        Sort.DUE_REVERSED: _dues(falls=True),
        Sort.PRIORITY: (Stretch("ix_tasks_priority", "priority_rank"),),
        Sort.PRIORITY_REVERSED: (Stretch("ix_tasks_priority", "priority_rank", falls=True),),
        Sort.TITLE: (Stretch("ix_tasks_title", "title_key"),),
        Sort.TITLE_REVERSED: (Stretch("ix_tasks_title", "title_key", falls=True),),
        Sort.POSITION: (Stretch("ix_tasks_position", "position"),),
    }
)


def stretches(sort: Sort, in_title: Sql | None) -> Sequence[Stretch]:
    """What a list in this order is made of; `in_title` says whose title has all the words that are searched for."""
    if sort is not Sort.RELEVANCE:
        return ORDERS[sort]
    if in_title is None:
        message = "Only a search has an order of relevance: say in q what to look for."
        raise Invalid(message, code="sort_needs_words")
    elsewhere = Sql(f"NOT ({in_title.text})", in_title.values)
    (newest,) = ORDERS[Sort.CREATED_REVERSED]
    return tuple(
        Stretch(newest.index, falls=True, where=where, is_flat=True)
        for where in (in_title, elsewhere)
    )


def cursor_after(sort: Sort, parts: Sequence[Stretch], stretch: int, row: Any) -> str:
    """The cursor of the page that begins after `row`."""
    key = "" if parts[stretch].is_flat else getattr(row, parts[stretch].key)
    text = key.isoformat() if isinstance(key, datetime) else str(key)
    return cursors.encode(sort.value, stretch, text, row.number)


def read_cursor(sort: Sort, parts: Sequence[Stretch], cursor: str) -> Place:
    """Raises Invalid for a cursor that no page of this order gave."""
    made_for, stretch, key, number = cursors.decode(cursor, str, int, str, int)
    if made_for != sort.value:
        raise Invalid("The cursor belongs to another order.", code="cursor_invalid")
    try:
        if int(stretch) < 0:
            raise IndexError
        return Place(int(stretch), _typed(parts[int(stretch)], str(key)), int(number))
    except (ValueError, OverflowError, IndexError) as error:
        message = "The cursor is not one that a page gave."
        raise Invalid(message, code="cursor_invalid") from error


def _typed(stretch: Stretch, key: str) -> Key:
    match "" if stretch.is_flat else stretch.key:
        case "due_at":
            return datetime.fromisoformat(key).astimezone(UTC)
        case "priority_rank":
            return int(key[:1])
        case _:
            return key
