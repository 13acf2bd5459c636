"""Web Push to a real server, which reads what it gets as a browser would."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from taskchat.db.engine import Database
from taskchat.db.tables import PushSubscriptionRow, ServerKeyRow
from taskchat.domain.ids import new_id
from taskchat.schedules.post import subscriptions
from taskchat.schedules.post.courier import Undeliverable, Undelivered
from taskchat.schedules.post.encryption import public_text
from taskchat.schedules.post.outbox import Letter
from taskchat.schedules.post.push import PushSender
from taskchat.schedules.post.server_keys import ServerKeys
from taskchat.schedules.post.subscriptions import Subscriptions
from taskchat.tasks.owner import Owner
from tests.people import NOW
from tests.schedules.letterbox import letter
from tests.schedules.push_service import Browser, PushService, serving_push

pytestmark = pytest.mark.anyio

NEWS = {
    "title": "Straße 👩‍👩‍👧",
    "body": "Due today.",
    "task_id": "tsk_1",
    "url": "https://t.example",
}
CONTACT = "mailto:tasks@example.com"


@pytest.fixture
async def service() -> AsyncGenerator[PushService]:
    async with serving_push() as running:
        yield running


@pytest.fixture
def browser() -> Browser:
    return Browser()


@pytest.fixture
def keys(database: Database) -> ServerKeys:
    return ServerKeys(database, lambda: NOW)


@pytest.fixture
def sender(database: Database, keys: ServerKeys) -> PushSender:
    return PushSender(database, keys, contact=CONTACT)


async def subscribe(
    database: Database, owner: Owner, browser: Browser, endpoint: str, now: datetime = NOW
) -> str:
    """The new subscription's id."""
    async with database.transaction() as session:
        wanted = Subscriptions(session, owner.id, now, allow_local=True)
        await wanted.add(browser.subscription(endpoint))
        return (await subscriptions.ids(session, owner.id))[-1]


async def count(database: Database) -> int:
    async with database.reading() as session:
        counted = select(func.count()).select_from(PushSubscriptionRow)
        return await session.scalar(counted) or 0


@pytest.fixture
async def news(database: Database, alice: Owner, browser: Browser, service: PushService) -> Letter:
    """To Alice's browser."""
    return letter(await subscribe(database, alice, browser, service.endpoint()), NEWS)


async def test_the_browser_alone_can_read_it_and_the_service_knows_who_sent_it(
    service: PushService, browser: Browser, news: Letter, sender: PushSender, keys: ServerKeys
) -> None:
    await sender.send(news, NOW)

    (pushed,) = service.taken
    assert browser.read(pushed.body) == NEWS
    assert b"Due" not in pushed.body
    claims = pushed.claims(service.origin)
    assert claims["sub"] == CONTACT
    assert 0 < claims["exp"] - NOW.timestamp() <= 24 * 60 * 60
    assert pushed.key() == public_text(await keys.push())
    assert pushed.headers["Content-Encoding"] == "aes128gcm"
    assert (pushed.headers["TTL"], pushed.headers["Urgency"]) == ("86400", "high")


async def test_a_copy_takes_the_place_of_the_first_and_is_encrypted_anew(
    service: PushService, news: Letter, sender: PushSender
) -> None:
    out = replace(news, id=new_id("out"))
    await sender.send(out, NOW)
    await sender.send(out, NOW)

    first, second = service.taken
    assert first.headers["Topic"] == second.headers["Topic"]
    assert len(first.headers["Topic"]) <= 32
    assert first.body != second.body


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_is_gone_is_forgotten(
    service: PushService, database: Database, news: Letter, sender: PushSender, status: int
) -> None:
    service.answers = [status]
    with pytest.raises(Undeliverable):
        await sender.send(news, NOW)
    assert await count(database) == 0

    with pytest.raises(Undeliverable):
        await sender.send(news, NOW)
    assert len(service.taken) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_service_that_is_busy_is_tried_again(
    service: PushService, database: Database, news: Letter, sender: PushSender, status: int
) -> None:
    service.answers = [status]
    with pytest.raises(Undelivered):
        await sender.send(news, NOW)
    await sender.send(news, NOW)

    assert len(service.taken) == 2
    assert await count(database) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 403, 413])
async def test_what_is_refused_is_not_tried_again_and_nobody_is_sent_elsewhere(
    service: PushService, database: Database, news: Letter, sender: PushSender, status: int
) -> None:
    service.answers = [status]
    with pytest.raises(Undeliverable):
        await sender.send(news, NOW)

    assert [pushed.path for pushed in service.taken] == ["/push/browser"]
    assert await count(database) == 1


async def test_a_service_that_is_not_there_is_tried_again(
    database: Database, alice: Owner, browser: Browser, sender: PushSender
) -> None:
    gone = await subscribe(database, alice, browser, "http://127.0.0.1:1/push")
    with pytest.raises(Undelivered):
        await sender.send(letter(gone, NEWS), NOW)


async def test_a_text_that_no_service_would_carry_is_not_sent(
    service: PushService, news: Letter, sender: PushSender
) -> None:
    payload: dict[str, Any] = {"title": "x" * 4000}
    with pytest.raises(Undeliverable):
        await sender.send(replace(news, payload=payload), NOW)
    assert service.taken == []


async def test_all_processes_have_the_same_key_and_make_it_once(database: Database) -> None:
    first, second = (ServerKeys(database, lambda: NOW) for _ in range(2))

    assert public_text(await first.push()) == public_text(await second.push())
    assert public_text(await first.push()) == public_text(await first.push())
    async with database.reading() as session:
        (text,) = await session.scalars(select(ServerKeyRow.private_key))
    assert text.startswith("-----BEGIN PRIVATE KEY-----")


async def test_a_person_has_ten_browsers_at_most_and_the_newest_stay(
    database: Database, alice: Owner, bob: Owner, browser: Browser, service: PushService
) -> None:
    await subscribe(database, bob, browser, service.endpoint("bobs"))
    made = [
        await subscribe(
            database, alice, browser, service.endpoint(str(n)), NOW + timedelta(minutes=n)
        )
        for n in range(12)
    ]

    async with database.reading() as session:
        assert await subscriptions.ids(session, alice.id) == made[2:]
    assert await count(database) == 11


async def test_a_browser_that_subscribes_again_stays_the_same_one(
    database: Database, alice: Owner, bob: Owner, browser: Browser, service: PushService
) -> None:
    first = await subscribe(database, alice, browser, service.endpoint())
    again = await subscribe(database, alice, Browser(), service.endpoint())
    assert (again, await count(database)) == (first, 1)

    taken_over = await subscribe(database, bob, browser, service.endpoint())
    assert taken_over != first
    async with database.reading() as session:
        assert await subscriptions.ids(session, alice.id) == []
