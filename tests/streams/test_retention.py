"""The old part of a log is forgotten, and nobody takes what is left for the whole."""

from contextlib import aclosing

import pytest
from anyio import fail_after

from taskchat.db.engine import Database
from taskchat.streams.cursor import Cursor
from taskchat.streams.delivery import Delivery
from taskchat.streams.log import EventLog
from taskchat.streams.retention import trim
from taskchat.tasks.owner import Owner
from tests.streams.following import facts_of, take

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["sqlite", "postgresql"])
def set_up(request: pytest.FixtureRequest) -> str:
    return request.param


async def forget(database: Database, stream_id: str, up_to: int) -> None:
    async with database.transaction() as session:
        await trim(session, stream_id, up_to)


async def test_what_is_forgotten_is_known_to_be(
    database: Database, log: EventLog, alice: Owner
) -> None:
    await log.append(alice.id, [str(number) for number in range(1, 11)])
    for up_to, trimmed in ((4, 4), (2, 4), (6, 6), (6, 6)):
        await forget(database, alice.id, up_to)
        assert await log.bounds(alice.id) == (trimmed, 10)

    assert facts_of(await log.read(alice.id, Cursor(6))) == [7, 8, 9, 10]
    await forget(database, alice.id, 99)
    assert await log.bounds(alice.id) == (10, 10)
    assert await log.append(alice.id, ["11"]) == 11


async def test_a_follower_that_is_too_far_behind_is_let_go_instead_of_skipping(
    database: Database, log: EventLog, alice: Owner
) -> None:
    await log.append(alice.id, [str(number) for number in range(1, 11)])
    await forget(database, alice.id, 5)

    with fail_after(10):
        assert [entry async for entry in log.follow(alice.id, Cursor(3))] == []
    async with aclosing(log.follow(alice.id, Cursor(5))) as stream:
        assert facts_of(await take(stream, 5)) == [6, 7, 8, 9, 10]


async def test_a_follower_that_missed_what_was_forgotten_is_let_go(
    database: Database, alice: Owner
) -> None:
    quiet = EventLog(database, Delivery(database))
    async with quiet.serving(), aclosing(quiet.follow(alice.id, Cursor(0))) as stream:
        await quiet.append(alice.id, ["1"])
        assert facts_of(await take(stream, 1)) == [1]
        elsewhere = EventLog(database, Delivery(database))
        await elsewhere.append(alice.id, ["2", "3", "4"])
        await forget(database, alice.id, 3)
        await quiet.append(alice.id, ["5"])
        with fail_after(10):
            assert [entry async for entry in stream] == []
