"""Connections and transactions, the same for SQLite and PostgreSQL."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from taskchat.db.sqlite import SqliteConnection
from taskchat.db.statements import DriverTransaction, Link, in_transaction
from taskchat.db.visits import as_transaction, finished, open_visited, pragmas

ASYNC_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}
SQLITE_READERS = 4
POSTGRES_CONNECTIONS = 10
# Every query here is for a small part of a large table, by an index that was made for it. How small, statistics over
# everybody's rows cannot tell, and a guess in favour of reading the whole table is wrong each time.
POSTGRES_PLANNING = {"enable_seqscan": "off", "jit": "off"}

AFTER_COMMIT = "after_commit"
# SQLSTATE: no connection, rolled back for the sake of others, no room, starting or stopping
AWAY_STATES = ("08", "40", "53", "57")

type Transaction = AsyncSession
"""What repositories read and write through; only storage modules know what it is made of."""


class Database:
    """SQLite has one writer at a time, which takes its turn here instead of failing with `database is locked`."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        parsed = parsed.set(drivername=ASYNC_DRIVERS[parsed.get_backend_name()])
        self._turn: asyncio.Lock | None = None
        if parsed.get_backend_name() == "sqlite":
            self._turn = asyncio.Lock()
            self._file = parsed.database or ""
            self._visited: SqliteConnection | None = None
            self._durable: SqliteConnection | None = None
            self._writer = _sqlite_engine(parsed, pool_size=1)
            event.listen(self._writer.sync_engine, "begin", _begin_writing)
            self._reader = _sqlite_engine(parsed, pool_size=SQLITE_READERS)
        else:
            self._writer = create_async_engine(
                parsed,
                hide_parameters=True,
                pool_size=POSTGRES_CONNECTIONS,
                pool_pre_ping=True,
                connect_args={"server_settings": POSTGRES_PLANNING},
            )
            self._reader = self._writer

    @property
    def is_embedded(self) -> bool:
        """Whether it is a file of this process's own, which no other process serves."""
        return self._turn is not None

    @property
    def engine(self) -> AsyncEngine:
        """For migrations."""
        return self._writer

    @asynccontextmanager
    async def transaction(self, *, durable: bool = True) -> AsyncGenerator[AsyncSession]:
        """Commits on leaving the block, rolls back on an exception, then calls what `after_commit` collected.

        On PostgreSQL, what is not durable does not wait for the disk: the newest of it is lost when
        the power fails. The embedded database has `in_one_visit` for that.
        """
        async with AsyncExitStack() as stack:
            if self._turn:
                await stack.enter_async_context(self._turn)
            session = await stack.enter_async_context(
                AsyncSession(self._writer, expire_on_commit=False)
            )
            async with session.begin():
                if not durable and not self.is_embedded:
                    await session.execute(text("SET LOCAL synchronous_commit = off"))
                yield session
        for action in session.info.get(AFTER_COMMIT, ()):
            action()

    async def transact[T](self, work: Callable[[DriverTransaction], Coroutine[Any, Any, T]]) -> T:
        """Does `work` as a transaction without the object mapper, then calls what `after_commit` collected.

        On SQLite all of it is one trip to the connection's thread, where `work` can wait for nothing else.
        It is not disturbed when whoever waits for it is cancelled.
        """
        return await undisturbed(self._transact(work))

    async def _transact[T](self, work: Callable[[DriverTransaction], Coroutine[Any, Any, T]]) -> T:
        if self._turn:
            async with self._turn:
                if self._durable is None:
                    self._durable = await open_visited(self._file, synchronous="FULL")
                link, result = await self._durable.visit(as_transaction, finished(work))
        else:
            link, result = await self._transact_on_server(work)
        for action in link.info.get(AFTER_COMMIT, ()):
            action()
        return result

    async def _transact_on_server[T](
        self, work: Callable[[DriverTransaction], Coroutine[Any, Any, T]]
    ) -> tuple[DriverTransaction, T]:
        async with self._writer.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            link = DriverTransaction("postgresql", driver)
            try:
                return link, await in_transaction(driver, lambda: work(link))
            except DBAPIError as error:
                if error.connection_invalidated:
                    await connection.invalidate()
                raise

    async def in_one_visit[T](self, work: Callable[[Any], T]) -> T:
        """Does `work` with the embedded database's own connection, as a transaction that does not wait for the disk.

        For what is written all the time: it costs one trip to the connection's thread altogether.
        """
        if self._turn is None:
            raise RuntimeError("only the embedded database can be visited")
        async with self._turn:
            if self._visited is None:
                self._visited = await open_visited(self._file, synchronous="NORMAL")
            return await undisturbed(self._visited.visit(as_transaction, work))

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncSession]:
        """Each statement sees what is committed when it begins; nothing may be written."""
        async with AsyncSession(self._reader, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[AsyncSession]:
        """Every statement sees what was committed when the block began; nothing may be written."""
        async with self.reading() as session:
            if not self.is_embedded:
                repeatable = {"isolation_level": "REPEATABLE READ"}
                await session.connection(execution_options=repeatable)
                await session.execute(text("SELECT 1"))
                yield session
                return
            await session.execute(text("BEGIN"))
            try:
                await session.execute(text("SELECT count(*) FROM sqlite_schema"))
                yield session
            finally:
                await session.execute(text("ROLLBACK"))

    @asynccontextmanager
    async def driver_connection(self) -> AsyncGenerator[Any]:
        """A connection of the driver's own, which is closed afterwards."""
        async with self._writer.connect() as connection:
            try:
                yield (await connection.get_raw_connection()).driver_connection
            finally:
                await connection.invalidate()

    async def is_reachable(self) -> bool:
        try:
            async with self.reading() as session:
                await session.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError):
            return False
        return True

    async def close(self) -> None:
        await self._writer.dispose()
        await self._reader.dispose()
        for connection in (self._visited, self._durable) if self._turn else ():
            if connection:
                await connection.close()


