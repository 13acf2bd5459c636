import itertools
import shutil
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from taskchat.accounts.service import Accounts, Signup
from taskchat.app import create_app
from taskchat.clock import now
from taskchat.db.engine import Database
from taskchat.settings import Settings
from taskchat.standin.server import StandIn
from tests.api.chat_client import ChatClient, signed_in
from tests.api.serving import Serve, Server, StartServer, running

SECRET = "a secret of at least thirty-two bytes"


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
            accounts = Accounts(database, clock=now, secret=SECRET, signup=signup)
            return Server(url, accounts)

        yield start


@pytest.fixture
async def endpoint() -> AsyncGenerator[StandIn]:
    async with StandIn() as standin:
        yield standin


@pytest.fixture
async def server(start_server: StartServer) -> Server:
    return await start_server()


@pytest.fixture
async def ann(server: Server) -> AsyncGenerator[ChatClient]:
    async with signed_in(server, "ann@example.com") as client:
        yield client


@pytest.fixture
async def ben(server: Server) -> AsyncGenerator[ChatClient]:
    async with signed_in(server, "ben@example.com") as client:
        yield client
