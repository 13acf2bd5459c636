"""A person asks whether a model does what TaskChat needs."""

import asyncio
from collections import Counter
from datetime import UTC, datetime

import httpx2
import pytest
from dirty_equals import IsPartialDict, IsStr
from sqlalchemy import update

from taskchat.accounts.commands import CreateToken
from taskchat.chat.doctor.checks import PAUSE
from taskchat.db.engine import Database
from taskchat.db.tables import ModelCallRow
from taskchat.standin.server import StandIn
from tests.api.chat_client import ChatClient, signed_in, status_of
from tests.api.serving import Server, StartServer

pytestmark = pytest.mark.anyio

NAMES = [
    "settings",
    "database",
    "endpoint",
    "key",
    "model",
    "streaming",
    "usage",
    "tools",
    "parallel_tools",
    "signatures",
    "price",
]
TOKENS = 4 * 430  # what the stand-in says of four requests
COST = 4 * (400 * 0.3 + 30 * 2.5) / 1e6


async def check(ann: ChatClient, model: str | None = None, **headers: str) -> httpx2.Response:
    return await ann.http.post("/api/assistants/check", json={"model": model}, headers=headers)


async def with_endpoint(start_server: StartServer, endpoint: StandIn, **settings: object) -> Server:
    address = {"gemini_api_key": endpoint.api_key, "gemini_base_url": endpoint.base_url}
    return await start_server(**address, **settings)


async def test_a_check_tells_what_was_found_and_counts_what_it_took(
    start_server: StartServer, endpoint: StandIn
) -> None:
    server = await with_endpoint(start_server, endpoint)
    async with signed_in(server, "ann@example.com") as ann:
        answer = await check(ann)
        assert answer.status_code == 200
        told = answer.json()
        assert [item["name"] for item in told["items"]] == NAMES
        assert {item["status"] for item in told["items"]} == {"ok"}
        assert (told["model"], told["tokens"]) == ("gemini-3.5-flash-lite", TOKENS)
        assert told["cost"] == pytest.approx(COST)  # pyright: ignore[reportUnknownMemberType]
        assert "127.0.0.1" not in answer.text

        usage = (await ann.http.get("/api/usage")).json()
        assert usage["today"]["tokens"]["used"] == TOKENS
        assert usage["total"] == IsPartialDict(calls=1, requests=4, is_estimated=False)
        assert usage["threads"] == []
        assert usage["today"]["messages"]["used"] == 0
        assert (await ann.http.get("/api/tasks")).json()["total"] == 0

        assert status_of(await ann.say("add milk")) == "completed"
        usage = (await ann.http.get("/api/usage")).json()
        assert [thread["calls"] for thread in usage["threads"]] == [2]


async def test_checks_at_once_are_one_for_each_person_and_the_next_has_to_wait(
    database_url: str, start_server: StartServer, endpoint: StandIn
) -> None:
    server = await with_endpoint(start_server, endpoint, database_url=database_url)
    async with signed_in(server, "ann@example.com") as ann, signed_in(server, "ben@b.com") as ben:
        answers = await asyncio.gather(*(check(ann) for _ in range(5)))
        assert Counter(answer.status_code for answer in answers) == {200: 1, 429: 4}
        refused = next(answer.json() for answer in answers if answer.status_code == 429)
        assert refused == {
            "detail": IsStr(regex=r".* in \d+ seconds\."),
            "code": "checked_just_now",
        }
        assert (await check(ben)).status_code == 200

        database = Database(database_url)
        async with database.transaction() as session:
            earlier = datetime.now(UTC) - PAUSE
            await session.execute(update(ModelCallRow).values(began_at=earlier))
        await database.close()
        assert (await check(ann)).status_code == 200


async def test_a_check_that_fails_says_where_and_still_counts(
    start_server: StartServer, endpoint: StandIn
) -> None:
    server = await with_endpoint(start_server, endpoint, gemini_models="gone")
    async with signed_in(server, "ann@example.com") as ann:
        told = (await check(ann, "gone")).json()
        statuses = {item["name"]: item["status"] for item in told["items"]}
        assert (statuses["key"], statuses["model"], statuses["tools"]) == (
            "ok",
            "failed",
            "skipped",
        )
        assert told == IsPartialDict(model="gone", tokens=0, cost=None)
        assert (await check(ann)).status_code == 429


async def test_a_check_that_the_days_budget_has_no_room_for_is_refused(
    start_server: StartServer, endpoint: StandIn
) -> None:
    server = await with_endpoint(start_server, endpoint, daily_tokens=1000)
    async with signed_in(server, "ann@example.com") as ann:
        refused = await check(ann)
        assert (refused.status_code, refused.json()["code"]) == (429, "daily_tokens")
        assert endpoint.requests == []
        assert (await ann.http.get("/api/usage")).json()["today"]["tokens"]["used"] == 0


async def test_the_built_in_commands_have_nothing_to_check(
    start_server: StartServer, endpoint: StandIn
) -> None:
    server = await with_endpoint(start_server, endpoint)
    async with signed_in(server, "ann@example.com") as ann:
        for _ in range(2):
            told = (await check(ann, "commands")).json()
            assert told["items"] == [IsPartialDict(name="model", status="ok", advice="")]
            assert (told["tokens"], told["cost"]) == (0, 0.0)
        assert endpoint.requests == []


async def test_a_repeated_check_with_the_same_key_gets_the_same_answer(
    start_server: StartServer, endpoint: StandIn
) -> None:
    server = await with_endpoint(start_server, endpoint)
    async with signed_in(server, "ann@example.com") as ann:
        first, second = [await check(ann, **{"Idempotency-Key": "k"}) for _ in range(2)]
        assert (first.status_code, first.json()) == (second.status_code, second.json())
        assert len(endpoint.requests) == 4


async def test_only_a_person_who_is_signed_in_may_check_and_only_what_there_is(
    start_server: StartServer, endpoint: StandIn
) -> None:
    server = await with_endpoint(start_server, endpoint)
    async with signed_in(server, "ann@example.com") as ann:
        unknown = await check(ann, "gpt")
        assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_model")
        strange = await ann.http.post("/api/assistants/check", json={"address": "http://x"})
        assert strange.status_code == 422
    person = await server.accounts.find("ann@example.com")
    token = await server.accounts.create_token(person.account_id, CreateToken(name="robot"))
    async with server.client(Authorization=f"Bearer {token.secret}") as robot:
        refused = await check(ChatClient(robot))
        assert (refused.status_code, refused.json()["code"]) == (403, "not_a_person")
    async with server.client() as nobody:
        assert (await check(ChatClient(nobody))).status_code == 401
    assert endpoint.requests == []
