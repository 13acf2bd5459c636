"""Which way of delivery goes with which database."""

from importlib import import_module

from taskchat.db.engine import Database
from taskchat.streams.delivery import Delivery


def build_delivery(database: Database, redis_url: str | None) -> Delivery:
    """Redis where there is one, else what the database itself can do.

    Their drivers take long to import, so only those are that are needed.
    """
    if redis_url:
        return import_module("taskchat.streams.redis.delivery").RedisDelivery(database, redis_url)
    if not database.is_embedded:
        return import_module("taskchat.streams.postgres").PostgresDelivery(database)
    return Delivery(database)
