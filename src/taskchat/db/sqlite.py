"""SQLite behind asyncio with one visit to the connection's thread per statement.

The driver pays for one each to open a cursor, to execute, to fetch and to close, and a visit takes
longer than most statements.
"""

import importlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any, Self, override

import aiosqlite

# Before this version a checkpoint of one connection could spoil what another one wrote at that moment.
SAFE_VERSION = (3, 51, 3)

KEPT_IN_PIECES = 64  # rows; the driver asks for it, but whole results are read here


def load_library() -> Any:
    """Python's own SQLite when it is new enough, else the one that comes with the program."""
    if sqlite3.sqlite_version_info >= SAFE_VERSION:
        return sqlite3
    try:
        return importlib.import_module("pysqlite3")
    except ImportError:  # not built for this machine: then there is only the one
        return sqlite3


LIBRARY = load_library()


class SqliteCursor:
    """What SQLAlchemy needs of a cursor, holding the outcome of the statement it executed last."""

    def __init__(self, connection: "SqliteConnection") -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        await self._connection.visit(self._run, LIBRARY.Cursor.execute, sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> Self:
        await self._connection.visit(self._run, LIBRARY.Cursor.executemany, sql, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """Its thread closed it already."""

    def _run(self, connection: sqlite3.Connection, execute: Any, sql: str, parameters: Any) -> None:
        with closing(connection.cursor()) as cursor:
            execute(cursor, sql, parameters)
            self.description = cursor.description
            self._rows = cursor.fetchall() if cursor.description else []
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid


class SqliteConnection(aiosqlite.Connection):
    def __init__(self, path: str) -> None:
        super().__init__(lambda: LIBRARY.connect(path, check_same_thread=False), KEPT_IN_PIECES)
        self._thread.daemon = True  # a connection that was never closed must not keep the process

    @override
    def cursor(self) -> Any:
        return SqliteCursor(self)

    async def visit[T](self, work: Callable[..., T], *arguments: Any) -> T:
        """Does `work` with the library's own connection, in its thread."""

        def known(*given: Any) -> T:
            try:
                return work(*given)
            except LIBRARY.Error as error:
                # Whoever looks for an error knows it by the name that Python's own SQLite gives it.
                raise getattr(sqlite3, type(error).__name__)(*error.args) from error

        done: Any = await self._execute(known, self._conn, *arguments)  # pyright: ignore[reportUnknownMemberType]
        return done
