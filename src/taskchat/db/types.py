"""Column types that behave the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, String, Text
from sqlalchemy.types import TypeDecorator

SORTABLE = Text().with_variant(Text(collation="C"), "postgresql")
"""Text ordered by code point on every database."""

BIG = BigInteger().with_variant(Integer, "sqlite")
"""64 bits everywhere; SQLite's INTEGER has them already, and only that one counts up by itself."""

DOCUMENT = JSON(none_as_null=True)


def asked_for(identifier: str) -> str:
    """As it may be looked for: one that nobody has stays one that nobody has."""
    return identifier.replace("\x00", "\ufffd")


class Identifier(TypeDecorator[str]):
    """A prefix and 128 random bits in hex. No id has a NUL, and PostgreSQL refuses to look for one."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value and asked_for(value)


ID = Identifier()


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in, aware UTC datetimes out; refuses naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value
