"""Requests that come twice with the same key have their effect once, and the same answer."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx2
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from sqlalchemy import select, update

from taskchat.api.idempotency import IdempotentRoute
from taskchat.app import create_app
from taskchat.clock import now
from taskchat.db.engine import Database
from taskchat.db.idempotency import ABANDONED, IdempotencyKeys
from taskchat.db.tables import AccountRow, IdempotencyKeyRow
from taskchat.domain.task import UserId
from taskchat.settings import Settings
from tests.api.chat_client import ChatClient, message
from tests.api.conftest import SECRET
from tests.api.serving import Serve

pytestmark = pytest.mark.anyio

KEY = {"Idempotency-Key": "key-1"}
MILK = {"title": "Milk"}
# Without a person yet, or with a session that is over afterwards; an import knows what it has brought already.
EXEMPT = {"register", "log_in", "log_out", "import_tasks", "refuse_unknown"}


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings.model_validate(
        {
            "database_url": database_url,
            "data_dir": tmp_path,
            "jwt_secret": SECRET,
            "public_url": "http://tasks.example",
        }
    )


@pytest.fixture
async def client(serve: Serve, settings: Settings) -> AsyncGenerator[httpx2.AsyncClient]:
    """Signed in, on both databases."""
    async with httpx2.AsyncClient(base_url=await serve(create_app(settings))) as http:
        await ChatClient(http).register("ann@example.com")
        yield http


async def total(client: httpx2.AsyncClient) -> int:
    return (await client.get("/api/tasks")).json()["total"]


async def test_the_same_request_with_the_same_key_creates_one_task(
    client: httpx2.AsyncClient,
) -> None:
    first = await client.post("/api/tasks", json=MILK, headers=KEY)
    again = await client.post("/api/tasks", json=MILK, headers=KEY)

    assert (again.status_code, again.content) == (201, first.content)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["x-change-set"] == first.headers["x-change-set"]
    assert again.headers["content-type"] == first.headers["content-type"]
    assert await total(client) == 1


async def test_twenty_equal_requests_at_once_create_one_task(client: httpx2.AsyncClient) -> None:
    posts = (client.post("/api/tasks", json=MILK, headers=KEY, timeout=30) for _ in range(20))
    answers = await asyncio.gather(*posts)

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert await total(client) == 1


async def test_another_body_address_or_method_with_that_key_is_refused(
    client: httpx2.AsyncClient,
) -> None:
    task = (await client.post("/api/tasks", json=MILK, headers=KEY)).json()

    for answer in (
        await client.post("/api/tasks", json={"title": "Bread"}, headers=KEY),
        await client.post(f"/api/tasks/{task['id']}/skip", headers=KEY),
        await client.delete(f"/api/tasks/{task['id']}", headers=KEY),
        await client.patch("/api/auth/me", json={"timezone": "UTC"}, headers=KEY),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
    assert await total(client) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "caf\u00e9", "a\tb"])
async def test_a_key_that_is_none_is_refused_and_nothing_is_done(
    client: httpx2.AsyncClient, key: str
) -> None:
    headers = {b"Idempotency-Key": key.encode()}
    answer = await client.post("/api/tasks", json=MILK, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_invalid")
    assert await total(client) == 0


async def test_a_request_that_failed_leaves_its_key_free(client: httpx2.AsyncClient) -> None:
    refused = [
        await client.post("/api/tasks", json={"title": ""}, headers=KEY),
        await client.post("/api/tasks", json=MILK | {"due": "when pigs fly"}, headers=KEY),
        await client.post("/api/tasks/77/complete", json={"completed": True}, headers=KEY),
        await client.patch("/api/auth/me", json={"timezone": "Nowhere/At-all"}, headers=KEY),
    ]
    made = await client.post("/api/tasks", json=MILK, headers=KEY)

    assert [answer.status_code for answer in refused] == [422, 422, 404, 422]
    assert (made.status_code, await total(client)) == (201, 1)


async def test_an_answer_is_told_again_after_a_restart_and_not_under_another_secret(
    client: httpx2.AsyncClient, serve: Serve, settings: Settings
) -> None:
    first = await client.post("/api/tasks", json=MILK, headers=KEY)
    token = client.cookies["auth_token"]
    cookies = {"auth_token": token}
    async with httpx2.AsyncClient(
        base_url=await serve(create_app(settings)), cookies=cookies
    ) as restarted:
        again = await restarted.post("/api/tasks", json=MILK, headers=KEY)

    assert again.content == first.content
    assert await total(client) == 1


async def test_the_key_of_another_person_is_another_key(
    client: httpx2.AsyncClient, serve: Serve, settings: Settings
) -> None:
    async with httpx2.AsyncClient(base_url=await serve(create_app(settings))) as other:
        await ChatClient(other).register("ben@example.com")
        mine = await client.post("/api/tasks", json=MILK, headers=KEY)
        theirs = await other.post("/api/tasks", json={"title": "Bread"}, headers=KEY)

    assert (mine.json()["title"], theirs.json()["title"]) == ("Milk", "Bread")


async def test_edits_deletions_and_what_is_put_are_repeated_as_they_were_answered(
    client: httpx2.AsyncClient,
) -> None:
    await client.post("/api/tasks", json=MILK)
    requests = [
        ("PATCH", "/api/tasks/1", {"title": "Oat milk", "version": 1}),
        ("PUT", "/api/filters", {"name": "Mine", "query": "p:high"}),
        ("POST", "/api/tasks/bulk", {"action": "complete", "tasks": ["1"]}),
        ("PATCH", "/api/auth/me", {"timezone": "Europe/Berlin"}),
        ("POST", "/api/projects", {"name": "House"}),
        ("DELETE", "/api/tasks/1", None),
    ]
    for place, (method, path, body) in enumerate(requests):
        headers = {"Idempotency-Key": f"key-{place}"}
        first = await client.request(method, path, json=body, headers=headers)
        again = await client.request(method, path, json=body, headers=headers)
        assert first.is_success, first.text
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again.headers["idempotency-replayed"] == "true"


async def test_what_the_assistant_is_asked_besides_messages_is_repeated_as_well(
    client: httpx2.AsyncClient,
) -> None:
    events = await ChatClient(client).say("create a task called A")
    thread_id = events[0]["thread"]["id"]
    rename = {"type": "threads.update", "params": {"thread_id": thread_id, "title": "Renamed"}}
    stop = f"/api/chatkit/threads/{thread_id}/stop"

    answers = [
        await client.post("/api/chatkit", json=rename, headers=KEY),
        await client.post("/api/chatkit", json=rename, headers=KEY),
        await client.post(stop, headers={"Idempotency-Key": "key-2"}),
        await client.post(stop, headers={"Idempotency-Key": "key-2"}),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 204, 204]
    assert answers[0].content == answers[1].content
    assert [answer.headers.get("idempotency-replayed") for answer in answers] == [
        None,
        "true",
        None,
        "true",
    ]
    reused = await client.post("/api/chatkit", json=message("B"), headers=KEY)
    assert reused.status_code == 200


async def test_what_is_kept_cannot_be_read_in_the_database(
    client: httpx2.AsyncClient, settings: Settings
) -> None:
    await client.post("/api/tasks", json={"title": "Secret plan"}, headers=KEY)
    database = Database(settings.database)
    async with database.reading() as session:
        (kept,) = await session.scalars(select(IdempotencyKeyRow.body))
    await database.close()

    assert kept
    assert "Secret" not in kept


async def test_an_answer_that_cannot_be_opened_any_more_is_refused_and_nothing_is_done(
    client: httpx2.AsyncClient, settings: Settings
) -> None:
    await client.post("/api/tasks", json=MILK, headers=KEY)
    database = Database(settings.database)
    async with database.transaction() as session:
        await session.execute(update(IdempotencyKeyRow).values(body="A" * 64))
    await database.close()

    answer = await client.post("/api/tasks", json=MILK, headers=KEY)

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_answer_lost")
    assert await total(client) == 1


async def test_a_request_at_work_is_refused_until_it_is_abandoned(
    client: httpx2.AsyncClient, settings: Settings
) -> None:
    body = {"timezone": "Europe/Berlin"}
    await client.patch("/api/auth/me", json=body, headers=KEY)
    database = Database(settings.database)
    async with database.transaction() as session:
        await session.execute(update(IdempotencyKeyRow).values(status=0, body=""))
    waiting = await client.patch("/api/auth/me", json=body, headers=KEY)
    async with database.transaction() as session:
        await session.execute(update(IdempotencyKeyRow).values(created_at=now() - 2 * ABANDONED))
    answered = await client.patch("/api/auth/me", json=body, headers=KEY)
    await database.close()

    assert (waiting.status_code, waiting.json()["code"]) == (409, "idempotency_in_progress")
    assert (answered.status_code, answered.json()["timezone"]) == (200, "Europe/Berlin")


async def test_of_those_that_find_an_abandoned_key_one_gets_it(
    client: httpx2.AsyncClient, settings: Settings
) -> None:
    database = Database(settings.database)
    long_ago = now() - 2 * ABANDONED
    async with database.transaction() as session:
        owner = UserId((await session.scalars(select(AccountRow.id))).one())
        assert await IdempotencyKeys(session, owner).take("old", "same", long_ago) is None

    async def take() -> bool:
        async with database.transaction() as session:
            return await IdempotencyKeys(session, owner).take("old", "same", now()) is None

    taken = await asyncio.gather(*(take() for _ in range(5)))
    await database.close()

    assert sum(taken) == 1


def test_every_address_that_changes_something_takes_a_key(settings: Settings) -> None:
    routers = [getattr(part, "original_router", None) for part in create_app(settings).routes]
    included = [route for router in routers if router for route in router.routes]
    routes = [route for route in included if isinstance(route, APIRoute)]
    unsafe = [route for route in routes if (route.methods or set()) - {"GET", "HEAD"}]

    without = {
        route.name
        for route in unsafe
        if not (isinstance(route, IdempotentRoute) and _reserves(route))
    }

    assert without == EXEMPT


def _reserves(route: APIRoute) -> bool:
    """Through what it depends on, or by itself."""
    names = {getattr(each.call, "__name__", "") for each in _all(route.dependant.dependencies)}
    return bool(names & {"_tasks", "_notices", "_once"}) or route.name == "chatkit"


def _all(dependants: list[Dependant]) -> list[Dependant]:
    return [*dependants, *(deep for each in dependants for deep in _all(each.dependencies))]
