"""SQL as text, run on the driver's own connection: for reads that are made all the time.

What SQLAlchemy does around a statement takes several times longer than most of them.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

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
        sql = next(steps)
        while True:
            sql = steps.send(await _fetch(driver, sql))
    except StopIteration as end:
        return end.value


async def _fetch(driver: Any, sql: Sql) -> Sequence[Row]:
    try:
        return await driver.fetch(numbered(sql.text), *sql.values)
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        # Whoever looks for an error knows it as SQLAlchemy tells it.
        lost: bool = driver.is_closed()
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


@lru_cache(maxsize=1000)
def numbered(text: str) -> str:
    first, *others = text.split("?")
    return first + "".join(f"${place}{part}" for place, part in enumerate(others, 1))


def stored(value: object) -> object:
    """As SQLAlchemy stores it in SQLite."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value
