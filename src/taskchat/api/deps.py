"""What a request handler may ask for."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request, Response
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from taskchat.accounts.principal import Principal
from taskchat.accounts.service import Accounts
from taskchat.api.idempotency import CHANGE_SET, claim, reserve
from taskchat.api.seals import Seal
from taskchat.chat.assistant import Assistants
from taskchat.chat.caller import Caller
from taskchat.chat.doctor.checks import Checks
from taskchat.chat.runs.service import Runs
from taskchat.chat.server import TaskChatServer
from taskchat.clock import now
from taskchat.db.engine import Database
from taskchat.metrics import Metrics
from taskchat.schedules.service import Notices, Schedules
from taskchat.streams.log import EventLog
from taskchat.tasks.owner import Owner
from taskchat.tasks.service import Tasks
from taskchat.tasks.transactions import TaskTransactions
from taskchat.transfers.feeds import CalendarFeeds
from taskchat.transfers.imports import Imports
from taskchat.usage.limits import Limits

COOKIE = "auth_token"


@dataclass(frozen=True, slots=True)
class Resources:
    """Built once by the app, alive as long as it. `origin` is how browsers know this server."""

    database: Database
    accounts: Accounts
    tasks: TaskTransactions
    log: EventLog
    runs: Runs
    schedules: Schedules
    imports: Imports
    feeds: CalendarFeeds
    chat: TaskChatServer
    assistants: Assistants
    checks: Checks
    limits: Limits
    metrics: Metrics
    origin: str
    seal: Seal
    leaving: set[asyncio.Future[None]] = field(default_factory=set["asyncio.Future[None]"])


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request came with: the JWT of its cookie, the API token of its header, or neither."""

    cookie: str | None = field(repr=False)
    bearer: str | None = field(repr=False)


async def authenticate(accounts: Accounts, credentials: Credentials) -> Principal:
    """Raises Unauthenticated. A stream asks again now and then, since a session may end while it is open."""
    if credentials.bearer is not None:
        return await accounts.authenticate_token(credentials.bearer)
    return await accounts.authenticate(credentials.cookie or "")


async def _resources(request: Request) -> Resources:
    return cast("Resources", request.state.resources)


ResourcesDep = Annotated[Resources, Depends(_resources)]


async def _accounts(resources: ResourcesDep) -> Accounts:
    return resources.accounts


async def _credentials(
    cookie: Annotated[str | None, Depends(APIKeyCookie(name=COOKIE, auto_error=False))],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))],
) -> Credentials:
    return Credentials(cookie, bearer.credentials if bearer else None)


AccountsDep = Annotated[Accounts, Depends(_accounts)]
CredentialsDep = Annotated[Credentials, Depends(_credentials)]


async def _principal(accounts: AccountsDep, credentials: CredentialsDep) -> Principal:
    return await authenticate(accounts, credentials)


CurrentPrincipal = Annotated[Principal, Depends(_principal)]


async def _tasks(
    principal: CurrentPrincipal, resources: ResourcesDep, request: Request, response: Response
) -> AsyncGenerator[Tasks]:
    """An answer to a command names the change set that takes it back."""
    owner = Owner(principal.account_id, principal.timezone, principal.actor)
    if request.method == "GET":
        async with resources.tasks.read(owner) as tasks:
            yield tasks
        return
    async with resources.tasks.transaction() as session:
        await reserve(session, owner.id, request, resources.seal, now())
        tasks = resources.tasks.join(session, owner)
        response.headers[CHANGE_SET] = tasks.change_set
        yield tasks


async def _notices(
    principal: CurrentPrincipal, resources: ResourcesDep, request: Request
) -> AsyncGenerator[Notices]:
    owner = Owner(principal.account_id, principal.timezone, principal.actor)
    if request.method == "GET":
        async with resources.database.reading() as session:
            yield resources.schedules.join(session, owner)
        return
    async with resources.database.transaction() as session:
        await reserve(session, owner.id, request, resources.seal, now())
        yield resources.schedules.join(session, owner)


async def _once(principal: CurrentPrincipal, resources: ResourcesDep, request: Request) -> None:
    await claim(resources.database, principal.account_id, request, resources.seal, now())


# For what changes something in transactions of its own, on an IdempotentRoute.
Once = Depends(_once)

# With this scope the transaction ends before the answer is sent: whoever reads it can rely on it.
TasksDep = Annotated[Tasks, Depends(_tasks, scope="function")]
NoticesDep = Annotated[Notices, Depends(_notices, scope="function")]


async def _caller(principal: CurrentPrincipal) -> Caller:
    return Caller(
        principal.account_id,
        principal.email,
        principal.timezone,
        is_person=principal.session_id is not None,
    )


CallerDep = Annotated[Caller, Depends(_caller)]
