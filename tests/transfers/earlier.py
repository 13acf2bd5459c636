"""The earlier system's database, in both of the shapes that it had."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from urllib.parse import quote

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from taskchat.domain.ids import new_id
from taskchat.transfers.legacy.database import LegacyDatabase, open_legacy
from tests.databases import PostgresServer

OLDER = """
CREATE TABLE users (id uuid PRIMARY KEY, email text, hashed_password text, created_at timestamp, updated_at timestamp);
CREATE TABLE tasks (id uuid PRIMARY KEY, user_id uuid, title text, description text, priority text, tags text[],
    due_date timestamp, reminder_offset int, reminder_sent bool, recurrence json, parent_task_id uuid, completed bool,
    created_at timestamp, updated_at timestamp);
CREATE TABLE conversation (id uuid PRIMARY KEY, user_id uuid, created_at timestamp, updated_at timestamp);
CREATE TABLE message (id uuid PRIMARY KEY, conversation_id uuid, user_id uuid, role text, content text, created_at timestamp);
"""
NEWER = f"""{OLDER}
CREATE TABLE threads (id uuid PRIMARY KEY, user_id uuid, title text, metadata jsonb, created_at timestamp, updated_at timestamp);
ALTER TABLE message ADD thread_id uuid, ADD tool_calls jsonb;
"""
BCRYPT = "$2b$12$abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUVWXYZ01234"


def uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


ALICE, BOB = uuid(1), uuid(2)
PEOPLE = f"""
INSERT INTO users VALUES ('{ALICE}', 'alice@example.com', '{BCRYPT}', '2024-05-01 08:00', '2024-05-01 08:00');
INSERT INTO users VALUES ('{BOB}', 'bob@example.com', '{BCRYPT}', '2024-06-01 08:00', '2024-06-01 08:00');
"""


@asynccontextmanager
async def earlier_system(server: PostgresServer, *scripts: str) -> AsyncGenerator[str]:
    """The address of a database in which these statements were run, as a place of its own on the server."""
    schema = new_id("earlier")
    begin = f"CREATE SCHEMA {schema}; SET search_path TO {schema}, pg_catalog;"
    await execute(server.uri, "\n".join((begin, *scripts)))
    try:
        yield f"{server.uri}{'&' if '?' in server.uri else '?'}search_path={quote(schema)}"
    finally:
        await execute(server.uri, f"DROP SCHEMA {schema} CASCADE")


async def execute(uri: str, script: str) -> None:
    engine = create_async_engine(make_url(uri).set(drivername="postgresql+asyncpg"))
    async with engine.connect() as connection:
        raw = await connection.get_raw_connection()
        assert raw.driver_connection
        await raw.driver_connection.execute(script)
        await raw.driver_connection.execute("RESET search_path")
    await engine.dispose()


def task(number: int, **values: str) -> str:
    """SQL that adds a task of Alice's; values are SQL too."""
    row = {
        "id": f"'{uuid(number)}'",
        "user_id": f"'{ALICE}'",
        "title": f"'Task {number}'",
        "completed": "false",
        "created_at": f"'2025-01-01 00:00:00'::timestamp + interval '{number} minutes'",
    } | values
    return f"INSERT INTO tasks ({', '.join(row)}) VALUES ({', '.join(row.values())});"


def message(number: int, *, user: str = ALICE, **values: str) -> str:
    row = {
        "id": f"'{uuid(number)}'",
        "user_id": f"'{user}'",
        "role": "'user'",
        "content": f"'Message {number}'",
        "created_at": f"'2025-01-01 00:00:00'::timestamp + interval '{number} minutes'",
    } | values
    return f"INSERT INTO message ({', '.join(row)}) VALUES ({', '.join(row.values())});"


def conversation(number: int, user: str = ALICE) -> str:
    return (
        f"INSERT INTO conversation VALUES ('{uuid(number)}', '{user}', '2025-01-01', '2025-01-01');"
    )


def thread(number: int, title: str, user: str = ALICE) -> str:
    return f"INSERT INTO threads VALUES ('{uuid(number)}', '{user}', {title}, '{{}}', '2025-01-02', '2025-01-02');"


@asynccontextmanager
async def legacy(server: PostgresServer, *scripts: str) -> AsyncGenerator[LegacyDatabase]:
    async with earlier_system(server, *scripts) as url, open_legacy(url) as database:
        yield database
