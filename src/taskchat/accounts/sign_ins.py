"""Whether those who keep a connection open are still signed in: one look for all of them, now and then."""

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from taskchat.db.engine import undisturbed

LOOK_SECONDS = 10.0

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class SignIn:
    """`watchers` are the connections that were opened with it."""

    has_ended: bool = False
    watchers: int = 0


class SignIns:
    """Looks for as long as somebody watches. `living` tells which of the keys are those of living sign-ins."""

    def __init__(
        self,
        living: Callable[[Collection[str]], Coroutine[Any, Any, set[str]]],
        *,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._living = living
        self._look_seconds = look_seconds
        self._watched: dict[str, SignIn] = {}
        self._looking: asyncio.Task[None] | None = None

    @contextmanager
    def watch(self, key: str) -> Generator[SignIn]:
        sign_in = self._watched.setdefault(key, SignIn())
        sign_in.watchers += 1
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_on(), name="look at sign-ins")
        try:
            yield sign_in
        finally:
            sign_in.watchers -= 1
            if not sign_in.watchers:
                del self._watched[key]
            if not self._watched and self._looking:
                self._looking.cancel()
                self._looking = None

    def end(self, key: str) -> None:
        """Known here already, so nobody has to look."""
        if sign_in := self._watched.get(key):
            sign_in.has_ended = True

    async def _look_on(self) -> None:
        while self._watched:
            await asyncio.sleep(self._look_seconds)
            keys = list(self._watched)
            try:
                # A driver that is cut off in the middle may keep the cancellation to itself.
                living = await undisturbed(self._living(keys))
            except Exception:
                logger.exception("Nobody knows who is still signed in")
                continue
            for key in keys:
                if key not in living:
                    self.end(key)
