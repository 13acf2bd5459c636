"""Answers in the making: carried on without a connection, followed through the log."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime

from chatkit.types import (
    AssistantMessageContentPartAdded,
    AssistantMessageItem,
    ErrorEvent,
    StreamOptionsEvent,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemReplacedEvent,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
    ThreadUpdatedEvent,
)

from taskchat.chat import wire
from taskchat.chat.acceptance import Acceptance, Accepted, Run
from taskchat.chat.caller import Caller
from taskchat.chat.orphans import end_orphans
from taskchat.chat.repository import ChatRepository
from taskchat.chat.requests import Starting
from taskchat.chat.server import TaskChatServer
from taskchat.db.engine import Database
from taskchat.domain.errors import Conflict
from taskchat.domain.ids import new_id
from taskchat.streams.log import EventLog

CLOSING_SECONDS = 2.0
FINISH_AGAIN_SECONDS = 1.0

logger = logging.getLogger(__name__)

# Others tell the followers of these, in the transaction that makes them true.
TOLD_ELSEWHERE = (
    StreamOptionsEvent,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ThreadItemRemovedEvent,
    ThreadUpdatedEvent,
)


class Runs:
    """`daily_messages` is how many a person may send a day; 0 means no limit."""

    def __init__(
        self,
        database: Database,
        log: EventLog,
        server: TaskChatServer,
        *,
        daily_messages: int,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._log = log
        self._server = server
        self._daily_messages = daily_messages
        self._clock = clock
        self._active: dict[str, asyncio.Task[None]] = {}
        self._is_closing = False

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[None]:
        """Ends what an earlier process left running; on leaving, interrupts what still runs.

        What an interrupted answer has said and done until then is kept, unless that takes too long.
        """
        await end_orphans(self._database, self._log, self._clock())
        try:
            yield
        finally:
            self._is_closing = True
            for run_id in self._active:
                self._server.stop(run_id)
            if active := list(self._active.values()):
                _, late = await asyncio.wait(active, timeout=CLOSING_SECONDS)
                for task in late:
                    task.cancel()
                await asyncio.gather(*active, return_exceptions=True)

    async def start(self, request: Starting, caller: Caller) -> Run:
        """Takes the request on for good, or raises a DomainError having changed nothing.

        A request that comes again with its idempotency key gets the run that it began the first time.
        """
        if known := await self._begun_before(caller):
            return known
        try:
            return await self._begin(request, replace(caller, run_id=new_id("run")))
        except Conflict:
            # The same request, sent twice at once: the other one was first.
            if known := await self._begun_before(caller):
                return known
            raise

    async def _begun_before(self, caller: Caller) -> Run | None:
        if caller.key is None:
            return None
        async with self._database.reading() as session:
            row = await ChatRepository(session, caller.user_id).keyed_run(caller.key)
        return Run(row.id, row.thread_id, row.start) if row else None

    async def _begin(self, request: Starting, caller: Caller) -> Run:
        async with self._database.transaction() as session:
            acceptance = Acceptance(
                session,
                self._log,
                self._server,
                caller,
                daily_messages=self._daily_messages,
                now=self._clock(),
            )
            accepted = await acceptance.accept(request)
        run = accepted.run
        self._active[run.id] = asyncio.create_task(self._carry_on(accepted), name=run.id)
        return run

    async def running(self, thread_id: str, caller: Caller) -> Run | None:
        """Raises NotFound for a thread that is not the caller's."""
        async with self._database.reading() as session:
            row = await ChatRepository(session, caller.user_id).running(thread_id)
        return Run(row.id, thread_id, row.start) if row else None

    async def stop(self, thread_id: str, caller: Caller) -> None:
        """Returns when the thread's run has ended; harmless when there is none."""
        run = await self.running(thread_id, caller)
        if run is None:
            return
        self._server.stop(run.id)
        if task := self._active.get(run.id):
            await asyncio.wait([task])

    async def _carry_on(self, accepted: Accepted) -> None:
        """Writes the run's events to the log and its end to the record, whatever happens."""
        run, status = accepted.run, "failed"
        try:
            status = await self._record(accepted)
        except asyncio.CancelledError:
            status = "interrupted"
        except Exception:
            logger.exception("Run %s failed", run.id)
        if self._server.forget(run.id) and status == "completed":
            status = "interrupted" if self._is_closing else "stopped"
        with suppress(asyncio.CancelledError):
            await asyncio.shield(asyncio.ensure_future(self._finish_at_last(accepted, status)))
        self._active.pop(run.id, None)

    async def _finish_at_last(self, accepted: Accepted, status: str) -> None:
        """A run without an end would block its conversation, so a database that fails is asked again."""
        while True:
            try:
                return await self._finish(accepted, status)
            except Exception:
                logger.exception("Run %s cannot be ended yet", accepted.run.id)
            if self._is_closing:
                return None
            await asyncio.sleep(FINISH_AGAIN_SECONDS)

    async def _record(self, accepted: Accepted) -> str:
        """Each write is a transaction, so what only leads up to the next event is written with it."""
        status = "completed"
        held: list[str] = []
        async for event in self._server.events(accepted.thread, accepted.caller, accepted.stream):
            if isinstance(event, ErrorEvent):
                status = "failed"
            if not isinstance(event, TOLD_ELSEWHERE):
                held.append(wire.encode(event))
            if held and not _leads_up(event):
                await self._log.append(accepted.thread.id, held)
                held = []
        if held:
            await self._log.append(accepted.thread.id, held)
        return status

    async def _finish(self, accepted: Accepted, status: str) -> None:
        run, owner = accepted.run, accepted.caller.user_id
        async with self._database.transaction() as session:
            if await ChatRepository(session, owner).finish_run(run.id, status, self._clock()):
                end = wire.run_finished(run.thread_id, run.id, status)
                await self._log.write(session, run.thread_id, [end])
                await self._log.write(session, owner, [end])


def _leads_up(event: ThreadStreamEvent) -> bool:
    """Whether another event follows at once."""
    match event:
        case ThreadItemAddedEvent(item=AssistantMessageItem()):
            return True
        case ThreadItemUpdatedEvent(update=AssistantMessageContentPartAdded()):
            return True
        case _:
            return False
