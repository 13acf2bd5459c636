"""Hears what any process adds to the streams that are followed here."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, cast

from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import RedisError

from taskchat.streams.cursor import Cursor
from taskchat.streams.redis.link import STALL_SECONDS, connect
from taskchat.streams.tail import Entry, Tails
from taskchat.streams.waiting import passes

STREAM_CHANNEL = "taskchat:stream:"
BELLS_CHANNEL = "taskchat:bells"
QUIET_SECONDS = 5.0
RECONNECT_SECONDS = 0.5

logger = logging.getLogger(__name__)


class Subscriber:
    """One connection with a channel per stream. `missed` is set whenever it may have missed something."""

    def __init__(
        self,
        url: str,
        sender: str,
        tails: Tails,
        *,
        rung: Callable[[str], None],
        missed: asyncio.Event,
    ) -> None:
        self._url = url
        self._sender = sender
        self._tails = tails
        self._rung = rung
        self._missed = missed
        self._is_connected = False
        self._heard: set[str] = set()
        self._awaited: dict[str, asyncio.Event] = {}

    async def listen(self) -> None:
        """Until cancelled; a connection that ends is opened again."""
        while True:
            try:
                await self._listen()
            except* (RedisError, OSError) as errors:
                logger.warning("Not listening to Redis for now: %s", errors.exceptions[0])
            finally:
                self._is_connected = False
                self._heard.clear()
                for awaited in self._awaited.values():
                    awaited.set()
            await asyncio.sleep(RECONNECT_SECONDS)

    async def hears(self, stream_id: str) -> None:
        """Returns when the stream's channel is heard, or when there is no point in waiting."""
        if self._is_connected and stream_id not in self._heard:
            awaited = self._awaited.setdefault(stream_id, asyncio.Event())
            await passes(awaited, STALL_SECONDS)

    async def _listen(self) -> None:
        async with connect(self._url, seconds=STALL_SECONDS) as redis:
            subscription = cast("Any", redis).pubsub()
            try:
                await subscription.subscribe(BELLS_CHANNEL)
                self._is_connected = True
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._subscribe(subscription))
                    group.create_task(self._receive(subscription))
                    self._missed.set()
            finally:
                await subscription.aclose()

    async def _subscribe(self, subscription: Any) -> None:
        """To the channels of what is followed, from now on."""
        asked: set[str] = set()
        while True:
            self._tails.changed.clear()
            wanted = set(self._tails.stream_ids)
            if old := asked - wanted:
                self._heard -= old
                await subscription.unsubscribe(*(STREAM_CHANNEL + key for key in old))
            if new := wanted - asked:
                await subscription.subscribe(*(STREAM_CHANNEL + key for key in new))
            asked = wanted
            await self._tails.changed.wait()

    async def _receive(self, subscription: Any) -> None:
        """Redis is asked for a sign of life when it was quiet: a connection may die without a word."""
        is_asked = False
        while True:
            message = await subscription.get_message(timeout=QUIET_SECONDS)
            if message is not None:
                self._take(message["type"], message["channel"] or "", message["data"])
            elif is_asked:
                raise NoConnection("no sign of life")
            else:
                await subscription.ping()
            is_asked = message is None

    def _take(self, kind: str, channel: str, data: Any) -> None:
        stream_id = channel.removeprefix(STREAM_CHANNEL)
        if kind == "subscribe":
            self._heard.add(stream_id)
            if awaited := self._awaited.pop(stream_id, None):
                awaited.set()
        elif kind == "message":
            sender, first, *lines = data.split("\n")
            if sender == self._sender:
                return
            if channel == BELLS_CHANNEL:
                self._rung(first)
            elif stream_id in self._tails:
                cursors = map(Cursor.parse, lines[::2])
                entries = [Entry(*pair) for pair in zip(cursors, lines[1::2], strict=True)]
                self._tails.publish(stream_id, Cursor.parse(first), entries)
