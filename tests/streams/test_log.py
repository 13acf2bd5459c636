"""What a log promises to those who write and those who follow, on every set-up."""

import asyncio
from contextlib import aclosing

import pytest
from anyio import fail_after

from taskchat.db.engine import Database
from taskchat.streams.cursor import Cursor
from taskchat.streams.log import EventLog
from taskchat.streams.tail import KEPT_ENTRIES, Entry
from taskchat.tasks.owner import Owner
from tests.streams.conftest import StartLog
from tests.streams.following import facts_of, take

pytestmark = pytest.mark.anyio


async def write_in_vain(database: Database, log: EventLog, owner: Owner) -> None:
    async with database.transaction() as session:
        await log.write(session, owner.id, ["never"])
        raise RuntimeError


async def test_a_follower_gets_what_was_there_and_then_what_comes(
    log: EventLog, alice: Owner
) -> None:
    await log.append(alice.id, ["one", "two"])
    async with aclosing(log.follow(alice.id, Cursor(0))) as stream:
        assert await take(stream, 2) == [Entry(Cursor(1), "one"), Entry(Cursor(2), "two")]
        await log.append(alice.id, ["three"])
        assert await take(stream, 1) == [Entry(Cursor(3), "three")]


async def test_a_stream_read_again_from_the_middle_gives_the_rest(
    log: EventLog, alice: Owner
) -> None:
    await log.append(alice.id, [str(number) for number in range(1, 8)])

    async with aclosing(log.follow(alice.id, Cursor(4))) as stream:
        assert facts_of(await take(stream, 3)) == [5, 6, 7]


async def test_entries_written_while_a_follower_reads_are_not_missed(
    log: EventLog, alice: Owner
) -> None:
    async def write() -> None:
        for number in range(100):
            await log.append(alice.id, [str(number)])

    async with aclosing(log.follow(alice.id, Cursor(0))) as stream:
        writing = asyncio.create_task(write())
        entries = await take(stream, 100)
        await writing

    assert facts_of(entries) == list(range(1, 101))
    assert [entry.payload for entry in entries] == [str(number) for number in range(100)]


async def test_many_writers_at_once_get_cursors_without_gaps_in_the_order_of_their_commits(
    log: EventLog, alice: Owner
) -> None:
    await asyncio.gather(*(log.append(alice.id, [str(n), str(n)]) for n in range(20)))

    entries = await log.read(alice.id, Cursor(0))
    assert facts_of(entries) == list(range(1, 41))
    pairs = [entry.payload for entry in entries]
    assert pairs[::2] == pairs[1::2]


async def test_what_is_rolled_back_is_never_told(
    database: Database, log: EventLog, alice: Owner
) -> None:
    async with aclosing(log.follow(alice.id, Cursor(0))) as stream:
        with pytest.raises(RuntimeError):
            await write_in_vain(database, log, alice)
        await log.append(alice.id, ["told"])
        assert await take(stream, 1) == [Entry(Cursor(1), "told")]


async def test_a_follower_that_falls_far_behind_still_gets_everything(
    log: EventLog, alice: Owner
) -> None:
    async with aclosing(log.follow(alice.id, Cursor(0))) as stream:
        await log.append(alice.id, ["first"])
        assert await take(stream, 1) == [Entry(Cursor(1), "first")]
        await log.append(alice.id, ["more"] * (KEPT_ENTRIES + 500))
        cursors = facts_of(await take(stream, KEPT_ENTRIES + 500))
    assert cursors == list(range(2, KEPT_ENTRIES + 502))


async def test_a_quiet_stream_gives_a_heartbeat(start_log: StartLog, alice: Owner) -> None:
    log = await start_log(heartbeat=0.01)
    async with aclosing(log.follow(alice.id, Cursor(0))) as stream:
        with fail_after(5):
            assert await anext(stream) is None


async def test_streams_do_not_hear_each_other(log: EventLog, alice: Owner, bob: Owner) -> None:
    await log.append(alice.id, ["for alice"])
    async with aclosing(log.follow(bob.id, Cursor(0))) as stream:
        await log.append(alice.id, ["for alice too"])
        await log.append(bob.id, ["for bob"])
        assert await take(stream, 1) == [Entry(Cursor(1), "for bob")]


async def test_a_cancelled_follower_leaves_the_log_usable(log: EventLog, alice: Owner) -> None:
    await log.append(alice.id, ["one"])
    followers = [asyncio.create_task(take(log.follow(alice.id, Cursor(0)), 2)) for _ in range(20)]
    await asyncio.sleep(0)
    for follower in followers:
        follower.cancel()
    await asyncio.gather(*followers, return_exceptions=True)

    await log.append(alice.id, ["two"])
    async with aclosing(log.follow(alice.id, Cursor(0))) as stream:
        assert await take(stream, 2) == [Entry(Cursor(1), "one"), Entry(Cursor(2), "two")]
