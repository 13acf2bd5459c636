"""The earlier system's PostgreSQL database, from which nothing is taken away and to which nothing is written."""

import json
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Literal, Protocol, cast

import asyncpg

from taskchat.domain.errors import Invalid
from taskchat.interchange.record import Problem, Read
from taskchat.transfers.legacy.rows import (
    LegacyConversation,
    LegacyMessage,
    LegacyUser,
    Row,
    read_conversation,
    read_message,
    read_task,
    read_user,
)

NEEDED = {
    "users": {"id", "email"},
    "tasks": {"id", "user_id", "title"},
    "conversation": {"id", "user_id"},
    "threads": {"id", "user_id"},
    "message": {"id", "user_id"},
}
ALWAYS_THERE = ("users", "tasks")
CONVERSATIONS: Mapping[Literal["conversation", "threads"], str] = {
    "conversation": "conversation_id",
    "threads": "thread_id",
}
CONNECT_SECONDS = 10
ROWS_AT_ONCE = 500

type Columns = Mapping[str, str]
"""The SQL types of a table's columns by name; none when there is no such table."""


class _Connection(Protocol):
    """What is used of the driver, which has no types."""

    transaction: Callable[..., AbstractAsyncContextManager[object]]
    execute: Callable[[str], Awaitable[str]]
    fetch: Callable[..., Awaitable[Sequence[Sequence[object]]]]
    cursor: Callable[..., AsyncIterable[Sequence[object]]]
    close: Callable[[], Awaitable[None]]


@asynccontextmanager
async def open_legacy(url: str) -> AsyncGenerator["LegacyDatabase"]:
    """All of it as it is at this moment.

    Raises Invalid, here and while it is read, when it cannot be read or is another kind of database.
    """
    connect = cast("Callable[..., Awaitable[_Connection]]", asyncpg.connect)  # pyright: ignore[reportUnknownMemberType]
    address = url.replace("postgresql+asyncpg://", "postgresql://", 1)
    try:
        connection = await connect(address, timeout=CONNECT_SECONDS)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise _unreadable(error) from error
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield await _opened(connection)
    finally:
        await connection.close()


async def _opened(connection: _Connection) -> "LegacyDatabase":
    try:
        await connection.execute("SET LOCAL TIME ZONE 'UTC'")
        tables = {name: await _columns(connection, name) for name in NEEDED}
        for name, needed in NEEDED.items():
            if (tables[name] or name in ALWAYS_THERE) and not needed <= tables[name].keys():
                columns = ", ".join(sorted(needed))
                message = f"The database has no table {name} with {columns}: it is not the earlier system's."
                raise Invalid(message, code="legacy_unknown")
        counts = {name: await _count(connection, name) for name in NEEDED if tables[name]}
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise _unreadable(error) from error
    return LegacyDatabase(connection, tables, counts)


