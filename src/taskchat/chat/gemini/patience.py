"""How long a reply may keep silent."""

import asyncio
from math import inf

from aiohttp import ClientResponse

LOOK_SECONDS = 1.0


class Patience:
    """Closes a reply, which ends the reading of it, when nothing has come in the time allowed.

    One timer serves the whole reply: one for each read would cost more than the reading.
    """

    def __init__(self, response: ClientResponse) -> None:
        self.is_over = False
        self._response = response
        self._loop = asyncio.get_running_loop()
        self._deadline = inf
        self._timer: asyncio.TimerHandle | None = None

    def allow(self, seconds: float) -> None:
        """Counts from now."""
        self.allow_until(self._loop.time() + seconds)

    def allow_until(self, deadline: float) -> None:
        """By the loop's clock; the timer is touched only when it would come too late."""
        self._deadline = deadline
        if self._timer is None or self._timer.when() > self._deadline:
            self._arm()

    def pause(self) -> None:
        """Nothing is waited for until more time is allowed."""
        self._deadline = inf

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self) -> None:
        self.end()
        next_look = self._loop.time() + LOOK_SECONDS
        self._timer = self._loop.call_at(min(next_look, self._deadline), self._look)

    def _look(self) -> None:
        self._timer = None
        if self._deadline == inf:
            return
        self.is_over = self._deadline <= self._loop.time()
        if self.is_over or self._is_cut():
            self._response.close()
        else:
            self._arm()

    def _is_cut(self) -> bool:
        """After bytes that are not HTTP the client hangs up, but lets its reader wait on."""
        connection = self._response.connection
        return connection is not None and connection.transport is None
