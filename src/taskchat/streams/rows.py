"""Streams and their entries in SQL."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.statements import Link, Sql, Steps, change, fetched, follow, inserted, joined
from taskchat.db.tables import EventRow, StreamRow
from taskchat.streams.cursor import Cursor
from taskchat.streams.tail import Entry

HEADS_AT_ONCE = 500

WAKE_CHANNEL = "taskchat_streams"

EVENT_COLUMNS = ("stream_id", "cursor", "payload")
MOVE = "UPDATE streams SET head = head + ? WHERE id = ? RETURNING head"
NEWER = (
    "SELECT cursor, payload FROM events WHERE stream_id = ? AND cursor > ? ORDER BY cursor LIMIT ?"
)
BOUNDS = "SELECT trimmed, head FROM streams WHERE id = ?"
STREAM_COLUMNS = ("id", "owner_id", "head", "trimmed")
NOTICE = "pg_notify(?, CAST(? AS text) || ' ' || id || ' ' || head)"


class Bounds(NamedTuple):
    """Facts after `trimmed` up to `head` are there."""

    trimmed: int
    head: int


async def add(session: Link, stream_id: str, owner: str) -> None:
    """A stream with nothing in it; harmless where it is there."""
    row = (stream_id, owner, 0, 0)
    await change(session, inserted("streams", STREAM_COLUMNS, [row], "ON CONFLICT DO NOTHING"))


async def write(
    session: Link, stream_id: str, payloads: Sequence[str], *, sender: str | None
) -> int:
    """Appends facts and returns the new head. With a `sender`, PostgreSQL tells who listens after the commit."""
    return await change(session, _append(stream_id, payloads, sender if payloads else None))


def _append(stream_id: str, payloads: Sequence[str], sender: str | None) -> Steps[int]:
    told = Sql(f", {NOTICE}", (WAKE_CHANNEL, sender)) if sender else Sql("")
    move = Sql(MOVE, (len(payloads), stream_id))
    ((head, *_),) = yield joined("", [move, told])
    rows = [tuple(row.values()) for row in _events(stream_id, payloads, head)]
    yield from inserted("events", EVENT_COLUMNS, rows)
    return head


async def write_all(
    session: AsyncSession, payloads: Mapping[str, Sequence[str]], *, sender: str | None
) -> dict[str, int]:
    """Appends to many streams with four statements; the new heads of those that there are."""
    # Whoever locks several streams does so in the order of their ids.
    stream_ids = sorted(payloads)
    connection = await session.connection()
    streams = StreamRow.__table__
    move = update(StreamRow).where(streams.c.id == bindparam("stream"))
    move = move.values(head=streams.c.head + bindparam("count"))
    moves = [{"stream": key, "count": len(payloads[key])} for key in stream_ids]
    await connection.execute(move, moves)
    moved = select(StreamRow.id, StreamRow.head).where(StreamRow.id.in_(stream_ids))
    if sender:
        moved = moved.add_columns(_notice(sender))
    heads: dict[str, int] = {row[0]: row[1] for row in await session.execute(moved)}
    rows = [row for key, head in heads.items() for row in _events(key, payloads[key], head)]
    if rows:
        await session.execute(insert(EventRow), rows)
    return heads


async def read(session: AsyncSession, stream_id: str, after: int, limit: int) -> list[Entry]:
    found = await follow(session, fetched(NEWER, stream_id, after, limit))
    return [Entry(Cursor(fact), payload) for fact, payload in found]


async def bounds(session: AsyncSession, stream_id: str) -> Bounds:
    """Of a stream that is not there: nothing."""
    found = await follow(session, fetched(BOUNDS, stream_id))
    return Bounds(*found[0]) if found else Bounds(0, 0)


async def heads(session: AsyncSession, stream_ids: Collection[str]) -> dict[str, int]:
    """Of those that there are; at most HEADS_AT_ONCE."""
    found = select(StreamRow.id, StreamRow.head).where(StreamRow.id.in_(stream_ids))
    return {row[0]: row[1] for row in await session.execute(found)}


async def trim(session: AsyncSession, stream_id: str, up_to: int) -> None:
    """Forgets the facts up to and including `up_to`, or all when there are fewer."""
    locked = select(StreamRow).where(StreamRow.id == stream_id).with_for_update(key_share=True)
    stream = await session.scalar(locked)
    if stream is None or min(up_to, stream.head) <= stream.trimmed:
        return
    stream.trimmed = min(up_to, stream.head)
    await session.execute(
        delete(EventRow).where(EventRow.stream_id == stream_id, EventRow.cursor <= up_to)
    )


def _events(stream_id: str, payloads: Sequence[str], head: int) -> list[dict[str, object]]:
    first = head - len(payloads) + 1
    return [
        {"stream_id": stream_id, "cursor": first + place, "payload": payload}
        for place, payload in enumerate(payloads)
    ]


def _notice(sender: str) -> ColumnElement[None]:
    notice = func.concat(sender, " ", StreamRow.id, " ", StreamRow.head)
    return func.pg_notify(WAKE_CHANNEL, notice)


async def notify(session: AsyncSession, channel: str, text: str) -> None:
    await session.execute(select(func.pg_notify(channel, text)))
