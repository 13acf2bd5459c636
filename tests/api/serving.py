"""A server on a real socket, within the test's own event loop."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2
import uvicorn
from starlette.types import ASGIApp

from taskchat.accounts.service import Accounts
from taskchat.api.patience import ImpatientProtocol

START_SECONDS = STOP_SECONDS = 5

type Serve = Callable[[ASGIApp], Awaitable[str]]
type StartServer = Callable[..., Awaitable[Server]]


@dataclass(frozen=True)
class Server:
    """A running server; `accounts` works on its database, as the console does."""

    url: str
    accounts: Accounts

    def client(self, **headers: str) -> httpx2.AsyncClient:
        """A browser or program with a cookie jar of its own."""
        return httpx2.AsyncClient(base_url=self.url, headers=headers)


class AnnouncedServer(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listens.set()


@asynccontextmanager
async def running(
    app: ASGIApp, protocol: type[asyncio.Protocol] = ImpatientProtocol
) -> AsyncGenerator[str]:
    """Serves `app` on a socket of its own; yields its address."""
    # Only a socket that names TCP is freed from Nagle's delay, which would cost 40 ms per answer.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        host, port = listener.getsockname()
        config = uvicorn.Config(app, http=protocol, log_config=None, timeout_graceful_shutdown=1)
        server = AnnouncedServer(config)
        task = asyncio.create_task(server.serve([listener]))
        async with asyncio.timeout(START_SECONDS):
            await server.listens.wait()
        try:
            yield f"http://{host}:{port}"
        finally:
            server.should_exit = True
            async with asyncio.timeout(STOP_SECONDS):
                await task
