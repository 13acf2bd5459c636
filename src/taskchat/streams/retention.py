"""Forgetting the old part of a log. Who asks for it later is told to begin anew."""

from taskchat.db.engine import Transaction
from taskchat.streams import rows


async def trim(session: Transaction, stream_id: str, up_to: int) -> None:
    """Deletes the facts up to and including `up_to`; harmless when they are gone already."""
    await rows.trim(session, stream_id, up_to)
