"""How long the server waits for somebody who does not read what is sent."""

import asyncio
from typing import override

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

PATIENCE_SECONDS = 30.0


class ImpatientProtocol(HttpToolsProtocol):
    """Cuts a connection that has taken nothing for too long; until then its answer waits, and holds little."""

    patience_seconds = PATIENCE_SECONDS
    _waiting: asyncio.TimerHandle | None = None

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        self._waiting = self.loop.call_later(self.patience_seconds, self.transport.abort)

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        self._calm_down()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._calm_down()
        super().connection_lost(exc)

    def _calm_down(self) -> None:
        if self._waiting:
            self._waiting.cancel()
            self._waiting = None
