"""Joins small pieces of text, so that all that follows works by the piece and not by the token."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass, field

from agents.items import TResponseStreamEvent
from openai.types.responses import ResponseTextDeltaEvent

COALESCING_SECONDS = 0.04


@dataclass(slots=True)
class _Inbox:
    """`bell` rings for every event, `urgent` for one that text should not wait for."""

    events: list[TResponseStreamEvent] = field(default_factory=list[TResponseStreamEvent])
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    urgent: asyncio.Event = field(default_factory=asyncio.Event)
    is_over: bool = False

    def put(self, event: TResponseStreamEvent) -> None:
        self.events.append(event)
        self.bell.set()
        if not isinstance(event, ResponseTextDeltaEvent):
            self.urgent.set()

    def close(self) -> None:
        self.is_over = True
        self.bell.set()
        self.urgent.set()

    def take(self) -> list[TResponseStreamEvent]:
        taken, self.events = self.events, []
        self.bell.clear()
        self.urgent.clear()
        return taken


async def coalesced(
    events: AsyncGenerator[TResponseStreamEvent], seconds: float = COALESCING_SECONDS
) -> AsyncGenerator[TResponseStreamEvent]:
    """The first piece of text comes at once; those that follow within `seconds` come as one."""
    inbox = _Inbox()
    reading = asyncio.create_task(_read(events, inbox))
    last_text = 0.0
    try:
        while not (inbox.is_over and not inbox.events):
            await inbox.bell.wait()
            wait = last_text + seconds - time.monotonic()
            if wait > 0 and not inbox.urgent.is_set():
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await inbox.urgent.wait()
            is_over = inbox.is_over
            for event in _joined(inbox.take()):
                yield event
                if isinstance(event, ResponseTextDeltaEvent):
                    last_text = time.monotonic()
            if is_over:
                break
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
    for event in events:
        last = joined[-1] if joined else None
        if isinstance(event, ResponseTextDeltaEvent) and isinstance(last, ResponseTextDeltaEvent):
            last.delta += event.delta
        else:
            joined.append(event)
    return joined
