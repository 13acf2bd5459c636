"""Answers that go on until all are told to end: a piece every 20 ms that says when it was sent."""

import asyncio

from benchmarks.completion import end, text
from benchmarks.stamps import DIGITS, stamp

PERIOD_SECONDS = 0.02
SLOTS = 10  # of a period: people do not ask at the same moment, and neither come the answers so
PIECES_AT_ONCE = 2000

STOP = end("stop")
BEFORE, AFTER = text(f"@{'0' * DIGITS} ").split(b"@" + b"0" * DIGITS)


def stamped_piece() -> bytes:
    return BEFORE + stamp().encode() + AFTER


class Pacer:
    """One timer for all answers, whose pieces are the same bytes for all that are due together."""

    def __init__(self) -> None:
        self._slots: list[set[asyncio.Transport]] = [set() for _ in range(SLOTS)]
        self._place = 0
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, transport: asyncio.Transport) -> None:
        min(self._slots, key=len).add(transport)
        if self._timer is None:
            self._due = asyncio.get_running_loop().time()
            self._tick()

    def leave(self, transport: asyncio.Transport) -> None:
        for slot in self._slots:
            slot.discard(transport)

    def end(self) -> None:
        for slot in self._slots:
            for transport in slot:
                transport.write(STOP)
            slot.clear()

    def _tick(self) -> None:
        """By the clock and not by the last time, so that no lateness adds up."""
        if not any(self._slots):
            self._timer = None
            return
        slot = self._slots[self._place]
        self._place = (self._place + 1) % SLOTS
        if slot:
            piece = stamped_piece()
            for transport in slot:
                transport.write(piece)
        self._due += PERIOD_SECONDS / SLOTS
        self._timer = asyncio.get_running_loop().call_at(self._due, self._tick)
