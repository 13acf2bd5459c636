"""The one way to somebody's tasks."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime

from taskchat.db.engine import Database, Transaction
from taskchat.streams.log import EventLog
from taskchat.tasks.owner import Owner
from taskchat.tasks.parts import Parts
from taskchat.tasks.service import Tasks

type Clock = Callable[[], datetime]


class TaskTransactions:
    """Every transport begins here."""

    def __init__(
        self,
        database: Database,
        log: EventLog,
        clock: Clock,
        *,
        nudge: Callable[[], None] = lambda: None,
    ) -> None:
        """`nudge` is called whenever something may be due sooner than it was."""
        self._database = database
        self._log = log
        self._clock = clock
        self._nudge = nudge

    @asynccontextmanager
    async def begin(self, owner: Owner) -> AsyncGenerator[Tasks]:
        """Entering begins a transaction, leaving commits it."""
        async with self._database.transaction() as session:
            yield self.join(session, owner)

    @asynccontextmanager
    async def read(self, owner: Owner) -> AsyncGenerator[Tasks]:
        """For commands that write nothing: they wait for no writer."""
        async with self._database.reading() as session:
            yield self.join(session, owner)

    @asynccontextmanager
    async def snapshot(self, owner: Owner) -> AsyncGenerator[Tasks]:
        """For commands that read much, all of it as it is at one moment."""
        async with self._database.snapshot() as session:
            yield self.join(session, owner)

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """For what has to happen together with a change of tasks; see `join`."""
        return self._database.transaction()

    def join(self, session: Transaction, owner: Owner) -> Tasks:
        """Tasks within a transaction that somebody else commits."""
        now = self._clock().astimezone(UTC)
        parts = Parts(
            session,
            owner,
            now,
            publish=lambda payloads: self._log.write(session, owner.id, payloads),
            nudge=self._nudge,
        )
        return Tasks(parts, now)
