"""Fails when the tables and what the migrations make of an empty database differ."""

import asyncio
import sys
import tempfile
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from taskchat.db.engine import Database
from taskchat.db.migrate import migrate
from taskchat.db.tables import Base


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """SQLite keeps a search index in tables of its own making."""
    return not (kind == "table" and (name or "").startswith("task_words"))


def _differences(connection: Connection) -> list[object]:
    options = {"compare_type": True, "include_name": _is_ours}
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, Base.metadata))


async def _check(path: Path) -> list[object]:
    database = Database(f"sqlite:///{path}")
    try:
        await migrate(database)
        async with database.engine.connect() as connection:
            return await connection.run_sync(_differences)
    finally:
        await database.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        differences = asyncio.run(_check(Path(directory) / "check.db"))
    if differences:
        lines = "\n".join(str(difference) for difference in differences)
        sys.exit(f"The migrations do not lead to the tables:\n{lines}")


if __name__ == "__main__":
    main()
