"""Redis goes away, forgets or falls asleep: followers wait a little longer, and writers notice nothing."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from typing import Any

import pytest
from anyio import fail_after

from taskchat.db.engine import Database
from taskchat.streams.cursor import Cursor
from taskchat.streams.fences import Fence
from taskchat.streams.log import EventLog
from taskchat.streams.tail import Entry
from taskchat.tasks.owner import Owner
from tests.redis_server import RedisServer
from tests.streams.conftest import StartLog
from tests.streams.following import begin_run, payloads_of, take_until

pytestmark = pytest.mark.anyio

POLL_SECONDS = 0.2
ROUNDS = 10

type Harm = Callable[[RedisServer], Coroutine[Any, Any, None]]


@pytest.fixture(params=["redis"])
def set_up(request: pytest.FixtureRequest) -> str:
    return request.param


async def flush(server: RedisServer) -> None:
    await asyncio.to_thread(server.flush)


async def kill(server: RedisServer) -> None:
    await asyncio.to_thread(server.kill)


async def freeze(server: RedisServer) -> None:
    await asyncio.to_thread(server.freeze)


async def write(log: EventLog, fence: Fence, thread_id: str, begin: int) -> list[str]:
    """Facts with deltas between them; the facts."""
    facts = [f"fact {number}" for number in range(begin, begin + ROUNDS)]
    for fact in facts:
        await log.append(thread_id, [fact])
        await log.write_deltas(fence, thread_id, [f"after {fact}"])
    return facts


def facts_in(entries: list[Entry]) -> list[str]:
    return [entry.payload for entry in entries if not entry.cursor.delta]


@pytest.mark.parametrize("harm", [flush, kill, freeze])
async def test_all_facts_are_followed_in_order_whatever_happens_to_redis(
    database: Database,
    start_log: StartLog,
    redis_server: RedisServer,
    alice: Owner,
    harm: Harm,
) -> None:
    log, other = await start_log(poll=POLL_SECONDS), await start_log(poll=POLL_SECONDS)
    fence, thread_id = await begin_run(database, alice)
    reading = [
        asyncio.create_task(take_until(each.follow(thread_id, Cursor(0)), "end"))
        for each in (log, other)
    ]
    with fail_after(20):
        facts = await write(log, fence, thread_id, 0)
        await harm(redis_server)
        facts += await write(log, fence, thread_id, ROUNDS)
        await asyncio.to_thread(redis_server.recover)
        facts += await write(log, fence, thread_id, 2 * ROUNDS)
        await log.append(thread_id, ["end"])
        for seen in await asyncio.gather(*reading):
            assert facts_in(seen) == [*facts, "end"]
            cursors = [entry.cursor for entry in seen]
            assert cursors == sorted(set(cursors))


async def test_redis_that_forgot_everything_carries_deltas_again_at_once(
    database: Database, start_log: StartLog, redis_server: RedisServer, alice: Owner
) -> None:
    log, other = await start_log(), await start_log()
    fence, thread_id = await begin_run(database, alice)
    await log.append(thread_id, ["begin"])
    await log.write_deltas(fence, thread_id, ["a", "b"])
    before = await other.read(thread_id, Cursor(0))
    await flush(redis_server)

    async with aclosing(other.follow(thread_id, before[-1].cursor)) as stream:
        reading = asyncio.create_task(take_until(stream, "end"))
        await log.write_deltas(fence, thread_id, ["c"])
        await log.append(thread_id, ["fact"])
        await log.write_deltas(fence, thread_id, ["d"])
        await log.append(thread_id, ["end"])
        assert payloads_of(await reading) == ["c", "fact", "d", "end"]


async def test_a_process_that_knows_nothing_of_a_forgotten_stream_asks_the_database(
    database: Database, start_log: StartLog, redis_server: RedisServer, alice: Owner
) -> None:
    log, newcomer = await start_log(), await start_log()
    fence, thread_id = await begin_run(database, alice)
    await log.append(thread_id, ["begin", "more"])
    await flush(redis_server)
    await newcomer.write_deltas(fence, thread_id, ["delta"])

    assert await log.read(thread_id, Cursor(0)) == [
        Entry(Cursor(1), "begin"),
        Entry(Cursor(2), "more"),
        Entry(Cursor(2, 1), "delta"),
    ]


async def test_old_cursors_stay_good_when_redis_forgot(
    database: Database, start_log: StartLog, redis_server: RedisServer, alice: Owner
) -> None:
    log = await start_log()
    fence, thread_id = await begin_run(database, alice)
    await write(log, fence, thread_id, 0)
    entries = await log.read(thread_id, Cursor(0))
    await flush(redis_server)

    for place, entry in enumerate(entries):
        later = await log.read(thread_id, entry.cursor)
        assert payloads_of(later) == facts_in(entries[place + 1 :])


async def test_writers_do_not_wait_for_a_redis_that_sleeps(
    database: Database, start_log: StartLog, redis_server: RedisServer, alice: Owner
) -> None:
    log = await start_log()
    runs = [await begin_run(database, alice) for _ in range(5)]
    await log.append(runs[0][1], ["begin"])
    await freeze(redis_server)
    with fail_after(10):  # a second each would be five times as long
        for _ in range(10):
            for fence, thread_id in runs:
                await log.append(thread_id, ["fact"])
                await log.write_deltas(fence, thread_id, ["delta"])
            await log.fence_off(Fence(runs[0][0].run_id, 1))
    assert (await log.bounds(runs[1][1])).head == 10


async def test_a_log_starts_and_stops_without_redis(
    database: Database, start_log: StartLog, redis_server: RedisServer, alice: Owner
) -> None:
    await kill(redis_server)
    log = await start_log(poll=POLL_SECONDS)
    async with aclosing(log.follow(alice.id, Cursor(0))) as stream:
        await log.append(alice.id, ["one", "two"])
        assert payloads_of(await take_until(stream, "two")) == ["one", "two"]
        await asyncio.to_thread(redis_server.start)
        await log.append(alice.id, ["three"])
        assert payloads_of(await take_until(stream, "three")) == ["three"]
