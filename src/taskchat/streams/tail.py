"""The newest entries of the logs that somebody in this process follows, shared by all who follow."""

import asyncio
import logging
from bisect import bisect_right
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from taskchat.streams.cursor import Cursor

KEPT_ENTRIES = 250
READ_LIMIT = 500

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Entry:
    """`payload` is one line of JSON."""

    cursor: Cursor
    payload: str
    _event: bytes | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def event(self) -> bytes:
        """As a server-sent event, made once for all who send it."""
        if self._event is None:
            self._event = f"id: {self.cursor}\ndata: {self.payload}\n\n".encode()
        return self._event


def facts_up_to(head: int, payloads: Sequence[str]) -> list[Entry]:
    """The newest facts of a stream with that head."""
    first = head - len(payloads) + 1
    return [Entry(Cursor(first + place), payload) for place, payload in enumerate(payloads)]


class Listener(Protocol):
    def wake(self, stream_id: str) -> None: ...


class Tail:
    """All entries after `start` up to `end`, without a gap; unknown until the first is told or read.

    `heard` is the newest fact that is known to be there, whether it is here or not.
    """

    def __init__(self, stream_id: str) -> None:
        self.stream_id = stream_id
        self.entries: list[Entry] = []
        self.start = self.end = Cursor(-1)
        self.heard = 0
        self.is_gone = False
        self.is_behind = False
        self.catching_up: asyncio.Task[None] | None = None
        self.listeners: set[Listener] = set()

    @property
    def is_known(self) -> bool:
        return self.end.fact >= 0

    def since(self, cursor: Cursor) -> list[Entry] | None:
        """What came after `cursor`, or None when that is not known here."""
        if not self.is_known or cursor < self.start:
            return None
        if cursor >= self.end:
            return []
        return self.entries[bisect_right(self.entries, cursor, key=_place) :]

    def begin(self, cursor: Cursor) -> None:
        """Somebody has read all up to `cursor`."""
        if not self.is_known:
            self.start = self.end = cursor

    def extend(self, previous: Cursor, entries: Sequence[Entry]) -> bool:
        """Takes what follows on `previous`; False when something between here and there is missing."""
        self.begin(previous)
        if previous > self.end:
            return False
        new = [entry for entry in entries if entry.cursor > self.end]
        if new:
            self.entries += new
            self.end = new[-1].cursor
            self._shorten()
            for listener in self.listeners:
                listener.wake(self.stream_id)
        return True

    def begin_again(self, previous: Cursor, entries: Sequence[Entry]) -> None:
        """What was before `previous` is not to be had any more."""
        self.entries.clear()
        self.start = self.end = previous
        self.extend(previous, entries)

    def forget_if_alone(self) -> None:
        """The only listener has read everything; most of those who are idle are the only one."""
        if len(self.listeners) == 1:
            self.entries.clear()
            self.start = self.end

    def _shorten(self) -> None:
        surplus = len(self.entries) - KEPT_ENTRIES
        if surplus > KEPT_ENTRIES:  # not one by one: moving the rest takes time
            self.start = self.entries[surplus - 1].cursor
            del self.entries[:surplus]


class Tails:
    """Holds a tail for as long as a stream has listeners, and keeps it up to date with one read for all."""

    def __init__(self, read: Callable[[str, Cursor], Awaitable[list[Entry]]]) -> None:
        self._read = read
        self._tails: dict[str, Tail] = {}
        self.changed = asyncio.Event()
        """Set whenever a stream gets its first listener or loses its last."""

    @property
    def stream_ids(self) -> list[str]:
        return list(self._tails)

    def __contains__(self, stream_id: str) -> bool:
        return stream_id in self._tails

    def join(self, stream_id: str, listener: Listener) -> Tail:
        tail = self._tails.get(stream_id)
        if tail is None:
            tail = self._tails[stream_id] = Tail(stream_id)
            self.changed.set()
        tail.listeners.add(listener)
        return tail

    def leave(self, tail: Tail, listener: Listener) -> None:
        tail.listeners.discard(listener)
        if not tail.listeners and self._tails.get(tail.stream_id) is tail:
            del self._tails[tail.stream_id]
            self.changed.set()

    def publish(self, stream_id: str, previous: Cursor, entries: Sequence[Entry]) -> None:
        """Commits may be told out of order: what is missing is read."""
        tail = self._tails.get(stream_id)
        if tail and not tail.extend(previous, entries):
            self._catch_up(tail)

    def hear(self, stream_id: str, head: int) -> None:
        """Somebody, here or elsewhere, has written facts up to `head`."""
        if tail := self._tails.get(stream_id):
            tail.heard = max(tail.heard, head)
            self.check(tail)

    def check(self, tail: Tail) -> None:
        """Whether the tail has all that was heard of. Before it begins its listeners read for themselves."""
        if tail.is_known and tail.heard > tail.end.fact:
            self._catch_up(tail)

    def end(self, stream_id: str) -> None:
        """The stream is not there any more."""
        if tail := self._tails.get(stream_id):
            tail.is_gone = True
            for listener in tail.listeners:
                listener.wake(stream_id)

    def _catch_up(self, tail: Tail) -> None:
        tail.is_behind = True
        if tail.catching_up is None:
            tail.catching_up = asyncio.create_task(self._read_on(tail))

    async def _read_on(self, tail: Tail) -> None:
        try:
            while tail.is_behind and tail.listeners:
                tail.is_behind = False
                end = tail.end
                entries = await self._read(tail.stream_id, end)
                tail.is_behind |= len(entries) >= READ_LIMIT
                if entries and entries[0].cursor.fact > end.fact + 1:
                    tail.begin_again(Cursor(entries[0].cursor.fact - 1), entries)
                elif entries:
                    tail.extend(end, entries)
        except Exception:  # the next poll tries again
            logger.exception("The news of a stream cannot be read yet")
        finally:
            tail.catching_up = None


def _place(entry: Entry) -> Cursor:
    return entry.cursor
