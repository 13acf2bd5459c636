"""Commands to Redis, for which nobody ever waits long."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any, cast

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

STALL_SECONDS = 1.0
RECOVERY_SECONDS = 0.5

type Command = Sequence[str | int]

logger = logging.getLogger(__name__)


class Unreachable(Exception):
    """Redis does not answer, or not yet again."""


class Link:
    """Once Redis failed, commands are refused at once until it has answered again; then `came_back` is called."""

    def __init__(self, url: str, came_back: Callable[[], None]) -> None:
        self._redis = connect(url, seconds=STALL_SECONDS)
        self._came_back = came_back
        self._recovering: asyncio.Task[None] | None = None
        self._under_way: set[asyncio.Future[list[Any]]] = set()
        self._is_closed = False

    async def send(self, commands: Sequence[Command]) -> list[Any]:
        """The answers in order, an exception for a command that was refused; raises Unreachable."""
        if self._recovering or self._is_closed:
            raise Unreachable
        sending = asyncio.ensure_future(self._send(commands))
        self._under_way.add(sending)
        sending.add_done_callback(self._under_way.discard)
        try:
            # A connection that is cut off in the middle of an answer could not be used again.
            return await asyncio.shield(sending)
        except (RedisError, OSError) as error:
            if self._recovering is None and not self._is_closed:
                logger.warning("Redis cannot be reached for now: %s", error)
                self._recovering = asyncio.create_task(self._recover(), name="look for Redis")
            raise Unreachable from error

    async def close(self) -> None:
        """Waits for what is under way, which does not take long."""
        self._is_closed = True
        if self._recovering:
            self._recovering.cancel()
            await asyncio.gather(self._recovering, return_exceptions=True)
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._redis.aclose()

    async def _send(self, commands: Sequence[Command]) -> list[Any]:
        async with self._redis.pipeline(transaction=False) as opened:
            pipeline = cast("Any", opened)
            for command in commands:
                pipeline.execute_command(*command)
            return await pipeline.execute(raise_on_error=False)

    async def _recover(self) -> None:
        while True:
            await asyncio.sleep(RECOVERY_SECONDS)
            try:
                await cast("Any", self._redis).ping()
            except (RedisError, OSError):
                continue
            break
        self._recovering = None
        self._came_back()


def connect(url: str, *, seconds: float) -> Redis:
    """Fails after that many seconds without an answer, and tries nothing again by itself."""
    return Redis.from_url(  # pyright: ignore[reportUnknownMemberType]
        url,
        protocol=2,
        decode_responses=True,
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        retry=Retry(NoBackoff(), 0),
    )
