"""The passing events of running answers."""

import asyncio
from contextlib import aclosing

import pytest
from anyio import fail_after
from sqlalchemy import update

from taskchat.db.engine import Database
from taskchat.db.tables import RunRow
from taskchat.streams.cursor import Cursor
from taskchat.streams.fences import Fence, FenceLost, hold
from taskchat.streams.log import EventLog
from taskchat.streams.waiting import passes
from taskchat.tasks.owner import Owner
from tests.streams.conftest import StartLog
from tests.streams.following import begin_run, payloads_of, take, take_over, take_until

pytestmark = pytest.mark.anyio

RUNS = 50
WRITES = 10


async def test_facts_and_deltas_come_in_the_order_in_which_they_were_written(
    database: Database, log: EventLog, alice: Owner
) -> None:
    fence, thread_id = await begin_run(database, alice)
    async with aclosing(log.follow(thread_id, Cursor(0))) as stream:
        written: list[str] = []
        for number in range(20):
            fact, deltas = f"fact {number}", [f"delta {number}.{part}" for part in range(3)]
            await log.append(thread_id, [fact])
            await log.write_deltas(fence, thread_id, deltas[:2])
            await log.write_deltas(fence, thread_id, deltas[2:])
            written += [fact, *deltas]
        entries = await take(stream, len(written))

    assert payloads_of(entries) == written
    cursors = [entry.cursor for entry in entries]
    assert cursors == sorted(set(cursors))


async def test_a_stream_taken_up_from_any_cursor_goes_on_without_gap_or_double(
    database: Database, start_log: StartLog, alice: Owner
) -> None:
    log, other = await start_log(), await start_log()
    fence, thread_id = await begin_run(database, alice)
    for number in range(4):
        await log.append(thread_id, [f"fact {number}"])
        await log.write_deltas(fence, thread_id, [f"delta {number}.{part}" for part in range(3)])
    entries = await log.read(thread_id, Cursor(0))
    assert len(entries) == 16

    for reader in (log, other):
        for place, entry in enumerate(entries[:-1], start=1):
            async with aclosing(reader.follow(thread_id, entry.cursor)) as stream:
                assert await take(stream, 16 - place) == entries[place:]


async def test_many_runs_write_at_once_and_each_is_told_in_order(
    database: Database, log: EventLog, alice: Owner
) -> None:
    runs = [await begin_run(database, alice) for _ in range(RUNS)]

    async def run(fence: Fence, thread_id: str) -> list[str]:
        await log.append(thread_id, ["begin"])
        async with aclosing(log.follow(thread_id, Cursor(1))) as stream:
            for number in range(WRITES):
                await log.write_deltas(fence, thread_id, [f"{number}a", f"{number}b"])
            return payloads_of(await take(stream, 2 * WRITES))

    expected = [f"{number}{part}" for number in range(WRITES) for part in "ab"]
    assert await asyncio.gather(*(run(*each) for each in runs)) == [expected] * RUNS


async def test_an_earlier_attempt_writes_no_deltas_once_another_has_the_run(
    database: Database, start_log: StartLog, alice: Owner
) -> None:
    zombie, heir = await start_log(), await start_log()
    fence, thread_id = await begin_run(database, alice)
    await zombie.append(thread_id, ["begin"])
    await zombie.write_deltas(fence, thread_id, ["seen"])
    claimed = await take_over(database, fence)
    await heir.fence_off(claimed)

    with pytest.raises(FenceLost):
        await zombie.write_deltas(fence, thread_id, ["never"])
    await heir.write_deltas(claimed, thread_id, ["by the heir"])
    with pytest.raises(FenceLost):
        await zombie.write_deltas(fence, thread_id, ["never again"])

    told = payloads_of(await heir.read(thread_id, Cursor(0)))
    assert told == ["begin", "seen", "by the heir"]


async def test_runs_that_were_lost_do_not_keep_the_others_from_writing(
    database: Database, log: EventLog, alice: Owner
) -> None:
    runs = [await begin_run(database, alice) for _ in range(10)]
    for fence, thread_id in runs:
        await log.append(thread_id, ["begin"])
        if fence in [fence for fence, _ in runs[::2]]:
            await log.fence_off(await take_over(database, fence))

    writes = [log.write_deltas(fence, thread_id, ["delta"]) for fence, thread_id in runs]
    outcomes = await asyncio.gather(*writes, return_exceptions=True)

    assert [isinstance(outcome, FenceLost) for outcome in outcomes] == [True, False] * 5
    for place, (_, thread_id) in enumerate(runs):
        told = payloads_of(await log.read(thread_id, Cursor(0)))
        assert told == (["begin"] if place % 2 == 0 else ["begin", "delta"])


