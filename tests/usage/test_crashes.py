"""Processes that are killed between asking a model and settling what it cost."""

import signal
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest
from anyio import fail_after
from sqlalchemy import select

from taskchat.db.engine import Database
from taskchat.db.tables import ModelCallRow, ToolCallRow
from taskchat.standin.server import StandIn
from tests.api.chat_client import PATIENCE_SECONDS, ChatClient, message
from tests.torture.servers import Server
from tests.torture.zygote import Zygote
from tests.usage.replies import Counts, counts, creates, ends, lingers, says, total

pytestmark = pytest.mark.anyio

FIRST: Counts = counts(1000, 50, cached=300, thinking=20)
SECOND: Counts = counts(1200, 7)
LEASE_SECONDS = 1.0
CARD = '"status": "ok"'  # in the card of a tool that has done its work


@pytest.fixture
async def endpoint() -> AsyncGenerator[StandIn]:
    async with StandIn() as standin:
        yield standin


@pytest.fixture
async def server(endpoint: StandIn, database_url: str, tmp_path: Path) -> AsyncGenerator[Server]:
    environment = {
        "DATABASE_URL": database_url,
        "TASKCHAT_DATA_DIR": str(tmp_path),
        "TASKCHAT_LEASE_SECONDS": str(LEASE_SECONDS),
        "GEMINI_API_KEY": endpoint.api_key,
        "GEMINI_BASE_URL": endpoint.base_url,
    }
    zygote = Zygote()
    server = Server(zygote, environment, tmp_path / "server.log")
    yield server
    if server.is_alive:
        await server.kill()
    await zygote.stop()


@pytest.fixture
async def ann(server: Server) -> AsyncGenerator[ChatClient]:
    async with httpx2.AsyncClient(base_url=server.url) as http:
        yield ChatClient(http)


async def start(server: Server, crash: str = "") -> None:
    await server.start(crash)
    await server.ready()


async def watch(
    ann: ChatClient, server: Server, words: str, sign: signal.Signals = signal.SIGKILL
) -> None:
    """Sends a message and ends the server when these words of the answer are seen."""
    with suppress(httpx2.HTTPError):
        async with ann.streaming(message("please")) as frames:
            async for frame in frames:
                if words in str(frame.event):
                    server.send(sign)
    assert await server.died(PATIENCE_SECONDS)


async def until_answered(client: ChatClient) -> Any:
    """How the only answer ended."""
    (thread,) = (await client.call("threads.list"))["data"]
    with fail_after(PATIENCE_SECONDS):
        while True:
            stream = f"/api/chatkit/threads/{thread['id']}/stream"
            await client.http.get(stream, timeout=PATIENCE_SECONDS)
            turns = (await client.http.get(f"/api/chatkit/threads/{thread['id']}/turns")).json()
            if turns["items"]:
                return turns["items"][0]


async def calls_in(database_url: str) -> list[ModelCallRow]:
    database = Database(database_url)
    async with database.reading() as session:
        order = (ModelCallRow.attempt, ModelCallRow.turn)
        rows = list(await session.scalars(select(ModelCallRow).order_by(*order)))
        assert len(list(await session.scalars(select(ToolCallRow)))) == 1
    await database.close()
    assert {row.status for row in rows} == {"settled"}
    return rows


def only_counts(of: Any) -> Counts:
    return {name: of[name] for name in FIRST}


def check(turn: Any, rows: list[ModelCallRow], endpoint: StandIn) -> None:
    """Each request that was made is on record once, and the answer tells their sum."""
    assert turn["status"] == "completed"
    assert sum(row.requests for row in rows) == len(endpoint.requests)
    assert only_counts(turn["usage"]) == total(*(only_counts(vars(row)) for row in rows))
    assert turn["usage"]["is_estimated"] is any(row.is_estimated for row in rows)


async def test_a_call_that_died_with_its_process_is_estimated_from_what_was_seen_of_it(
    ann: ChatClient, server: Server, endpoint: StandIn, database_url: str
) -> None:
    words = "It begins well"
    endpoint.script([creates("milk", FIRST), lingers(words, counts(9, 9)), says("Done", SECOND)])
    await start(server)
    await ann.register()
    await watch(ann, server, words)
    await start(server)
    turn = await until_answered(ann)
    first, second, again = rows = await calls_in(database_url)

    check(turn, rows, endpoint)
    assert (only_counts(vars(first)), first.is_estimated) == (FIRST, False)
    assert (second.is_estimated, second.failure, second.output) == (True, "interrupted", 5)
    assert second.prompt > FIRST["prompt"]
    assert (only_counts(vars(again)), again.attempt) == (SECOND, 2)


async def test_a_server_that_is_stopped_settles_its_calls_exactly_before_it_goes(
    ann: ChatClient, server: Server, endpoint: StandIn, database_url: str
) -> None:
    words, told = "It begins well", counts(1300, 9)
    endpoint.script([creates("milk", FIRST), lingers(words, told), says("Done", SECOND)])
    await start(server)
    await ann.register()
    await watch(ann, server, words, signal.SIGTERM)
    await start(server)
    turn = await until_answered(ann)
    first, second, again = rows = await calls_in(database_url)

    check(turn, rows, endpoint)
    assert [only_counts(vars(row)) for row in rows] == [FIRST, told, SECOND]
    assert [row.is_estimated for row in rows] == [False, False, False]
    assert (first.failure, second.failure, again.failure) == (None, "interrupted", None)


async def test_a_turn_that_was_over_when_its_process_died_is_settled_exactly(
    ann: ChatClient, server: Server, endpoint: StandIn, database_url: str
) -> None:
    retried = ends("function_call_filter: MALFORMED_FUNCTION_CALL", SECOND)
    endpoint.script([retried, creates("milk", FIRST), says("Done", SECOND), says("Done", SECOND)])
    await start(server)
    await ann.register()
    await watch(ann, server, CARD)
    await start(server)
    turn = await until_answered(ann)
    first, *_ = rows = await calls_in(database_url)

    assert only_counts(vars(first)) == total(SECOND, FIRST)
    assert (first.requests, first.is_estimated) == (2, False)
    assert only_counts(vars(rows[-1])) == SECOND
    assert only_counts(turn["usage"]) == total(*(only_counts(vars(row)) for row in rows))
