"""One answer read over connections that are cut anywhere, by our own client and by those of others."""

import asyncio
import json
import os
import random
import shutil
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from anyio import fail_after
from httpx_sse import aconnect_sse

from taskchat.app import create_app
from taskchat.settings import Settings
from taskchat.standin.server import StandIn
from taskchat.standin.wire import DONE, Pause, chunk, stream, text
from tests.api.serving import running
from tests.conformance.cutting_proxy import Budget, cutting
from tests.conformance.node import run_node
from tests.torture.followers import Connection, Seen, ThreadFollower, canonical
from tests.torture.people import Person

pytestmark = pytest.mark.anyio

SECONDS = 120
AT_ONCE = 40
WORDS = ("Grüße ", "aus 北京 ", "und Ελλάδα: ", "🎉👩‍👩‍👧 ", "naïve\u2028Zeilen\u0085 ", "ende ✓")
EVERYTHING = os.environ.get("CONFORMANCE") == "all"
STRIDE = 1 if EVERYTHING else 17
SOME = slice(None, None, 1 if EVERYTHING else 4)  # the package waits three seconds after each cut


@dataclass(frozen=True)
class Answer:
    """An answer that is over; `raw` are the bytes of the reply that brings all of it."""

    url: str
    cookie: str
    thread_id: str
    run_id: str
    events: Seen
    raw: bytes

    @property
    def path(self) -> str:
        return f"/api/chatkit/threads/{self.thread_id}/stream"

    def cuts(self, stride: int) -> list[int]:
        """Every edge of an event, every byte of a character that has several, and some of the rest.

        Not what comes after the last event: nobody waits for that.
        """
        last = self.raw.rindex(b"\n\n") + 1
        edges = {at + 2 for at in range(len(self.raw)) if self.raw[at : at + 2] == b"\n\n"}
        inside = {at for at, byte in enumerate(self.raw) if byte & 0x80}
        rest = range(1, len(self.raw), stride)
        return sorted(at for at in edges | inside | set(rest) if at <= last)


@pytest.fixture
async def answer(sqlite_template: Path, tmp_path: Path) -> AsyncGenerator[Answer]:
    path = shutil.copy(sqlite_template, tmp_path / "taskchat.db")
    end = chunk(delta={"role": "assistant"}, finish_reason="stop")
    pieces = [part for word in WORDS for part in (text(word), Pause(0.06))]
    async with StandIn() as endpoint:
        endpoint.script([stream(*pieces, end, DONE)])
        settings = Settings.model_validate(
            {
                "database_url": f"sqlite:///{path}",
                "data_dir": tmp_path,
                "jwt_secret": "a secret of at least thirty-two bytes",
                "gemini_api_key": endpoint.api_key,
                "gemini_base_url": endpoint.base_url,
            }
        )
        async with running(create_app(settings)) as url:
            yield await _record(url)


async def _record(url: str) -> Answer:
    person = Person([url])
    await person.register()
    begun = await person.say("me")
    follower = _follower(url, person.cookie, begun.thread_id, begun.run_id)
    with fail_after(SECONDS):
        await follower.follow()
    said = "".join(
        event["update"]["delta"]
        for event in (json.loads(payload) for _, payload in follower.seen)
        if "delta" in event.get("update", {})
    )
    assert said == "".join(WORDS)
    path = f"/api/chatkit/threads/{begun.thread_id}/stream?after=0"
    raw = await _read_raw(url, path, person.cookie)
    return Answer(url, person.cookie, begun.thread_id, begun.run_id, follower.seen, raw)


async def _read_raw(url: str, path: str, cookie: str) -> bytes:
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    lines = (f"GET {path} HTTP/1.1", f"Host: {address.netloc}", f"Cookie: {cookie}")
    writer.write("\r\n".join([*lines, "", ""]).encode())
    raw = await reader.readuntil(b"\r\n0\r\n\r\n")
    writer.close()
    return raw


def _follower(
    url: str, cookie: str, thread_id: str, run_id: str, query: str = ""
) -> ThreadFollower:
    connection = Connection(urls=[url], cookie=cookie, query=query)
    return ThreadFollower(connection=connection, thread_id=thread_id, awaited={run_id})


