"""SQL as text, run on the driver's own connection: for reads that are made all the time.

What SQLAlchemy does around a statement takes several times longer than most of them.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import batched
from typing import Any

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

MOST_PARAMETERS = 900  # what every build of SQLite takes, and statements stay few

type Row = Sequence[Any]
type Steps[T] = Generator[Sql, Sequence[Row], T]
"""Asks for one statement after the other, is sent the rows of each, and returns what came of them."""


@dataclass(frozen=True, slots=True)
class Sql:
    """A statement or a part of one, with a `?` for each of the values. The text is never made of values."""

    text: str
    values: tuple[object, ...] = ()


def joined(separator: str, parts: Iterable[Sql | str]) -> Sql:
    """The parts with `separator` between them; a plain text is one without values."""
    whole = [part if isinstance(part, Sql) else Sql(part) for part in parts]
    values = tuple(value for part in whole for value in part.values)
    return Sql(separator.join(part.text for part in whole), values)


def is_sqlite(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "sqlite"


async def follow[T](session: AsyncSession, steps: Steps[T]) -> T:
    """Only for reading: on PostgreSQL it begins no transaction, though it sees what a begun one has written.

    On SQLite all steps are made in one trip to the connection's thread.
    """
    connection = (await session.connection()).sync_connection
    if connection is None:
        raise RuntimeError("the session has lost its connection")
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        return await driver.visit(_follow_in_thread, steps)
    try:
        return await _go_on(driver, steps, next(steps))
    except StopIteration as end:
        return end.value


async def _go_on[T](driver: Any, steps: Steps[T], sql: Sql) -> T:
    while True:
        rows = await _fetch(driver, sql)
        try:
            sql = steps.send(rows)
        except StopIteration as end:
            return end.value


async def _fetch(driver: Any, sql: Sql) -> Sequence[Row]:
    try:
        return await driver.fetch(numbered(sql.text), *sql.values)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        # Whoever looks for an error knows it as SQLAlchemy tells it. The driver loses its way, which is
        # an internal error of its own, where the server goes at the moment at which it is asked.
        lost: bool = driver.is_closed() or isinstance(error, asyncpg.InternalClientError)
        raise DBAPIError(sql.text, None, error, connection_invalidated=lost) from error


def _follow_in_thread[T](connection: Any, steps: Steps[T]) -> T:
    execute: Callable[..., Any] = connection.execute
    try:
        sql = next(steps)
        while True:
            sql = steps.send(execute(sql.text, tuple(map(stored, sql.values))).fetchall())
    except StopIteration as end:
        return end.value


async def write(session: AsyncSession, text: str, rows: Sequence[tuple[object, ...]]) -> None:
    """The same statement for each of the rows, in the session's transaction."""
    connection = await session.connection()
    statement = text if connection.dialect.name == "sqlite" else numbered(text)
    await connection.exec_driver_sql(statement, list(rows))


async def change[T](session: AsyncSession, steps: Steps[T]) -> T:
    """Like `follow`, and within the session's transaction whatever the steps write."""
    connection = await session.connection()
    if connection.dialect.name == "sqlite":
        return await follow(session, steps)
    driver: Any = (await connection.get_raw_connection()).driver_connection
    if driver.is_in_transaction():
        return await follow(session, steps)
    try:
        first = next(steps)
        # SQLAlchemy begins the transaction, and has to know of it to end it.
        result = await connection.exec_driver_sql(numbered(first.text), first.values)
        sql = steps.send(result.fetchall() if result.returns_rows else ())
    except StopIteration as end:
        return end.value
    return await _go_on(driver, steps, sql)


def inserted(
    table: str, columns: Sequence[str], rows: Iterable[Sequence[object]], otherwise: str = ""
) -> Steps[None]:
    """In as few statements as their parameters fit into; `otherwise` is for rows that are there already."""
    marks = f"({', '.join('?' * len(columns))})"
    start = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "
    for some in batched(rows, MOST_PARAMETERS // len(columns), strict=False):
        values = tuple(value for row in some for value in row)
        yield Sql(f"{start}{', '.join([marks] * len(some))} {otherwise}", values)


@lru_cache(maxsize=1000)
def numbered(text: str) -> str:
    first, *others = text.split("?")
    return first + "".join(f"${place}{part}" for place, part in enumerate(others, 1))


def stored(value: object) -> object:
    """As SQLAlchemy stores it in SQLite."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value
