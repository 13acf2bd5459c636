import asyncio
import itertools
import shutil
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
import uvicorn
from starlette.types import ASGIApp

from taskchat.accounts.service import Accounts, Signup
from taskchat.app import build_accounts, create_app
from taskchat.db.engine import Database
from taskchat.settings import Settings

SECRET = "a secret of at least thirty-two bytes"
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
async def running(app: ASGIApp) -> AsyncGenerator[str]:
    """Serves `app` on a socket of its own; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host, port = listener.getsockname()
        config = uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1)
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


@pytest.fixture
async def serve() -> AsyncGenerator[Serve]:
    """Serves any app until the test ends."""
    async with AsyncExitStack() as stack:

        async def start(app: ASGIApp) -> str:
            return await stack.enter_async_context(running(app))

        yield start


@pytest.fixture
async def start_server(
    serve: Serve, tmp_path: Path, sqlite_template: Path
) -> AsyncGenerator[StartServer]:
    """Serves TaskChat over an empty database; every call another one."""
    numbers = itertools.count()
    async with AsyncExitStack() as stack:

        async def start(
            *, signup: Signup = "open", origin: str = "http://tasks.example", **others: object
        ) -> Server:
            path = shutil.copy(sqlite_template, tmp_path / f"{next(numbers)}.db")
            settings = Settings.model_validate(
                {
                    "database_url": f"sqlite:///{path}",
                    "data_dir": tmp_path,
                    "jwt_secret": SECRET,
                    "public_url": origin,
                    "signup": signup,
                    **others,
                }
            )
            url = await serve(create_app(settings))
            database = Database(settings.database)
            stack.push_async_callback(database.close)
            return Server(url, build_accounts(settings, database))

        yield start


@pytest.fixture
async def server(start_server: StartServer) -> Server:
    return await start_server()