def _once_after(cuts: Sequence[int]) -> Budget:
    return lambda case, time: cuts[case] if time == 0 else None


async def test_our_own_followers_miss_nothing_wherever_the_connection_is_cut(
    answer: Answer,
) -> None:
    cuts = answer.cuts(STRIDE)
    async with cutting(answer.url, _once_after(cuts)) as (url, proxy):
        room = asyncio.Semaphore(AT_ONCE)

        async def follow(case: int) -> Seen:
            query = f"?case={case}"
            follower = _follower(url, answer.cookie, answer.thread_id, answer.run_id, query)
            async with room:
                await follower.follow()
            return follower.seen

        with fail_after(SECONDS):
            all_seen = await asyncio.gather(*map(follow, range(len(cuts))))
    assert proxy.cuts == len(cuts)
    assert [cuts[case] for case, seen in enumerate(all_seen) if seen != answer.events] == []


async def test_httpx_sse_misses_nothing_wherever_the_connection_is_cut(answer: Answer) -> None:
    cuts = answer.cuts(STRIDE * 3)
    async with (
        cutting(answer.url, _once_after(cuts)) as (url, proxy),
        httpx.AsyncClient(base_url=url, headers={"Cookie": answer.cookie}, timeout=20) as http,
    ):
        room = asyncio.Semaphore(AT_ONCE)

        async def follow(case: int) -> Seen:
            async with room:
                return await _with_httpx_sse(http, f"{answer.path}?after=0&case={case}")

        with fail_after(SECONDS):
            all_seen = await asyncio.gather(*map(follow, range(len(cuts))))
    assert proxy.cuts == len(cuts)
    assert [cuts[case] for case, seen in enumerate(all_seen) if seen != answer.events] == []


async def _with_httpx_sse(http: httpx.AsyncClient, path: str) -> Seen:
    seen: Seen = []
    while True:
        headers = {"Last-Event-ID": seen[-1][0]} if seen else {}
        with suppress(httpx.TransportError):
            async with (
                aconnect_sse(http, "GET", path, headers=headers) as source,
                aclosing(source.aiter_sse()) as events,
            ):
                async for event in events:
                    if event.data:
                        told = json.loads(event.data)
                        seen.append((event.id, canonical(told)))
                        if told["type"] == "run.finished":
                            return seen


async def test_the_eventsource_package_misses_nothing_wherever_the_connection_is_cut(
    answer: Answer,
) -> None:
    cuts = answer.cuts(STRIDE * 3)[SOME]
    async with cutting(answer.url, _once_after(cuts)) as (url, proxy):
        all_seen = await _with_eventsource(url, answer, range(len(cuts)))
    assert proxy.cuts == len(cuts)
    assert [cuts[case] for case, seen in enumerate(all_seen) if seen != answer.events] == []


async def _with_eventsource(url: str, answer: Answer, cases: Sequence[int]) -> list[Seen]:
    asked = {"url": f"{url}{answer.path}", "cookie": answer.cookie, "cases": list(cases)}
    status, printed = await run_node("eventsource.mjs", json.dumps(asked), seconds=SECONDS)
    assert status == 0, printed
    return [
        [(cursor, canonical(json.loads(data))) for cursor, data in seen]
        for seen in json.loads(printed)
    ]


async def test_connections_that_are_cut_again_and_again_bring_everything_once(
    answer: Answer,
) -> None:
    chance = random.Random(11)
    longest = max(len(payload.encode()) for _, payload in answer.events)
    enough = len(answer.raw.partition(b"\r\n\r\n")[0]) + longest + 100

    by_node = range(100, 105)

    def budget(case: int, time: int) -> int | None:
        return chance.randint(1, 2 * enough) if time < (3 if case in by_node else 6) else None

    async with cutting(answer.url, budget) as (url, _):
        followers = [
            _follower(url, answer.cookie, answer.thread_id, answer.run_id, f"?case={case}")
            for case in range(20)
        ]
        with fail_after(SECONDS):
            await asyncio.gather(*(follower.follow() for follower in followers))
            others = await _with_eventsource(url, answer, by_node)
    for seen in [*(follower.seen for follower in followers), *others]:
        assert seen == answer.events
