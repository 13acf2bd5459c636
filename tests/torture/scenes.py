"""Answers in the making, three followers each, from the first message to the verdict."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from tests.torture.followers import IDLE_SECONDS, Connection, PersonFollower, ThreadFollower
from tests.torture.people import Begun, Person
from tests.torture.sites import Site
from tests.torture.verdict import Case, count_repeated, judge

SCENE_SECONDS = 90.0
MOST_BEFORE_DROP = 40
AGAIN = 0.3  # of all posts are sent twice


@dataclass
class Watch:
    """A conversation, what was asked in it, and the three who follow it: one to the end, one that drops
    its connection again and again, and one that follows everything of the person's."""

    begun: list[Begun]
    followers: list[ThreadFollower]

    @property
    def thread_id(self) -> str:
        return self.begun[0].thread_id

    @property
    def steady(self) -> ThreadFollower:
        return self.followers[0]

    def awaits(self, begun: Begun) -> None:
        self.begun.append(begun)
        for follower in self.followers:
            follower.awaited |= {begun.run_id} - follower.ended


class Scene:
    """`idle_seconds` is how long followers wait for a sign of life before they connect anew."""

    def __init__(self, here: Site, person: Person, *, idle_seconds: float = IDLE_SECONDS) -> None:
        self._here = here
        self._person = person
        self._idle_seconds = idle_seconds
        self._connections: list[Connection] = []
        self._over_person = PersonFollower(connection=self._connect(0))
        self._following: set[asyncio.Task[None]] = set()
        self.watches: list[Watch] = []

    async def __aenter__(self) -> Self:
        self._start(self._over_person.follow())
        await self._over_person.ready.wait()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in self._following:
            task.cancel()
        await asyncio.gather(*self._following, return_exceptions=True)

    def forgive(self, status: int) -> None:
        """Followers may be answered like that from now on."""
        for connection in self._connections:
            connection.forgiven |= {status}

    async def begin(self, *, posts: int = 0) -> Watch:
        """`posts` is how often the message is sent at once; 0 leaves it to chance, one after the other."""
        title, key = uuid4().hex, uuid4().hex
        again = posts or 1 + (self._here.chance.random() < AGAIN)
        saying = [self._person.say(title, key=key) for _ in range(again)]
        began = await asyncio.gather(*saying) if posts else [await one for one in saying]
        for other in set(began) - {began[0]}:
            self._here.tally.users_wrong += 1
            self._here.tally.blame(f"{began[0]} came back as {other}")
        watch = self._watch(began[0])
        self.watches.append(watch)
        return watch

    async def add(self, watch: Watch) -> Begun:
        """Another message in the same conversation."""
        begun = await self._person.say(uuid4().hex, watch.thread_id)
        watch.awaits(begun)
        return begun

    async def ends(self, seconds: float = SCENE_SECONDS) -> None:
        """All answers are over, for all who follow them; blames whatever is not."""
        followers = [follower for watch in self.watches for follower in watch.followers]
        try:
            async with asyncio.timeout(seconds):
                for follower in followers:
                    while follower.awaited:
                        follower.over.clear()
                        await follower.over.wait()
        except TimeoutError:
            late = {run_id for follower in followers for run_id in follower.awaited}
            self._here.tally.blame(f"not over after {seconds:.0f} s: {sorted(late)}")

    async def judge(self, *statuses: str, pieces_lost: bool = False) -> None:
        """Adds to the site's tally; `statuses` are ways to end that are right besides completion."""
        tally, turns = self._here.tally, await self._here.model.turns()
        for watch in self.watches:
            seen = [follower.seen for follower in watch.followers]
            right = ("completed", *statuses)
            case = Case(
                self._person, watch.thread_id, watch.begun, seen, right, pieces_lost=pieces_lost
            )
            await judge(self._here.backend, case, tally)
            tally.turns_repeated += count_repeated(turns, watch.begun)
            for follower in watch.followers:
                tally.collect(follower.connection.strange)
                if follower.resyncs:
                    tally.blame(f"{watch.thread_id}: {follower.resyncs} resyncs")
        tally.collect(self._over_person.broken)
        tally.collect(self._person.strange)

    def _watch(self, begun: Begun) -> Watch:
        chance = self._here.chance
        steady = self._follower(begun, self._connect(0))
        dropping = self._follower(
            begun, self._connect(1, lambda: chance.randint(1, MOST_BEFORE_DROP))
        )
        third = self._over_person.thread(begun.thread_id, begun.run_id)
        for follower in (steady, dropping):
            self._start(follower.follow())
        return Watch([begun], [steady, dropping, third])

    def _follower(self, begun: Begun, connection: Connection) -> ThreadFollower:
        return ThreadFollower(
            connection=connection, thread_id=begun.thread_id, awaited={begun.run_id}
        )

    def _connect(self, at: int, drop_after: Callable[[], int] | None = None) -> Connection:
        connection = Connection(
            urls=self._here.urls,
            cookie=self._person.cookie,
            at=at,
            idle_seconds=self._idle_seconds,
            drop_after=drop_after,
        )
        self._connections.append(connection)
        return connection

    def _start(self, following: Coroutine[Any, Any, None]) -> None:
        self._following.add(asyncio.create_task(following))
