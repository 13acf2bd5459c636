"""Answers in the making: carried on without a connection, followed through the log."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Any

from chatkit.types import ThreadsAddUserMessageReq, ThreadsCreateReq

from taskchat.chat import wire
from taskchat.chat.books import Books
from taskchat.chat.caller import Caller
from taskchat.chat.repository import ChatRepository
from taskchat.chat.requests import Starting
from taskchat.chat.runs.acceptance import Acceptance, Accepted, Policy
from taskchat.chat.runs.repository import Holding, RunRepository
from taskchat.chat.runs.run import RequestKey, Run
from taskchat.chat.runs.supervisor import BELL, Supervisor
from taskchat.chat.runs.work import Work
from taskchat.chat.server import TaskChatServer
from taskchat.db.engine import Database, after_commit
from taskchat.db.statements import Link
from taskchat.db.tables import RunRow
from taskchat.domain.errors import Conflict, NotFound
from taskchat.domain.ids import new_id
from taskchat.domain.task import UserId
from taskchat.metrics import Metrics
from taskchat.streams.cursor import Cursor
from taskchat.streams.log import EventLog
from taskchat.usage.ledger import Totals, totals_by_run
from taskchat.usage.limits import Limits
from taskchat.usage.prices import Prices


class Runs:
    def __init__(
        self,
        database: Database,
        log: EventLog,
        server: TaskChatServer,
        *,
        limits: Limits,
        prices: Prices,
        metrics: Metrics,
        lease_seconds: float,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._log = log
        self._server = server
        self._clock = clock
        holding = Holding(new_id("prc"), lease_seconds)
        books = Books(database, log, limits, prices, metrics, clock)
        self._policy = Policy(books, holding)
        self._supervisor = Supervisor(Work(database, log, server, holding, books))

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[None]:
        """Carries runs on for as long as the block lasts."""
        async with self._supervisor.serving():
            yield

    async def start(self, request: Starting, caller: Caller, key: RequestKey | None) -> Run:
        """Takes the request on for good, or raises a DomainError having changed nothing.

        A request that comes again with its idempotency key gets the run that it began the first time.
        """
        if key and (known := await self._accepted_before(caller, key)):
            return known
        try:
            return await self._accept(request, caller, key)
        except Conflict:
            # The same request, sent twice at once: the other one was first.
            if key and (known := await self._accepted_before(caller, key)):
                return known
            raise

    async def _accepted_before(self, caller: Caller, key: RequestKey) -> Run | None:
        async with self._database.reading() as session:
            row = await RunRepository(session).accepted(caller.user_id, key.key)
        if row is None:
            return None
        if row.fingerprint != key.fingerprint:
            message = "This Idempotency-Key was used for another request."
            raise Conflict(message, code="idempotency_key_reused")
        return Run(row.run_id, row.thread_id, caller.user_id, row.start)

    async def _accept(self, request: Starting, caller: Caller, key: RequestKey | None) -> Run:
        async def accept(link: Link) -> Accepted:
            acceptance = Acceptance(
                link, self._log, self._server, caller, policy=self._policy, now=self._clock()
            )
            accepted = await acceptance.accept(request, key)
            # With the commit: a request that is cancelled meanwhile leaves no run that nobody works on.
            after_commit(link, partial(self._begin, accepted, caller))
            return accepted

        if isinstance(request, ThreadsCreateReq | ThreadsAddUserMessageReq):
            accepted = await self._database.transact(accept)
        else:
            async with self._database.transaction() as session:
                accepted = await accept(session)
        return accepted.run

    def _begin(self, accepted: Accepted, caller: Caller) -> None:
        if accepted.message:
            self._supervisor.take_on(
                accepted.run, caller, accepted.thread, accepted.message, accepted.reserved
            )

    async def running(self, thread_id: str, caller: Caller) -> Run | None:
        """Raises NotFound for a thread that is not the caller's."""
        async with self._database.reading() as session:
            await ChatRepository(session, caller.user_id).thread(thread_id)
            row = await RunRepository(session).running(thread_id)
        return Run.of(row) if row else None

    async def running_threads(self, user_id: UserId) -> list[tuple[str, int]]:
        """The person's conversations with a running answer, and the cursors before those began."""
        async with self._database.reading() as session:
            rows = await RunRepository(session).running_of(user_id)
        return [(row.thread_id, row.start) for row in rows]

    async def queue(self, thread_id: str, caller: Caller) -> Sequence[tuple[str, dict[str, Any]]]:
        """The runs that wait, and their messages, in the order in which they will begin."""
        async with self._database.reading() as session:
            await ChatRepository(session, caller.user_id).thread(thread_id)
            rows = await RunRepository(session).queued(thread_id)
        return [(row.id, row.message) for row in rows]

    async def turns(self, thread_id: str, caller: Caller) -> Sequence[tuple[RunRow, Totals | None]]:
        """The answers of a conversation that have ended, oldest first, also those that were tried again.

        With what they came to, where a model was paid for.
        """
        async with self._database.reading() as session:
            await ChatRepository(session, caller.user_id).thread(thread_id)
            rows = await RunRepository(session).answered(thread_id)
            totals = await totals_by_run(session, caller.user_id, thread_id)
        return [(row, totals.get(row.id)) for row in rows]

    async def withdraw(self, thread_id: str, run_id: str, caller: Caller) -> None:
        """Takes back a message that waits; raises Conflict when it waits no more, harmless when repeated."""
        async with self._database.transaction() as session:
            await ChatRepository(session, caller.user_id).lock_thread(thread_id)
            runs = RunRepository(session)
            row = await runs.find(caller.user_id, run_id)
            if row is None or row.thread_id != thread_id:
                raise NotFound("There is no such message.", code="message_not_found")
            if row.status == "withdrawn":
                return
            if not await runs.withdraw(run_id, self._clock()):
                message = "The assistant has begun to answer this message."
                raise Conflict(message, code="already_started")
            await self._log.write(session, thread_id, [wire.run_withdrawn(thread_id, run_id)])

    async def stop(self, thread_id: str, caller: Caller, run_id: str | None = None) -> None:
        """Returns when the thread's run has ended; harmless when there is none, or not the one that was meant."""
        run = await self.running(thread_id, caller)
        if run and run_id in (None, run.id):
            await self._stop(run)

    async def leave(self, run: Run, caller: Caller) -> None:
        """Ends a run whose only reader left: one that waits is withdrawn."""
        with suppress(NotFound):  # the thread may have been deleted meanwhile
            if run.is_queued:
                with suppress(Conflict):
                    await self.withdraw(run.thread_id, run.id, caller)
            await self.stop(run.thread_id, caller, run.id)

    async def _stop(self, run: Run) -> None:
        ending = self._supervisor.stop(run.id)  # at once; what follows is for other processes
        async with self._database.transaction() as session:
            await RunRepository(session).request_stop(run.id)
        if ending:
            await asyncio.wait([ending])
        else:
            self._log.ring(BELL)
            await self._wait_for_end(run)

    async def _wait_for_end(self, run: Run) -> None:
        """At most for the time in which its process is sure to hear of it, or to be found dead."""
        with suppress(TimeoutError):
            async with asyncio.timeout(2 * self._policy.holding.seconds):
                async with aclosing(self._log.follow(run.thread_id, Cursor(run.start))) as entries:
                    async for entry in entries:
                        if entry and wire.ends_run(entry.payload, run.id):
                            return
