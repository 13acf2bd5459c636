"""Redis Streams carry facts and deltas to every process. SQL keeps the facts: without Redis, followers wait longer."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, override

from taskchat.db.engine import Database
from taskchat.streams import rows
from taskchat.streams.cursor import Cursor
from taskchat.streams.delivery import Delivery, new_sender
from taskchat.streams.fences import Fence, FenceLost
from taskchat.streams.redis.link import Command, Link, Unreachable
from taskchat.streams.redis.scripts import ADD_DELTAS, ADD_FACTS
from taskchat.streams.redis.subscriber import BELLS_CHANNEL, STREAM_CHANNEL, Subscriber
from taskchat.streams.tail import Entry

STREAM_KEY = "taskchat:stream:"
FENCE_KEY = "taskchat:fence:"
KEPT_ENTRIES = 5000
KEPT_SECONDS = 24 * 60 * 60
KNOWN_STREAMS = 10_000
NOBODY = "-"

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Job:
    """`answered` gets what Redis says, or None when it was not told."""

    command: Command
    answered: Callable[[Any], None]


class RedisDelivery(Delivery):
    """What is sent goes out in the order in which it was given, as much at once as has gathered."""

    def __init__(self, database: Database, url: str) -> None:
        super().__init__(database)
        self._me = new_sender()
        self._link = Link(url, self.missed.set)
        self._subscriber = Subscriber(
            url, self._me, self.tails, rung=super().ring, missed=self.missed
        )
        self._jobs: list[Job] = []
        self._sending: asyncio.Task[None] | None = None
        self._known: dict[str, Cursor] = {}

    @override
    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[None]:
        listening = asyncio.create_task(self._subscriber.listen(), name="listen to Redis")
        try:
            yield
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            if self._sending:
                await asyncio.gather(self._sending, return_exceptions=True)
            await self._link.close()

    @override
    async def watched(self, stream_id: str) -> None:
        await self._subscriber.hears(stream_id)

    @override
    def told(self, stream_id: str, facts: Sequence[Entry]) -> None:
        def answered(previous: str | None) -> None:
            if previous:
                self.tails.publish(stream_id, Cursor.parse(previous), facts)
            else:  # Redis is away, or somebody else has told them
                self.tails.hear(stream_id, facts[-1].cursor.fact)

        self._know(stream_id, facts[-1].cursor)
        self._put(Job(_adding(self._me, stream_id, facts), answered))

    @override
    async def write_deltas(self, fence: Fence, stream_id: str, payloads: Sequence[str]) -> None:
        """They are lost when Redis cannot be reached: what matters of them comes as facts."""
        if not payloads:
            return
        answer = await self._add_deltas(fence, stream_id, payloads)
        if answer == "unknown":
            async with self.database.reading() as session:
                self._know(stream_id, Cursor((await rows.bounds(session, stream_id)).head))
            answer = await self._add_deltas(fence, stream_id, payloads)
        if answer == "lost":
            raise FenceLost(fence.run_id)

    @override
    async def fence_off(self, fence: Fence) -> None:
        await self._add_deltas(fence, "", [])

    @override
    async def read(self, stream_id: str, after: Cursor, limit: int) -> list[Entry]:
        facts = await super().read(stream_id, after, limit)
        newer = f"({after.fact}-{after.delta}"
        key = STREAM_KEY + stream_id
        commands: list[Command] = [("XRANGE", key, newer, "+", "COUNT", limit)]
        if facts and len(facts) < limit:
            # What was committed may be on its way to Redis, and deltas must not come before it then.
            commands.insert(0, _adding(NOBODY, stream_id, facts[-1:]))
        try:
            found = (await self._link.send(commands))[-1]
        except Unreachable:
            return facts
        if isinstance(found, Exception):
            return facts
        told = [Entry(Cursor.parse(place), fields["d"]) for place, fields in found]
        return merged(after, facts, told, limit)

    @override
    def ring(self, name: str) -> None:
        super().ring(name)
        self._put(Job(("PUBLISH", BELLS_CHANNEL, f"{self._me}\n{name}"), lambda _: None))

    async def _add_deltas(
        self, fence: Fence, stream_id: str, payloads: Sequence[str]
    ) -> str | None:
        """Redis's answer, once followers here are told; None when it was not reached."""
        done: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()

        def answered(answer: str | None) -> None:
            if answer and answer[0].isdigit():
                place = Cursor.parse(answer)
                numbers = range(place.delta + 1, place.delta + 1 + len(payloads))
                cursors = (Cursor(place.fact, number) for number in numbers)
                entries = [Entry(*pair) for pair in zip(cursors, payloads, strict=True)]
                self._know(stream_id, entries[-1].cursor)
                self.tails.publish(stream_id, place, entries)
            if not done.done():
                done.set_result(answer)

        known = self._known.get(stream_id, Cursor(-1))
        keys = [STREAM_KEY + stream_id, FENCE_KEY + fence.run_id]
        script = _script(ADD_DELTAS, keys, self._me, stream_id)
        self._put(Job((*script, fence.attempt, *known, *payloads), answered))
        return await done

    def _know(self, stream_id: str, cursor: Cursor) -> None:
        """Redis may forget; what comes next must not come before this."""
        known = self._known.pop(stream_id, cursor)
        self._known[stream_id] = max(known, cursor)
        if len(self._known) > KNOWN_STREAMS:
            del self._known[next(iter(self._known))]

    def _put(self, job: Job) -> None:
        self._jobs.append(job)
        if self._sending is None:
            self._sending = asyncio.create_task(self._send_all())

    async def _send_all(self) -> None:
        try:
            while self._jobs:
                jobs, self._jobs = self._jobs, []
                for job, answer in zip(jobs, await self._send(jobs), strict=True):
                    job.answered(answer)
        finally:
            self._sending = None

    async def _send(self, jobs: Sequence[Job]) -> list[Any]:
        try:
            answers = await self._link.send([job.command for job in jobs])
        except Unreachable:
            return [None] * len(jobs)
        except Exception:  # whoever waits for an answer must get one
            logger.exception("Redis cannot be told")
            return [None] * len(jobs)
        for refusal in (answer for answer in answers if isinstance(answer, Exception)):
            logger.warning("Redis refuses: %s", refusal)
        return [None if isinstance(answer, Exception) else answer for answer in answers]


def merged(after: Cursor, facts: Sequence[Entry], told: Sequence[Entry], limit: int) -> list[Entry]:
    """What SQL and Redis have after a cursor, as far as both were read and no fact is missing."""
    entries = {entry.cursor: entry for entry in (*told, *facts)}
    ends = [found[-1].cursor for found in (facts, told) if len(found) >= limit]
    end = min(ends, default=None)
    newest = facts[-1].cursor.fact if facts else after.fact
    together: list[Entry] = []
    for cursor in sorted(entries):
        if (end and cursor > end) or cursor.fact > newest + 1:
            break
        newest = max(newest, cursor.fact)
        together.append(entries[cursor])
    return together


def _adding(sender: str, stream_id: str, facts: Sequence[Entry]) -> Command:
    script = _script(ADD_FACTS, [STREAM_KEY + stream_id], sender, stream_id)
    return (*script, facts[0].cursor.fact, *(fact.payload for fact in facts))


def _script(lua: str, keys: Sequence[str], sender: str, stream_id: str) -> Command:
    channel = STREAM_CHANNEL + stream_id
    return ("EVAL", lua, len(keys), *keys, channel, sender, KEPT_ENTRIES, KEPT_SECONDS)