@pytest.mark.parametrize("change", [{"attempt": 2}, {"status": "completed"}])
async def test_who_holds_a_run_learns_that_it_is_lost(
    database: Database, alice: Owner, change: dict[str, object]
) -> None:
    fence, _ = await begin_run(database, alice)
    async with database.transaction() as session:
        await hold(session, fence)
        await session.execute(update(RunRow).values(**change))

    async with database.transaction() as session:
        with pytest.raises(FenceLost):
            await hold(session, fence)


async def test_a_follower_of_several_streams_hears_each_in_order(
    database: Database, log: EventLog, alice: Owner
) -> None:
    runs = [await begin_run(database, alice) for _ in range(3)]
    for _, thread_id in runs:
        await log.append(thread_id, ["begin"])
    heard: dict[str, list[str]] = {thread_id: [] for _, thread_id in runs}

    with log.follower() as follower, fail_after(10):
        for thread_id in heard:
            follower.follow(thread_id, Cursor(0))
        for number in range(5):
            for fence, thread_id in runs:
                await log.write_deltas(fence, thread_id, [str(number)])
        await log.append(runs[0][1], ["end"])
        async for news in follower:
            assert news is not None
            stream_id, entry = news
            heard[stream_id].append(entry.payload)
            if entry.payload == "end":
                follower.leave(stream_id)
            if sum(map(len, heard.values())) == 19:
                break

    assert list(heard.values()) == [["begin", *"01234", *end] for end in (["end"], [], [])]


async def test_a_log_that_closes_lets_every_follower_go_at_once(
    log: EventLog, alice: Owner
) -> None:
    await log.append(alice.id, ["one", "two"])
    idle = asyncio.create_task(take_until(log.follow(alice.id, Cursor(2)), "never"))
    async with aclosing(log.follow(alice.id, Cursor(0))) as busy:
        assert payloads_of(await take(busy, 1)) == ["one"]
        await asyncio.sleep(0)
        log.close()
        assert await take_until(busy, "two") == []
    with fail_after(5):
        assert await idle == []
        assert await take_until(log.follow(alice.id, Cursor(0)), "one") == []
    assert log.is_closed


async def test_a_bell_rings_in_every_process(start_log: StartLog, set_up: str) -> None:
    logs = [await start_log() for _ in range(1 if set_up == "sqlite" else 3)]
    for log in logs:
        with logs[-1].bell("runs") as bell, logs[-1].bell("others") as other, fail_after(10):
            while not bell.is_set():  # the others may not be listening yet
                log.ring("runs")
                await passes(bell, 0.1)
        assert not other.is_set()


@pytest.mark.parametrize("set_up", ["postgresql"], indirect=True)
async def test_a_run_whose_row_is_busy_keeps_no_other_run_waiting(
    database: Database, log: EventLog, alice: Owner
) -> None:
    runs = [await begin_run(database, alice) for _ in range(3)]
    busy, *others = runs
    async with database.transaction() as session:
        await hold(session, busy[0])
        waiting = asyncio.create_task(log.write_deltas(*busy, ["1", "2"]))
        for _ in range(3):
            with fail_after(5):
                await asyncio.gather(*(log.write_deltas(*run, ["x"]) for run in others))
        assert not waiting.done()
    with fail_after(5):
        await waiting

    for (_, thread_id), expected in zip(runs, (["1", "2"], ["x"] * 3, ["x"] * 3), strict=True):
        assert payloads_of(await log.read(thread_id, Cursor(0))) == expected


@pytest.mark.parametrize("set_up", ["sqlite", "postgresql"], indirect=True)
async def test_what_cannot_be_written_fails_alone(
    database: Database, log: EventLog, alice: Owner
) -> None:
    (bad, bad_thread), (good, good_thread) = [await begin_run(database, alice) for _ in range(2)]
    unstorable = ["\ud800"]  # half a character, which neither database takes

    outcomes = await asyncio.gather(
        log.write_deltas(bad, bad_thread, unstorable),
        log.write_deltas(good, good_thread, ["told"]),
        return_exceptions=True,
    )

    assert isinstance(outcomes[0], Exception)
    assert outcomes[1] is None
    assert payloads_of(await log.read(bad_thread, Cursor(0))) == []
    assert payloads_of(await log.read(good_thread, Cursor(0))) == ["told"]
