"""Joins small pieces of text, so that all that follows works by the piece and not by the token."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from agents.items import TResponseStreamEvent
from openai.types.responses import ResponseTextDeltaEvent

COALESCING_SECONDS = 0.04


class _Inbox:
    """Wakes who takes only when it is time to pass something on: most pieces just join the others."""

    def __init__(self) -> None:
        self.is_over = False
        self._loop = asyncio.get_running_loop()
        self._events: list[TResponseStreamEvent] = []
        self._is_urgent = False
        self._due = 0.0
        self._waiter: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def put(self, event: TResponseStreamEvent) -> None:
        self._events.append(event)
        if not isinstance(event, ResponseTextDeltaEvent):
            self._hurry()
        elif self._waiter is not None and self._timer is None:
            self._pass_on_when_due(self._waiter)

    def close(self) -> None:
        self.is_over = True
        self._hurry()

    def rest(self, seconds: float) -> None:
        """Text that comes in this time is taken after it, unless something more urgent follows."""
        self._due = self._loop.time() + seconds

    async def take(self) -> list[TResponseStreamEvent]:
        """What has come, as soon as it should be passed on; empty only at the end."""
        if not self._is_urgent:
            await self._wait()
        taken, self._events = self._events, []
        self._is_urgent = self.is_over
        return taken

    async def _wait(self) -> None:
        waiter = self._waiter = self._loop.create_future()
        if self._events:
            self._pass_on_when_due(waiter)
        try:
            await waiter
        finally:
            self._waiter = None
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

    def _hurry(self) -> None:
        self._is_urgent = True
        if self._waiter is not None:
            _wake(self._waiter)

    def _pass_on_when_due(self, waiter: asyncio.Future[None]) -> None:
        if self._loop.time() >= self._due:
            _wake(waiter)
        else:
            self._timer = self._loop.call_at(self._due, _wake, waiter)


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)


async def coalesced(
    events: AsyncGenerator[TResponseStreamEvent], seconds: float = COALESCING_SECONDS
) -> AsyncGenerator[TResponseStreamEvent]:
    """The first piece of text comes at once; those that follow within `seconds` come as one."""
    inbox = _Inbox()
    reading = asyncio.create_task(_read(events, inbox))
    try:
        is_over = False
        while not is_over:
            taken = await inbox.take()
            is_over = inbox.is_over
            for event in _joined(taken):
                yield event
                if isinstance(event, ResponseTextDeltaEvent):
                    inbox.rest(seconds)
        await reading
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


async def _read(events: AsyncGenerator[TResponseStreamEvent], inbox: _Inbox) -> None:
    try:
        async with aclosing(events):
            async for event in events:
                inbox.put(event)
    finally:
        inbox.close()


def _joined(events: list[TResponseStreamEvent]) -> list[TResponseStreamEvent]:
    """Neighbouring pieces of one text as one piece."""
    joined: list[TResponseStreamEvent] = []
    words: list[str] = []
    for event in events:
        if not isinstance(event, ResponseTextDeltaEvent):
            _complete_last(joined, words)
            joined.append(event)
            continue
        if not words:
            joined.append(event)
        words.append(event.delta)
    _complete_last(joined, words)
    return joined


def _complete_last(joined: list[TResponseStreamEvent], words: list[str]) -> None:
    if words and isinstance(text := joined[-1], ResponseTextDeltaEvent):
        text.delta = "".join(words)
    words.clear()
