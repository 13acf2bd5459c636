"""One TaskChat server on a real socket, and the stand-in that it asks."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from taskchat.accounts.commands import CreateToken
from taskchat.accounts.service import Accounts
from taskchat.app import create_app
from taskchat.clock import now
from taskchat.db.engine import Database
from taskchat.domain.task import UserId
from taskchat.settings import Settings
from taskchat.standin.server import StandIn
from tests.api.chat_client import ChatClient
from tests.api.serving import running
from tests.faults.cases import LITE, STRICT
from tests.people import add_account

SECRET = "a secret of at least thirty-two bytes"


@dataclass(frozen=True, slots=True)
class Person:
    id: UserId
    chat: ChatClient


@dataclass(frozen=True, slots=True)
class Site:
    """`database` is the server's, looked at beside it."""

    url: str
    endpoint: StandIn
    database: Database

    @asynccontextmanager
    async def person(self, name: str) -> AsyncGenerator[Person]:
        """Somebody new, with nothing to do yet."""
        accounts = Accounts(self.database, clock=now, secret=SECRET, signup="open")
        owner = await add_account(self.database, f"{name}@example.com", "UTC")
        token = await accounts.create_token(owner.id, CreateToken(name="faults"))
        headers = {"Authorization": f"Bearer {token.secret}"}
        async with httpx2.AsyncClient(base_url=self.url, headers=headers) as http:
            yield Person(owner.id, ChatClient(http))


@asynccontextmanager
async def serving(
    database_url: str, directory: Path, *, idle_seconds: float, slow_seconds: float
) -> AsyncGenerator[Site]:
    """`idle_seconds` of silence end an answer, `slow_seconds` pass before the slow one begins."""
    async with StandIn(slow_first=slow_seconds) as endpoint:
        settings = Settings.model_validate(
            {
                "database_url": database_url,
                "data_dir": directory,
                "jwt_secret": SECRET,
                "gemini_api_key": endpoint.api_key,
                "gemini_base_url": endpoint.base_url,
                "gemini_model": LITE,
                "gemini_models": (LITE, STRICT),
                "gemini_idle_seconds": idle_seconds,
                "daily_messages": 0,
            }
        )
        async with running(create_app(settings)) as url:
            database = Database(settings.database)
            try:
                yield Site(url, endpoint, database)
            finally:
                await database.close()