async def undisturbed[T](query: Coroutine[Any, Any, T]) -> T:
    """Lets a query end by itself when whoever waits for it is cancelled, as every reader of a stream is.

    A driver that is cut off in the middle of a query loses its connection.
    """
    return await asyncio.shield(asyncio.ensure_future(query))


def is_outage(error: BaseException) -> bool:
    """Whether the database was away or busy, so that nothing is known of what was asked of it last."""
    away = (OperationalError, sqlite3.OperationalError, InterfaceError, PoolTimeout, OSError)
    if isinstance(error, away):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = str(getattr(error.orig, "sqlstate", None) or "")
    return error.connection_invalidated or state.startswith(AWAY_STATES)


def after_commit(session: Link, action: Callable[[], None]) -> None:
    """Runs `action` once the transaction of `session` is durable, and never if it is rolled back."""
    session.info.setdefault(AFTER_COMMIT, []).append(action)


@asynccontextmanager
async def savepoint(session: AsyncSession) -> AsyncGenerator[None]:
    """An exception undoes what the block did, and what it wanted done after the commit, and nothing before it."""
    promised = len(session.info.setdefault(AFTER_COMMIT, []))
    try:
        async with session.begin_nested():
            yield
    except BaseException:
        del session.info[AFTER_COMMIT][promised:]
        raise


def _sqlite_engine(url: Any, *, pool_size: int) -> AsyncEngine:
    async def open_connection(*_: Any, **__: Any) -> SqliteConnection:
        connection = SqliteConnection(url.database)
        await connection
        return connection

    # Every trip to the connection's thread costs time, so none is made that changes nothing: no
    # rollback when a connection comes back, and reads without a transaction around them.
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_reset_on_return=None,
        hide_parameters=True,  # errors reach the log, where nobody's texts and hashes belong
        async_creator=open_connection,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # The driver must not begin transactions of its own: writers begin theirs below.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas(synchronous="FULL"):
            cursor.execute(pragma)
        cursor.close()

    return engine


def _begin_writing(connection: Any) -> None:
    # A transaction that reads before it writes could not become a writer any more.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
