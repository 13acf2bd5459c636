"""What one process writes, the followers of the others see, without looking for it."""

import asyncio
from contextlib import aclosing

import pytest

from taskchat.db.engine import Database
from taskchat.streams.cursor import Cursor
from taskchat.streams.log import EventLog
from taskchat.tasks.owner import Owner
from tests.databases import PostgresServer
from tests.streams.conftest import StartLog
from tests.streams.following import (
    begin_run,
    facts_of,
    payloads_of,
    take,
    take_over,
    take_until,
)

pytestmark = pytest.mark.anyio

LISTENERS = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%' OR query = 'SELECT 1'"


@pytest.fixture(params=["postgresql", "redis"])
def set_up(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
async def other(start_log: StartLog, alice: Owner, log: EventLog) -> EventLog:
    """Another process's worth, when both hear each other."""
    other = await start_log()
    for writer, reader in ((log, other), (other, log)):
        await hear_each_other(writer, reader, alice)
    return other


async def hear_each_other(writer: EventLog, reader: EventLog, owner: Owner) -> None:
    """A listener needs a moment to begin, so something is said until it has heard it."""
    head = (await reader.bounds(owner.id)).head
    async with aclosing(reader.follow(owner.id, Cursor(head))) as stream:
        hearing = asyncio.create_task(take(stream, 1))
        while not hearing.done():
            await writer.append(owner.id, ["do you hear me?"])
            await asyncio.wait([hearing], timeout=0.1)
        await hearing


async def test_facts_and_deltas_of_one_process_reach_the_followers_of_the_other(
    database: Database, log: EventLog, other: EventLog, alice: Owner
) -> None:
    fence, thread_id = await begin_run(database, alice)
    async with aclosing(other.follow(thread_id, Cursor(0))) as stream:
        for number in range(20):
            await log.append(thread_id, [f"fact {number}"])
            assert payloads_of(await take(stream, 1)) == [f"fact {number}"]
            await log.write_deltas(fence, thread_id, ["a", "b"])
            assert payloads_of(await take(stream, 2)) == ["a", "b"]


async def test_writers_in_both_processes_are_heard_in_one_order_by_all(
    database: Database, log: EventLog, other: EventLog, alice: Owner
) -> None:
    fence, thread_id = await begin_run(database, alice)
    await log.append(thread_id, ["begin"])

    async def write_facts() -> None:
        for number in range(30):
            await other.append(thread_id, [f"fact {number}"])

    async def write_deltas() -> None:
        for number in range(60):
            await log.write_deltas(fence, thread_id, [f"delta {number}"])

    async with (
        aclosing(log.follow(thread_id, Cursor(0))) as here,
        aclosing(other.follow(thread_id, Cursor(0))) as there,
    ):
        reading = [asyncio.create_task(take_until(each, "end")) for each in (here, there)]
        await asyncio.gather(write_facts(), write_deltas())
        await log.append(thread_id, ["end"])
        seen = await asyncio.gather(*reading)

    assert seen[0] == seen[1] == await other.read(thread_id, Cursor(0))
    told = payloads_of(seen[0])
    assert [text for text in told if text.startswith("delta")] == [f"delta {n}" for n in range(60)]
    assert [text for text in told if text.startswith("fact")] == [f"fact {n}" for n in range(30)]


async def test_a_run_taken_over_goes_on_in_the_same_stream(
    database: Database, log: EventLog, other: EventLog, alice: Owner
) -> None:
    fence, thread_id = await begin_run(database, alice)
    async with aclosing(log.follow(thread_id, Cursor(0))) as stream:
        await log.append(thread_id, ["begin"])
        await log.write_deltas(fence, thread_id, ["1", "2"])
        claimed = await take_over(database, fence)
        await other.fence_off(claimed)
        await other.write_deltas(claimed, thread_id, ["3"])
        await other.append(thread_id, ["end"])
        assert payloads_of(await take_until(stream, "end")) == ["begin", "1", "2", "3", "end"]


async def test_what_many_streams_are_told_reaches_many_followers(
    database: Database, log: EventLog, other: EventLog, alice: Owner
) -> None:
    runs = [await begin_run(database, alice) for _ in range(20)]
    streams = [other.follow(thread_id, Cursor(0)) for _, thread_id in runs for _ in range(3)]
    reading = [asyncio.create_task(take_until(stream, "end")) for stream in streams]
    for fence, thread_id in runs:
        await log.append(thread_id, ["begin"])
        await log.write_deltas(fence, thread_id, ["delta"])
        await log.append(thread_id, ["end"])

    for seen in await asyncio.gather(*reading):
        assert payloads_of(seen) == ["begin", "delta", "end"]
    for stream in streams:
        await stream.aclose()


@pytest.mark.parametrize("set_up", ["postgresql"], indirect=True)
async def test_a_listening_connection_that_is_cut_comes_back_and_nothing_is_missed(
    postgres: PostgresServer, log: EventLog, other: EventLog, alice: Owner
) -> None:
    head = (await log.bounds(alice.id)).head
    async with aclosing(other.follow(alice.id, Cursor(head))) as stream:
        await log.append(alice.id, ["before"])
        assert payloads_of(await take(stream, 1)) == ["before"]
        await postgres.execute(f"SELECT pg_terminate_backend(pid) FROM ({LISTENERS}) AS found")
        for number in range(5):
            await log.append(alice.id, [f"cut {number}"])
        cut = await take(stream, 5)
        assert facts_of(cut) == list(range(head + 2, head + 7))
        await hear_each_other(log, other, alice)
