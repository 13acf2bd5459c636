"""Puts the parts together. The only module that knows them all."""

import gc
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TypedDict

from fastapi import FastAPI

from taskchat import __version__
from taskchat.accounts.service import Accounts
from taskchat.api import (
    accounts,
    assistants,
    changes,
    chatkit,
    docs,
    events,
    health,
    metrics,
    notices,
    projects,
    tasks,
    transfers,
    usage,
    web,
)
from taskchat.api.deps import Resources
from taskchat.api.errors import add_error_handlers
from taskchat.api.protection import protect
from taskchat.api.seals import Seal
from taskchat.api.termination import closed_on_termination
from taskchat.api.wire import describe_wire
from taskchat.chat.agent import build_agent
from taskchat.chat.assistant import Assistants, command_assistant, gemini_assistant
from taskchat.chat.books import Books
from taskchat.chat.commands.model import MODEL_NAME
from taskchat.chat.doctor.checks import Checks
from taskchat.chat.doctor.service import build_doctor
from taskchat.chat.failures import FailureKind
from taskchat.chat.runs.service import Runs
from taskchat.chat.server import TaskChatServer
from taskchat.chat.store import ChatStore
from taskchat.clock import now
from taskchat.db.engine import Database
from taskchat.db.migrate import migrate
from taskchat.metrics import Metrics
from taskchat.schedules.service import Schedules
from taskchat.settings import Settings, load_settings
from taskchat.streams.deliveries import build_delivery
from taskchat.streams.log import EventLog
from taskchat.tasks.tools import TASK_TOOLS
from taskchat.tasks.transactions import TaskTransactions
from taskchat.transfers.feeds import CalendarFeeds
from taskchat.transfers.imports import Imports
from taskchat.usage.limits import Limits
from taskchat.usage.prices import NANO_PER_DOLLAR, Prices

# Live answers make thousands of short-lived objects a second, which reference counting takes care of.
GARBAGE_THRESHOLDS = (20_000, 20, 50)


class State(TypedDict):
    resources: Resources


def create_app(settings: Settings) -> FastAPI:
    """Everything at one origin; parts are built when the app starts and closed when it stops."""
    counters = Metrics(
        [*settings.models, MODEL_NAME],
        [tool.name for tool in TASK_TOOLS],
        ["ok", *FailureKind],
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[State]:
        database = Database(settings.database)
        try:
            await migrate(database)
            resources = _build(settings, database, counters)
            with closed_on_termination(resources.log):
                async with (
                    resources.log.serving(),
                    resources.runs.serving(),
                    resources.schedules.post.serving(),
                    resources.schedules.ticker.serving(),
                ):
                    yield {"resources": resources}
            await resources.assistants.close()
        finally:
            await database.close()

    app = FastAPI(
        title="TaskChat",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    for part in (
        accounts,
        tasks,
        projects,
        changes,
        notices,
        transfers,
        events,
        chatkit,
        assistants,
        usage,
        health,
        metrics,
        docs,
    ):
        app.include_router(part.router)
    app.include_router(web.missing)
    web.add_web_app(app)
    describe_wire(app)
    add_error_handlers(app)
    protect(app, settings.origin)
    metrics.measure(app, counters)
    return app


def create_served_app() -> FastAPI:
    """For a server that imports the app by its name. What was imported is there to stay, and is not searched again."""
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)
    gc.enable()
    return create_app(load_settings())


def build_assistants(settings: Settings) -> Assistants:
    """The models of the settings with a key, the built-in commands in any case."""
    models = [
        gemini_assistant(
            api_key=settings.gemini_api_key,
            base_url=settings.gemini_base_url,
            model=model,
            idle_timeout=settings.gemini_idle_seconds,
        )
        for model in (settings.models if settings.gemini_api_key else ())
    ]
    return Assistants(models, command_assistant(now))


def _limits(settings: Settings) -> Limits:
    cost = round(settings.daily_cost * NANO_PER_DOLLAR)
    return Limits(settings.daily_messages, settings.daily_tokens, cost)


def _build(settings: Settings, database: Database, counters: Metrics) -> Resources:
    log = EventLog(database, build_delivery(database, settings.redis_url or None))
    schedules = Schedules(
        database,
        log,
        now,
        origin=settings.origin,
        smtp_url=settings.smtp_url,
        mail_from=settings.mail_from,
    )
    tasks = TaskTransactions(database, log, now, nudge=schedules.ticker.nudge)
    answering = build_assistants(settings)
    store = ChatStore(database, log)
    server = TaskChatServer(
        database,
        store,
        build_agent(tasks),
        tasks,
        assistants=answering,
        clock=now,
    )
    limits, prices = _limits(settings), Prices(settings.gemini_prices)
    runs = Runs(
        database,
        log,
        server,
        limits=limits,
        prices=prices,
        metrics=counters,
        lease_seconds=settings.lease_seconds,
        clock=now,
    )
    return Resources(
        database=database,
        accounts=Accounts(
            database,
            clock=now,
            secret=settings.jwt_secret,
            signup=settings.signup,
            mail_available=bool(settings.smtp_url),
        ),
        tasks=tasks,
        log=log,
        runs=runs,
        schedules=schedules,
        imports=Imports(tasks, now),
        feeds=CalendarFeeds(database, tasks, now),
        chat=server,
        assistants=answering,
        checks=Checks(
            build_doctor(settings, now),
            answering,
            Books(database, log, limits, prices, counters, now),
        ),
        limits=limits,
        metrics=counters,
        origin=settings.origin,
        seal=Seal(settings.jwt_secret),
    )
