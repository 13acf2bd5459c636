"""Clients that follow a conversation through every fault: they reconnect by themselves and keep all they were sent."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from tests.torture.cursors import order
from tests.torture.wire import Block, Cut, Reply, asking

AGAIN_SECONDS = 0.1
MEND_SECONDS = 1.0
IDLE_SECONDS = 20.0  # more than the servers' heartbeat

type Seen = list[tuple[str, str]]


def canonical(event: Any) -> str:
    """An event arrives by itself or within another one, which may change its blanks but nothing else."""
    return json.dumps(event, sort_keys=True, ensure_ascii=False)


@dataclass(kw_only=True)
class Connection:
    """Where a follower is connected; it moves on to the next server when one fails."""

    urls: Sequence[str]
    cookie: str
    at: int = 0
    query: str = ""
    idle_seconds: float = IDLE_SECONDS
    drop_after: Callable[[], int] | None = None
    forgiven: frozenset[int] = frozenset({204, 503})
    strange: list[str] = field(default_factory=list[str])
    retries: list[str] = field(default_factory=list[str])
    times: int = 0

    @property
    def url(self) -> str:
        return self.urls[self.at % len(self.urls)]

    async def blocks(self, path: str, cursor: str | None) -> AsyncGenerator[Block]:
        """What one connection brings until it ends, by itself, by a fault or by being dropped."""
        self.times += 1
        left = self.drop_after() if self.drop_after else -1
        headers = {"Cookie": self.cookie, "Accept": "text/event-stream"}
        if cursor is not None:
            headers["Last-Event-ID"] = cursor
        try:
            async with (
                asking(self.url, f"{path}{self.query}", headers) as reply,
                aclosing(self._events(reply)) as blocks,
            ):
                async for block in blocks:
                    yield block
                    left -= 1
                    if not left:
                        return
        except Cut:
            self.at += 1

    async def _events(self, reply: Reply) -> AsyncGenerator[Block]:
        if reply.status != 200:
            if reply.status not in self.forgiven:
                self.strange.append(f"{reply.status} {await reply.body()!r}")
            return
        async with aclosing(_not_idle(reply.blocks(), self.idle_seconds)) as blocks:
            async for block in blocks:
                if block.retry:
                    self.retries.append(block.retry)
                if block.data is not None:
                    yield block


@dataclass(kw_only=True)
class ThreadFollower:
    """Follows one conversation until all of `awaited`, ids of runs, have ended."""

    connection: Connection
    thread_id: str
    awaited: set[str]
    ended: set[str] = field(default_factory=set[str])
    over: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    after: str = "0"
    seen: Seen = field(default_factory=list[tuple[str, str]])
    resyncs: int = 0
    times: dict[str, float] = field(default_factory=dict[str, float])

    async def follow(self) -> None:
        path = f"/api/chatkit/threads/{self.thread_id}/stream"
        while self.awaited:
            async with aclosing(self.connection.blocks(path, self.after)) as blocks:
                async for block in blocks:
                    self.take(block.id or "", block.data or "")
                    if not self.awaited:
                        return
            await asyncio.sleep(AGAIN_SECONDS)

    async def saw(self, events: int) -> None:
        """Returns when so many have come, or all that will."""
        while self.awaited and len(self.seen) < events:
            self.news.clear()
            await self.news.wait()

    def take(self, cursor: str, payload: str) -> None:
        self.news.set()
        event: dict[str, Any] = json.loads(payload)
        self.after = cursor
        if event["type"] == "resync":
            self.resyncs += 1
            return
        self.seen.append((cursor, canonical(event)))
        self.times[event["type"]] = time.monotonic()
        if event["type"] == "run.finished":
            self.awaited.discard(event["run_id"])
            self.ended.add(event["run_id"])
            self.over.set()


@dataclass(kw_only=True)
class PersonFollower:
    """Follows everything of one person's over one connection, the running answers included."""

    connection: Connection
    after: str | None = None
    seen: Seen = field(default_factory=list[tuple[str, str]])
    broken: list[str] = field(default_factory=list[str])
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    _threads: dict[str, ThreadFollower] = field(default_factory=dict[str, ThreadFollower])
    _mending: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    async def follow(self) -> None:
        """Until it is cancelled."""
        try:
            while True:
                events = self.connection.blocks("/api/events?answers=1", self.after)
                async with aclosing(events) as blocks:
                    async for block in blocks:
                        self._take(block)
                for thread in self._threads.values():
                    self._mend(thread, 0.0)
                await asyncio.sleep(AGAIN_SECONDS)
        finally:
            for task in self._mending:
                task.cancel()

    def thread(self, thread_id: str, *awaited: str) -> ThreadFollower:
        """What it knows of a conversation; it may have heard of it before the one who asks."""
        thread = self._threads.setdefault(
            thread_id,
            ThreadFollower(connection=self.connection, thread_id=thread_id, awaited=set()),
        )
        thread.awaited |= set(awaited) - thread.ended
        return thread

    def _take(self, block: Block) -> None:
        event: dict[str, Any] = json.loads(block.data or "")
        if event["type"] == "thread.event":
            self._take_answer(event)
            return
        self.after = block.id or self.after
        if event["type"] in ("ready", "resync"):
            self.ready.set()
            return
        self.seen.append((block.id or "", canonical(event)))
        if event["type"] == "run.finished":
            thread = self.thread(event["thread_id"])
            if event["run_id"] not in thread.ended:
                thread.awaited.add(event["run_id"])
                self._mend(thread, MEND_SECONDS)

    def _take_answer(self, event: dict[str, Any]) -> None:
        """After a reconnect the running answer comes from its start again; what is known is passed over."""
        thread = self.thread(event["thread_id"])
        if order(event["cursor"]) <= order(thread.after):
            return
        if event["previous"] != thread.after:
            place = f"{event['previous']} → {event['cursor']}"
            self.broken.append(f"{thread.thread_id}: at {thread.after} came {place}")
            self._mend(thread, 0.0)
            return
        thread.take(event["cursor"], canonical(event["event"]))

    def _mend(self, thread: ThreadFollower, seconds: float) -> None:
        """An answer may end while this one is away; then the conversation itself is asked for the rest."""
        if thread.awaited:
            task = asyncio.create_task(self._catch_up(thread, seconds))
            self._mending.add(task)
            task.add_done_callback(self._mending.discard)

    async def _catch_up(self, thread: ThreadFollower, seconds: float) -> None:
        await asyncio.sleep(seconds)
        if not thread.awaited:
            return
        path = f"/api/chatkit/threads/{thread.thread_id}/stream"
        async with aclosing(self.connection.blocks(path, thread.after)) as blocks:
            async for block in blocks:
                if order(block.id or "0") > order(thread.after):
                    thread.take(block.id or "", block.data or "")


async def _not_idle(blocks: AsyncGenerator[Block], seconds: float) -> AsyncGenerator[Block]:
    """Raises Cut when nothing came for too long: the other side may be frozen."""
    async with aclosing(blocks):
        while True:
            try:
                async with asyncio.timeout(seconds):
                    block = await anext(blocks, None)
            except TimeoutError as error:
                raise Cut from error
            if block is None:
                return
            yield block
