"""Waiting for what may not come."""

import asyncio


async def passes(event: asyncio.Event, seconds: float) -> None:
    """Waits for the event, but not longer than that."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
