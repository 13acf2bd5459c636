"""SQL as text, run on the driver's own connection: for reads that are made all the time.

What SQLAlchemy does around a statement takes several times longer than most of them.
"""

import json
from collections.abc import Awaitable, Callable, Generator, Iterable, Sequence
from contextlib import suppress
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


class DriverTransaction:
    """A transaction that knows nothing of the object mapper: all that can be done in it is made of Steps.

    `info` is as a session's.
    """

    def __init__(self, dialect: str, driver: Any) -> None:
        self.dialect = dialect
        self.info: dict[Any, Any] = {}
        self._driver = driver

    async def take[T](self, steps: Steps[T]) -> T:
        if self.dialect == "sqlite":  # this runs in the connection's own thread
            return _follow_in_thread(self._driver, steps)
        return await _follow_on(self._driver, steps)


type Link = AsyncSession | DriverTransaction
"""What Steps can be taken in."""


def mapped(link: Link) -> AsyncSession:
    """For what needs the object mapper; who calls it has to have begun with a session."""
    if isinstance(link, DriverTransaction):
        raise TypeError("this transaction has no object mapper")
    return link


def dialect_of(link: Link) -> str:
    return link.dialect if isinstance(link, DriverTransaction) else link.get_bind().dialect.name


def is_sqlite(link: Link) -> bool:
    return dialect_of(link) == "sqlite"


async def follow[T](session: Link, steps: Steps[T]) -> T:
    """Only for reading: on PostgreSQL it begins no transaction, though it sees what a begun one has written.

    On SQLite all steps are made in one trip to the connection's thread.
    """
    if isinstance(session, DriverTransaction):
        return await session.take(steps)
    connection = (await session.connection()).sync_connection
    if connection is None:
        raise RuntimeError("the session has lost its connection")
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        return await driver.visit(_follow_in_thread, steps)
    return await _follow_on(driver, steps)


async def _follow_on[T](driver: Any, steps: Steps[T]) -> T:
    try:
        first = next(steps)
    except StopIteration as end:
        return end.value
    return await _go_on(driver, steps, first)


async def _go_on[T](driver: Any, steps: Steps[T], sql: Sql) -> T:
    while True:
        rows = await fetch_rows(driver, sql)
        try:
            sql = steps.send(rows)
        except StopIteration as end:
            return end.value


async def in_transaction[T](driver: Any, work: Callable[[], Awaitable[T]]) -> T:
    """On PostgreSQL's driver, past SQLAlchemy."""
    await fetch_rows(driver, Sql("BEGIN"))
    try:
        result = await work()
        await fetch_rows(driver, Sql("COMMIT"))
    except BaseException:
        with suppress(DBAPIError):
            await fetch_rows(driver, Sql("ROLLBACK"))
        raise
    return result


async def fetch_rows(driver: Any, sql: Sql) -> Sequence[Row]:
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


async def change[T](session: Link, steps: Steps[T]) -> T:
    """Like `follow`, and within the session's transaction whatever the steps write."""
    if isinstance(session, DriverTransaction):
        return await session.take(steps)
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


def fetched(text: str, *values: object) -> Steps[Sequence[Row]]:
    """All rows of one statement."""
    return (yield Sql(text, values))


def for_update(session: Link) -> str:
    """Ends a SELECT whose rows nobody else may change until the transaction ends; on SQLite that is so anyway."""
    return "" if is_sqlite(session) else " FOR NO KEY UPDATE"


def document(value: object) -> str:
    """As SQLAlchemy stores JSON."""
    return json.dumps(value)


def read_document(stored: Any) -> Any:
    """SQLAlchemy has taught PostgreSQL's driver to read JSON; SQLite's gives it as text."""
    return json.loads(stored) if isinstance(stored, str) else stored


def inserted(
    table: str, columns: Sequence[str], rows: Iterable[Sequence[object]], otherwise: str = ""
) -> Steps[list[Row]]:
    """In as few statements as their parameters fit into; what `otherwise`, which ends them, returns."""
    marks = f"({', '.join('?' * len(columns))})"
    start = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "
    returned: list[Row] = []
    for some in batched(rows, MOST_PARAMETERS // len(columns), strict=False):
        values = tuple(value for row in some for value in row)
        returned += yield Sql(f"{start}{', '.join([marks] * len(some))} {otherwise}", values)
    return returned


@lru_cache(maxsize=1000)
def numbered(text: str) -> str:
    first, *others = text.split("?")
    return first + "".join(f"${place}{part}" for place, part in enumerate(others, 1))


def stored(value: object) -> object:
    """As SQLAlchemy stores it in SQLite."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value
