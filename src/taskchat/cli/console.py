"""What commands have in common: the database that the settings name, opened for as long as they need it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from pydantic import ValidationError

from taskchat.accounts.service import Accounts
from taskchat.clock import now
from taskchat.db.engine import Database
from taskchat.db.migrate import migrate
from taskchat.settings import Settings, load_settings
from taskchat.tasks.owner import Owner


def with_database[T](use: Callable[[Database, Settings], Coroutine[Any, Any, T]]) -> T:
    """It has the newest schema."""

    async def run() -> T:
        settings = load_settings()
        database = Database(settings.database)
        try:
            await migrate(database)
            return await use(database, settings)
        finally:
            await database.close()

    return asyncio.run(run())


def with_accounts[T](use: Callable[[Accounts], Coroutine[Any, Any, T]]) -> T:
    return with_database(lambda database, settings: use(accounts_in(database, settings)))


def accounts_in(database: Database, settings: Settings) -> Accounts:
    return Accounts(database, clock=now, secret=settings.jwt_secret, signup=settings.signup)


async def owner_of(email: str, database: Database, settings: Settings) -> Owner:
    """The console may act as anybody; raises NotFound for nobody."""
    person = await accounts_in(database, settings).find(email)
    return Owner(person.account_id, person.timezone, person.actor)


def described(error: ValidationError) -> str:
    """Where the first problem is, and what; not what was given."""
    problem = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
