"""Sleep until something is due."""

import asyncio
from datetime import datetime

LONGEST = 15.0  # seconds; what another process wrote is found after at most as long
SHORTEST = 0.2  # seconds; what is due is somebody else's at the moment, or could not be done


class Rest:
    """Ends early when it is nudged."""

    def __init__(self) -> None:
        self._nudged = asyncio.Event()

    def nudge(self) -> None:
        self._nudged.set()

    def begin_to_look(self) -> None:
        """Before looking what is due: a nudge from now on ends the next sleep."""
        self._nudged.clear()

    async def until(self, due: datetime | None, now: datetime) -> None:
        seconds = (due - now).total_seconds() if due else LONGEST
        try:
            async with asyncio.timeout(min(max(seconds, SHORTEST), LONGEST)):
                await self._nudged.wait()
        except TimeoutError:
            pass
