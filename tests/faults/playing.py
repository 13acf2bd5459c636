"""A turn with a fault in it: what was seen, what was kept, what was asked of the endpoint."""

import asyncio
import itertools
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from anyio import fail_after
from sqlalchemy import func, select

from taskchat.db.tables import ItemRow, ModelCallRow, RunRow, TaskRow
from taskchat.standin.server import Recorded
from tests.api.chat_client import Event, fold, message, text_of, thread_of, until_text
from tests.faults.cases import Case
from tests.faults.site import Person, Site

HANG_UP_SECONDS = 5.0

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page shows of a turn after all its events."""

    said: tuple[str, ...]
    status: str
    kind: str
    sentence: str
    remedies: tuple[str, ...]
    meanwhile: tuple[str, ...]
    notices: tuple[str, ...]

    @classmethod
    def of(cls, events: list[Event]) -> "Seen":
        items = [item for item in fold(events) if item["type"] == "assistant_message"]
        errors = [event["message"] for event in events if event["type"] == "error"]
        ended = [event for event in events if event["type"] == "run.finished"]
        error: dict[str, Any] = (ended[-1].get("error") if ended else None) or {}
        return cls(
            said=tuple(text_of(item) for item in items),
            status=ended[-1]["status"] if ended else "unfinished",
            kind=error.get("kind", ""),
            sentence="; ".join(errors),
            remedies=tuple(error.get("remedies", ())),
            meanwhile=tuple(e["text"] for e in events if e["type"] == "progress_update"),
            notices=tuple(e["message"] for e in events if e["type"] == "notice"),
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database holds after the turn; `tokens` of its last run are None where nobody counted.

    `reserved` are the calls of all its runs that nobody has settled, `requests` those that they paid for.
    """

    tasks: tuple[str, ...]
    status: str
    kind: str
    items: tuple[str, ...]
    empty_messages: int
    tokens: tuple[int, int] | None
    reserved: int
    requests: int


@dataclass(frozen=True, slots=True)
class Played:
    """`hang_up` is how many seconds after the click on Stop the endpoint was left."""

    seen: Seen
    kept: Kept
    requests: list[Recorded]
    then_seen: Seen
    seconds: float
    hang_up: float | None = None

    @property
    def refused(self) -> list[str]:
        return [request.refusal for request in self.requests if request.refusal]


@dataclass(slots=True)
class _Turn:
    """A message that bears a mark, by which the endpoint's requests are told apart."""

    site: Site
    person: Person
    case: Case
    mark: str
    events: list[Event] = field(default_factory=list[Event])
    hang_up: float | None = None

    async def play(self) -> None:
        asked = self._message(f"{self.case.words} [[fault:{self.case.fault}]]")
        if self.case.way == "stop":
            await self._stop(asked)
        else:
            await self._hear(asked)
        if self.case.way == "retry":
            await self._retry()

    async def say_next(self, thread_id: str) -> Seen:
        turn = _Turn(self.site, self.person, self.case, f"{self.mark}-next")
        await turn._hear(turn._message(self.case.then, thread_id))
        return Seen.of(turn.events)

    def _message(self, words: str, thread_id: str | None = None) -> Event:
        asked = message(f"{words} [[{self.mark}]]", thread_id)
        asked["params"]["input"]["inference_options"] = {"model": self.case.model}
        return asked

    async def _hear(self, asked: Event) -> None:
        async with self.person.chat.streaming(asked) as frames:
            self.events += [frame.event async for frame in frames]

    async def _stop(self, asked: Event) -> None:
        """As soon as the answer has begun, or the endpoint was asked for one that does not begin."""
        async with self.person.chat.streaming(asked) as frames, aclosing(frames):
            if self.case.said:
                self.events += [frame.event for frame in await until_text(frames)]
            else:
                self.events.append((await anext(frames)).event)
            request = await self.site.endpoint.request_with(f"[[{self.mark}]]")
            loop = asyncio.get_running_loop()
            clicked = loop.time()
            address = f"/api/chatkit/threads/{thread_of(self.events)}/stop"
            stopped = asyncio.ensure_future(self.person.chat.http.post(address))
            with fail_after(HANG_UP_SECONDS):
                await request.left.wait()
            self.hang_up = loop.time() - clicked
            assert (await stopped).status_code == 204
            self.events += [frame.event async for frame in frames]

    async def _retry(self) -> None:
        """The answer that failed is gone from the page."""
        asked = next(item for item in fold(self.events) if item["type"] == "user_message")
        params = {"thread_id": thread_of(self.events), "item_id": asked["id"]}
        await self._hear({"type": "threads.retry_after_item", "params": params})


async def play(site: Site, case: Case) -> Played:
    loop = asyncio.get_running_loop()
    mark = f"n{next(_numbers)}"
    async with site.person(mark) as person:
        began = loop.time()
        turn = _Turn(site, person, case, mark)
        await turn.play()
        seconds = loop.time() - began
        thread_id = thread_of(turn.events)
        kept = await _look(site, person, thread_id)
        then_seen = await turn.say_next(thread_id)
        return Played(
            seen=Seen.of(turn.events),
            kept=kept,
            requests=site.endpoint.requests_with(f"[[{mark}]]"),
            then_seen=then_seen,
            seconds=seconds,
            hang_up=turn.hang_up,
        )


async def _look(site: Site, person: Person, thread_id: str) -> Kept:
    run, task, call = RunRow, TaskRow, ModelCallRow
    mine = (task.owner_id == person.id, task.deleted_at.is_(None))
    async with site.database.reading() as session:
        titles = await session.scalars(select(task.title).where(*mine).order_by(task.number))
        of_thread = select(run.id, run.status, run.error).where(run.thread_id == thread_id)
        run_id, status, error = (
            await session.execute(of_thread.order_by(run.created_at.desc()).limit(1))
        ).one()
        items = select(ItemRow.data).where(ItemRow.thread_id == thread_id)
        stored = list(await session.scalars(items.order_by(ItemRow.sequence)))
        sums = (func.count(), func.sum(call.prompt), func.sum(call.output))
        count, prompt, output = (
            await session.execute(select(*sums).where(call.run_id == run_id))
        ).one()
        of_calls = select(call.status, call.requests).where(call.thread_id == thread_id)
        calls = [(status, made) for status, made in await session.execute(of_calls)]
    return Kept(
        tasks=tuple(titles),
        status=status,
        kind=(error or {}).get("kind", ""),
        items=tuple(item["type"] for item in stored),
        empty_messages=sum(_is_empty(item) for item in stored),
        tokens=(prompt, output) if count else None,
        reserved=sum(status == "reserved" for status, _ in calls),
        requests=sum(made for _, made in calls),
    )


def _is_empty(item: dict[str, Any]) -> bool:
    return item["type"] == "assistant_message" and not text_of(item).strip()
