"""The database's own clock, which all processes that share the database agree on."""

from typing import Any

from sqlalchemy import Double
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

EPOCH_IN_JULIAN_DAYS = 2440587.5


class database_seconds(GenericFunction[float]):
    """Seconds since 1970 at the moment of the statement, on SQLite to the millisecond."""

    type = Double[float]()
    inherit_cache = True


SECONDS = {
    "sqlite": f"((julianday('now') - {EPOCH_IN_JULIAN_DAYS}) * 86400.0)",
    "postgresql": "extract(epoch from clock_timestamp())::double precision",
}
"""The same as text, by dialect."""


@compiles(database_seconds)
def _as_text(_element: Any, compiler: Any, **_: Any) -> str:
    return SECONDS[compiler.dialect.name]
