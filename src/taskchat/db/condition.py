"""Looks at a database without making or changing anything."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from taskchat.db.engine import Database
from taskchat.db.migrate import alembic_config


@dataclass(frozen=True, slots=True)
class Condition:
    """`revision` is the schema's, None where there are no tables yet; `is_known` whether this program made it."""

    is_reachable: bool
    revision: str | None = None
    is_newest: bool = False
    is_known: bool = True


async def look_at(url: str) -> Condition:
    """Raises nothing for a database that is away."""
    file = _file(url)
    if file is not None and not file.exists():
        return Condition(is_reachable=True)
    try:
        database = Database(url)
    except SQLAlchemyError:
        return Condition(is_reachable=False)
    try:
        return await condition_of(database)
    finally:
        await database.close()


async def condition_of(database: Database) -> Condition:
    if not await database.is_reachable():
        return Condition(is_reachable=False)
    revision = await _revision(database)
    if revision is None:
        return Condition(is_reachable=True)
    # In a thread, because they are files.
    newest, *older = await asyncio.to_thread(_known_revisions)
    return Condition(
        is_reachable=True,
        revision=revision,
        is_newest=revision == newest,
        is_known=revision in (newest, *older),
    )


def _known_revisions() -> list[str]:
    """This program's, the newest first."""
    scripts = ScriptDirectory.from_config(alembic_config())
    return [script.revision for script in scripts.walk_revisions()]


async def _revision(database: Database) -> str | None:
    try:
        async with database.reading() as session:
            return await session.scalar(text("SELECT version_num FROM alembic_version"))
    except DBAPIError:
        return None  # no table yet


def _file(url: str) -> Path | None:
    parsed = make_url(url)
    embedded = parsed.get_backend_name() == "sqlite" and parsed.database
    return Path(embedded) if embedded else None
