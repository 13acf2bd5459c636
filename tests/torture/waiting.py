"""Waiting for what nobody tells of."""

import asyncio
from collections.abc import Awaitable, Callable

LOOK_SECONDS = 0.1


async def until(condition: Callable[[], Awaitable[bool]], seconds: float) -> None:
    """Raises TimeoutError when it does not come true in time."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - other processes set no event here
            await asyncio.sleep(LOOK_SECONDS)
