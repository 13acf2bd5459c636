"""The orders a list can have, as SQL that pages can be continued in. A task's number settles every tie."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, literal, or_
from sqlalchemy.sql.functions import coalesce

from taskchat.db.tables import TaskRow
from taskchat.db.types import UtcDateTime
from taskchat.domain import cursor as cursors
from taskchat.domain.errors import Invalid
from taskchat.domain.query import Sort

DISTANT_FUTURE = datetime(9999, 12, 31, tzinfo=UTC)
DISTANT_PAST = datetime(1, 1, 2, tzinfo=UTC)


def order(sort: Sort) -> tuple[Any, ...]:
    """For ORDER BY."""
    key = _key(sort)
    number = TaskRow.number.desc() if _falls(sort) else TaskRow.number.asc()
    return (number,) if key is None else (key.desc() if _falls(sort) else key.asc(), number)


def position(sort: Sort, row: TaskRow) -> str:
    """The cursor of the page that begins after `row`."""
    return cursors.encode(sort.value, _value(sort, row), row.number)


def after(sort: Sort, cursor: str) -> Any:
    """For WHERE: what comes after the place that `cursor` names."""
    made_for, value, number = cursors.decode(cursor, str, str, int)
    if made_for != sort.value:
        raise Invalid("The cursor belongs to another order.", code="cursor_invalid")
    later_number = TaskRow.number < number if _falls(sort) else TaskRow.number > number
    key = _key(sort)
    if key is None:
        return later_number
    typed = _typed(sort, str(value))
    return or_(key < typed if _falls(sort) else key > typed, and_(key == typed, later_number))


def _falls(sort: Sort) -> bool:
    return sort.value.startswith("-")


def _key(sort: Sort) -> Any:
    match sort:
        case Sort.CREATED | Sort.CREATED_REVERSED:
            return None  # numbers are given in the order of creation
        case Sort.DUE:
            return coalesce(TaskRow.due_at, _moment(DISTANT_FUTURE))
        case Sort.DUE_REVERSED:
            return coalesce(TaskRow.due_at, _moment(DISTANT_PAST))
        case Sort.PRIORITY | Sort.PRIORITY_REVERSED:
            return TaskRow.priority_rank
        case Sort.TITLE | Sort.TITLE_REVERSED:
            return TaskRow.title_key


def _value(sort: Sort, row: TaskRow) -> str:
    match sort:
        case Sort.CREATED | Sort.CREATED_REVERSED:
            return ""
        case Sort.DUE:
            return (row.due_at or DISTANT_FUTURE).isoformat()
        case Sort.DUE_REVERSED:
            return (row.due_at or DISTANT_PAST).isoformat()
        case Sort.PRIORITY | Sort.PRIORITY_REVERSED:
            return str(row.priority_rank)
        case Sort.TITLE | Sort.TITLE_REVERSED:
            return row.title_key


def _typed(sort: Sort, value: str) -> Any:
    try:
        match sort:
            case Sort.DUE | Sort.DUE_REVERSED:
                return _moment(datetime.fromisoformat(value).astimezone(UTC))
            case Sort.PRIORITY | Sort.PRIORITY_REVERSED:
                return int(value) if len(value) == 1 else _refuse()
            case _:
                return value
    except (ValueError, OverflowError):
        return _refuse()


def _moment(value: datetime) -> Any:
    return literal(value, UtcDateTime())


def _refuse() -> Any:
    raise Invalid("The cursor is not one that a page gave.", code="cursor_invalid")
