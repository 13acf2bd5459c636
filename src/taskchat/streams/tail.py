"""The newest entries of the logs that somebody in this process follows, and the bell that rings for them."""

import asyncio
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

KEPT_ENTRIES = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """`cursor` counts from 1 within one stream; `payload` is one line of JSON."""

    cursor: int
    payload: str


@dataclass(slots=True)
class Tail:
    """Entries without a gap, so that followers read the database only for what came before."""

    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=KEPT_ENTRIES))
    bells: set[asyncio.Event] = field(default_factory=set[asyncio.Event])

    def since(self, cursor: int) -> list[Entry] | None:
        """What came after `cursor`, or None when that is not known here."""
        if not self.entries or self.entries[0].cursor > cursor + 1:
            return None
        return [entry for entry in self.entries if entry.cursor > cursor]

    def extend(self, entries: Sequence[Entry]) -> None:
        """Commits may be told out of order; entries older than the tail are left to the database."""
        first = entries[0].cursor
        last = self.entries[-1].cursor if self.entries else first - 1
        if first > last + 1:
            self.entries.clear()
        if first > last:
            self.entries.extend(entries)
        for bell in self.bells:
            bell.set()


class Tails:
    """Holds a tail for as long as a stream has followers."""

    def __init__(self) -> None:
        self._tails: dict[str, Tail] = {}

    def publish(self, stream_id: str, entries: Sequence[Entry]) -> None:
        if entries and (tail := self._tails.get(stream_id)):
            tail.extend(entries)

    @contextmanager
    def watch(self, stream_id: str) -> Generator[tuple[Tail, asyncio.Event]]:
        tail, bell = self._tails.setdefault(stream_id, Tail()), asyncio.Event()
        tail.bells.add(bell)
        try:
            yield tail, bell
        finally:
            tail.bells.discard(bell)
            if not tail.bells:
                self._tails.pop(stream_id, None)
