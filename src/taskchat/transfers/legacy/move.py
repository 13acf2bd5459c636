"""Moving house: everybody with all they had in the earlier system, as often as one likes."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from taskchat.accounts.adoption import adopt, find
from taskchat.accounts.emails import normalise_email
from taskchat.accounts.principal import Principal
from taskchat.chat.past import PastConversations
from taskchat.db.engine import Database
from taskchat.domain.actor import Actor, ActorKind
from taskchat.domain.errors import Invalid
from taskchat.domain.ids import new_id
from taskchat.domain.task import UserId
from taskchat.interchange.record import Problem
from taskchat.streams.log import EventLog
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions
from taskchat.transfers.legacy.conversations import past_conversation
from taskchat.transfers.legacy.database import LegacyDatabase, open_legacy
from taskchat.transfers.legacy.rows import LegacyConversation, LegacyUser
from taskchat.transfers.legacy.tally import Fate, TableCount, Tally

SOURCE = "legacy"


class Move:
    """One transaction for each person's tasks and for each conversation. A dry run only counts.

    `timezone` is for accounts that are new here, since the earlier system knew none.
    """

    def __init__(
        self,
        legacy: LegacyDatabase,
        database: Database,
        log: EventLog,
        clock: Callable[[], datetime],
        *,
        timezone: str,
        dry_run: bool,
        progress: Callable[[str], None],
    ) -> None:
        self._legacy = legacy
        self._database = database
        self._log = log
        self._clock = clock
        self._tasks = TaskTransactions(database, log, clock)
        self._timezone = timezone
        self._dry_run = dry_run
        self._progress = progress
        self._tally = Tally()

    async def run(self) -> Tally:
        async for user in self._legacy.users():
            if isinstance(user, Problem):
                self._tally.note(user)
            else:
                await self._move(user)
        for table, count in (await self._legacy.strays()).items():
            self._tally.tell([(table, f"{count:,} rows belong to no account.")])
            self._tally.count(table, Fate.LEFT_OUT, count)
        return self._tally

    async def _move(self, user: LegacyUser) -> None:
        try:
            email = normalise_email(user.email)
        except Invalid as refusal:
            self._tally.note(Problem(f"users {user.id}", str(refusal)))
            await self._leave_out(user)
            return
        self._progress(email)
        owner = await self._account(user, email)
        await self._move_tasks(user, owner)
        async for found in self._legacy.conversations(user.id):
            if isinstance(found, Problem):
                self._tally.note(found)
            else:
                await self._move_conversation(found, owner)

    async def _account(self, user: LegacyUser, email: str) -> Owner:
        person = await find(self._database, email)
        self._tally.count("users", Fate.KNOWN if person else Fate.BROUGHT)
        if person is None and self._dry_run:
            actor = Actor(ActorKind.PERSON, email)
            return Owner(UserId(new_id("usr")), self._timezone, actor)
        return _owner(
            person
            or await adopt(
                self._database,
                email=email,
                password_hash=user.password_hash,
                timezone=self._timezone,
                created_at=user.created_at or self._clock(),
            )
        )

    async def _move_tasks(self, user: LegacyUser, owner: Owner) -> None:
        reads = [read async for read in self._legacy.tasks(user.id, owner.timezone)]
        begin = self._tasks.read if self._dry_run else self._tasks.begin
        async with begin(owner) as tasks:
            brought = await tasks.bring_in(SOURCE, reads, dry_run=self._dry_run)
        self._tally.count("tasks", Fate.BROUGHT, brought.created + brought.restored)
        self._tally.count("tasks", Fate.KNOWN, brought.skipped)
        self._tally.count("tasks", Fate.LEFT_OUT, brought.left_out)
        self._tally.tell([(told.place, told.reason) for told in brought.problems])
        self._tally.problem_count += brought.problem_count - len(brought.problems)

    async def _move_conversation(self, found: LegacyConversation, owner: Owner) -> None:
        past = past_conversation(found, self._clock())
        async with self._conversations(owner) as conversations:
            if self._dry_run:
                kept = await conversations.look(past)
            else:
                kept = await conversations.keep(past)
        if found.table != "message":
            self._tally.count(found.table, Fate.BROUGHT if kept.is_new else Fate.KNOWN)
        self._tally.count("message", Fate.BROUGHT, kept.messages)
        self._tally.count("message", Fate.KNOWN, len(past.messages) - kept.messages)

    @asynccontextmanager
    async def _conversations(self, owner: Owner) -> AsyncGenerator[PastConversations]:
        begin = self._database.reading if self._dry_run else self._database.transaction
        async with begin() as session:
            yield PastConversations(session, self._log, owner.id)

    async def _leave_out(self, user: LegacyUser) -> None:
        """All that belongs to somebody who cannot have an account."""
        tasks = [each async for each in self._legacy.tasks(user.id, self._timezone)]
        owned = sum(not isinstance(each, Problem) or each.is_fatal for each in tasks)
        self._tally.count("tasks", Fate.LEFT_OUT, owned)
        async for found in self._legacy.conversations(user.id):
            if isinstance(found, Problem):
                self._tally.note(found)
                continue
            if found.table != "message":
                self._tally.count(found.table, Fate.LEFT_OUT)
            self._tally.count("message", Fate.LEFT_OUT, len(found.messages))


def _owner(person: Principal) -> Owner:
    return Owner(person.account_id, person.timezone, person.actor)


async def move(
    url: str,
    database: Database,
    clock: Callable[[], datetime],
    *,
    timezone: str,
    dry_run: bool,
    progress: Callable[[str], None],
) -> tuple[list[TableCount], Tally]:
    """From the earlier system's database at `url`, to which nothing is written; counts are by table."""
    async with open_legacy(url) as legacy:
        moving = Move(
            legacy,
            database,
            EventLog(database),
            clock,
            timezone=timezone,
            dry_run=dry_run,
            progress=progress,
        )
        tally = await moving.run()
        return tally.compared(legacy.counts), tally