class LegacyDatabase:
    """`counts` are of the rows of each table that there is. One thing at a time is read from it."""

    def __init__(
        self,
        connection: _Connection,
        tables: Mapping[str, Columns],
        counts: Mapping[str, int],
    ) -> None:
        self.counts = counts
        self._connection = connection
        self._tables = tables

    async def users(self) -> AsyncGenerator[LegacyUser | Problem]:
        """The oldest first."""
        async for row in self._rows("users", ""):
            for read in read_user(row):
                yield read

    async def tasks(self, user_id: str, zone: str) -> AsyncGenerator[Read]:
        """One person's tasks, the oldest first; `zone` is that person's."""
        async for row in self._rows("tasks", f"t.user_id = {self._user('tasks')}", user_id):
            for read in read_task(row, zone):
                yield read

    async def conversations(self, user_id: str) -> AsyncGenerator[LegacyConversation | Problem]:
        """One person's conversations of all kinds, those that are in no table last; a Problem for each message left out."""
        for table in CONVERSATIONS:
            if not self._tables[table]:
                continue
            async for row in self._rows(table, f"t.user_id = {self._user(table)}", user_id):
                messages, problems = await self._messages_of(table, str(row["id"]), user_id)
                for problem in problems:
                    yield problem
                yield read_conversation(table, row, messages)
        messages, problems = await self._messages(self._unassigned(), user_id)
        for problem in problems:
            yield problem
        if messages:
            began = messages[0].created_at
            yield LegacyConversation("message", user_id, "", began, messages)

    async def strays(self) -> Mapping[str, int]:
        """How many rows of each table belong to nobody and are in nothing that the other methods give."""
        strays: dict[str, int] = {}
        for table in self.counts:
            if table == "users":
                continue
            count = await _count(
                self._connection,
                table,
                "NOT EXISTS (SELECT FROM users u WHERE u.id = t.user_id)",
            )
            if count:
                strays[table] = count
        return strays

    async def _messages_of(
        self, table: Literal["conversation", "threads"], row_id: str, user_id: str
    ) -> tuple[tuple[LegacyMessage, ...], list[Problem]]:
        """A message in both kinds of conversation is in the later one."""
        columns, link = self._tables["message"], CONVERSATIONS[table]
        if link not in columns:
            return (), []
        condition = f"t.user_id = {self._user('message')} AND t.{link} = $2::text::{columns[link]}"
        if table == "conversation" and "thread_id" in columns:
            condition += " AND t.thread_id IS NULL"
        return await self._messages(condition, user_id, row_id)

    def _unassigned(self) -> str:
        """Which messages of a person are in no conversation of that person."""
        columns = self._tables["message"]
        conditions = [f"t.user_id = {self._user('message')}"] if columns else []
        for table, link in CONVERSATIONS.items():
            if link in columns and self._tables[table]:
                found = f"EXISTS (SELECT FROM {table} c WHERE c.id = t.{link} AND c.user_id = t.user_id)"
                if table == "conversation" and "thread_id" in columns:
                    found = f"(t.thread_id IS NULL AND {found})"
                conditions.append(f"NOT {found}")
        return " AND ".join(conditions)

    async def _messages(
        self, condition: str, *values: str
    ) -> tuple[tuple[LegacyMessage, ...], list[Problem]]:
        messages: list[LegacyMessage] = []
        problems: list[Problem] = []
        if self._tables["message"]:
            async for row in self._rows("message", condition, *values):
                read = read_message(row)
                if isinstance(read, Problem):
                    problems.append(read)
                else:
                    messages.append(read)
        return tuple(messages), problems

    def _user(self, table: str) -> str:
        return f"$1::text::{self._tables[table]['user_id']}"

    async def _rows(self, table: str, condition: str, *values: str) -> AsyncGenerator[Row]:
        """As JSON: a row then has whatever columns there are, and words for what Python has no values for."""
        order = "t.created_at NULLS FIRST, t.id" if "created_at" in self._tables[table] else "t.id"
        where = f"WHERE {condition}" if condition else ""
        query = f"SELECT row_to_json(t)::text FROM {table} t {where} ORDER BY {order}"
        try:
            async for (row,) in self._connection.cursor(query, *values, prefetch=ROWS_AT_ONCE):
                yield cast("Row", json.loads(str(row)))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise _unreadable(error) from error


async def _columns(connection: _Connection, table: str) -> Columns:
    rows = await connection.fetch(
        "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
        " WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped",
        table,
    )
    return {str(name): str(sql_type) for name, sql_type in rows}


async def _count(connection: _Connection, table: str, condition: str = "true") -> int:
    ((count,),) = await connection.fetch(f"SELECT count(*) FROM {table} t WHERE {condition}")
    return cast("int", count)


def _unreadable(error: Exception) -> Invalid:
    """Without the address, which holds a password."""
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    return Invalid(f"The earlier database cannot be read: {reason}", code="legacy_unreadable")
