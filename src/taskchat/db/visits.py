"""The embedded database past SQLAlchemy: work that is one trip to a connection's own thread."""

from collections.abc import Callable, Coroutine
from typing import Any

from taskchat.db.sqlite import SqliteConnection
from taskchat.db.statements import DriverTransaction

BUSY_MILLISECONDS = 5000


def pragmas(*, synchronous: str) -> list[str]:
    """NORMAL loses acknowledged commits when the power fails, FULL does not."""
    return [
        "PRAGMA journal_mode = WAL",
        f"PRAGMA synchronous = {synchronous}",
        f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}",
        "PRAGMA foreign_keys = ON",
    ]


async def open_visited(file: str, *, synchronous: str) -> SqliteConnection:
    connection = SqliteConnection(file)
    await connection
    await connection.visit(_prepare, synchronous)
    return connection


def _prepare(connection: Any, synchronous: str) -> None:
    connection.isolation_level = None
    for pragma in pragmas(synchronous=synchronous):
        connection.execute(pragma)


def finished[T](
    work: Callable[[DriverTransaction], Coroutine[Any, Any, T]],
) -> Callable[[Any], tuple[DriverTransaction, T]]:
    """The work as a plain function of the connection, in whose thread nothing has to be waited for."""

    def do(connection: Any) -> tuple[DriverTransaction, T]:
        link = DriverTransaction("sqlite", connection)
        coroutine = work(link)
        try:
            coroutine.send(None)
        except StopIteration as end:
            return link, end.value
        coroutine.close()
        raise RuntimeError("a transaction in one trip waited for something else")

    return do


def as_transaction[T](connection: Any, work: Callable[[Any], T]) -> T:
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = work(connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return result
