"""Following streams, as many as wanted, with one bell."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from taskchat.db.engine import undisturbed
from taskchat.streams.cursor import Cursor
from taskchat.streams.delivery import Delivery
from taskchat.streams.tail import READ_LIMIT, Entry, Tail


@dataclass(slots=True)
class Place:
    tail: Tail
    after: Cursor
    is_watched: bool = False


class Follower:
    """Gives the entries of the streams it follows, each stream's in order; holds no connection and no queue.

    Ends when it follows nothing any more, or when the log closes.
    """

    __slots__ = ("__weakref__", "_bell", "_delivery", "_heartbeat", "_is_over", "_places", "_rung")

    def __init__(self, delivery: Delivery, heartbeat: float) -> None:
        self._delivery = delivery
        self._heartbeat = heartbeat
        self._places: dict[str, Place] = {}
        self._rung: dict[str, None] = {}
        self._bell: asyncio.Future[bool] | None = None
        self._is_over = False

    def follow(self, stream_id: str, after: Cursor) -> None:
        """Entries past `after`; a stream that is followed already goes on where it is."""
        if not self._is_over and stream_id not in self._places:
            tail = self._delivery.tails.join(stream_id, self)
            self._places[stream_id] = Place(tail, after)
            self.wake(stream_id)

    def follows(self, stream_id: str) -> bool:
        return stream_id in self._places

    def leave(self, stream_id: str) -> None:
        if place := self._places.pop(stream_id, None):
            self._delivery.tails.leave(place.tail, self)

    def wake(self, stream_id: str) -> None:
        self._rung[stream_id] = None
        self._ring(True)

    def end(self) -> None:
        """Nothing more comes, from this moment on."""
        self._is_over = True
        for stream_id in list(self._places):
            self.leave(stream_id)
        self._ring(True)

    async def __aiter__(self) -> AsyncGenerator[tuple[str, Entry] | None]:
        """With None whenever it has been quiet for a heartbeat."""
        while self._places:
            if not self._rung and not await self._rings():
                yield None
                continue
            while self._rung:
                stream_id = next(iter(self._rung))
                del self._rung[stream_id]
                place = self._places.get(stream_id)
                if place is None:
                    continue
                for entry in await self._news(stream_id, place):
                    if self._places.get(stream_id) is not place:
                        break
                    place.after = entry.cursor
                    yield stream_id, entry

    async def _news(self, stream_id: str, place: Place) -> list[Entry]:
        """What the stream has now. The bell rings again as long as there may be more."""
        tail = place.tail
        entries = tail.since(place.after)
        if entries is None:
            if not place.is_watched:
                await self._delivery.watched(stream_id)
                place.is_watched = True
            return await self._read(stream_id, place)
        if entries:
            self._rung[stream_id] = None
        elif tail.is_gone:
            self.leave(stream_id)
        else:
            tail.forget_if_alone()
        return entries

    async def _read(self, stream_id: str, place: Place) -> list[Entry]:
        entries = await undisturbed(self._delivery.read(stream_id, place.after, READ_LIMIT))
        if entries and entries[0].cursor.fact > place.after.fact + 1:
            # Forgotten in the meantime. Who comes back with that cursor is told to begin anew.
            self.leave(stream_id)
            return []
        self._rung[stream_id] = None
        if len(entries) < READ_LIMIT:
            place.tail.begin(entries[-1].cursor if entries else place.after)
            self._delivery.tails.check(place.tail)
        return entries

    async def _rings(self) -> bool:
        """Whether there is news before the next heartbeat is due."""
        loop = asyncio.get_running_loop()
        self._bell = loop.create_future()
        timer = loop.call_later(self._heartbeat, self._ring, False)
        try:
            return await self._bell
        finally:
            timer.cancel()
            self._bell = None

    def _ring(self, news: bool) -> None:
        if self._bell and not self._bell.done():
            self._bell.set_result(news)
