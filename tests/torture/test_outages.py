"""Servers that are frozen, told to stop or left without what they stand on, in the middle of answers."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Generator

import pytest

from tests.torture.people import Person
from tests.torture.scenes import Scene
from tests.torture.sites import LEASE_SECONDS, Site
from tests.torture.waiting import until

pytestmark = pytest.mark.anyio

ANSWERS = 3
IDLE_SECONDS = 3.0
STALL_SECONDS = 3.0
STOP_SECONDS = 5.0


@pytest.fixture(autouse=True)
def nothing_goes_wrong(request: pytest.FixtureRequest) -> Generator[None]:
    yield
    for name in ("single", "cluster"):
        if name in request.fixturenames:
            here: Site = request.getfixturevalue(name)
            wrong, here.tally.wrong = here.tally.wrong, []
            assert sorted(set(wrong)) == []


async def in_the_middle(scene: Scene, answers: int = ANSWERS) -> None:
    watches = await asyncio.gather(*(scene.begin(posts=1) for _ in range(answers)))
    await asyncio.gather(*(watch.steady.saw(6) for watch in watches))


async def taken_over(here: Site) -> None:
    """Each answer has ended or is in other hands."""
    statement = "SELECT id FROM runs WHERE attempt = 1 AND status = 'running'"

    async def has_moved() -> bool:
        return not await here.backend.rows(statement)

    await until(has_moved, 10 * LEASE_SECONDS)


async def test_a_server_that_slept_through_its_leases_writes_nothing_more(
    cluster: Site, ben: Person
) -> None:
    async with Scene(cluster, ben, idle_seconds=IDLE_SECONDS) as scene:
        await in_the_middle(scene)
        frozen = cluster.servers[ben.at % 2]
        frozen.send(signal.SIGSTOP)
        try:
            await taken_over(cluster)
        finally:
            frozen.send(signal.SIGCONT)
        await scene.ends()
        await scene.judge()
    assert any("run.recovered" in watch.steady.times for watch in scene.watches)


async def test_a_server_that_is_told_to_stop_hands_over_and_says_goodbye(
    single: Site, ann: Person
) -> None:
    (server,) = single.servers
    async with Scene(single, ann) as scene:
        await in_the_middle(scene)
        server.send(signal.SIGTERM)
        assert await server.died(STOP_SECONDS)
        retries = [watch.steady.connection.retries for watch in scene.watches]
        await server.start()
        await server.ready()
        await scene.ends()
        await scene.judge()
    assert all("1000" in told for told in retries)
    for watch in scene.watches:
        statement = "SELECT attempt, crashes FROM runs WHERE id = :id"
        assert await single.backend.rows(statement, id=watch.begun[0].run_id) == [(2, 0)]


async def test_a_server_that_is_killed_during_each_of_its_recoveries_gives_up_in_order(
    single: Site, ann: Person
) -> None:
    (server,) = single.servers
    async with Scene(single, ann) as scene:
        await in_the_middle(scene, 1)
        await server.kill()
        for steps in (1, 3, 6, 9, 12):
            await server.start(f"now:recovery:{steps}")
            if not await server.died(10 * STOP_SECONDS):
                await server.kill()
        await server.start()
        await server.ready()
        await scene.ends()
        await scene.judge()


async def kill_redis(here: Site) -> None:
    assert here.backend.redis
    here.backend.redis.kill()
    await asyncio.sleep(STALL_SECONDS / 2)  # really away for a while
    await asyncio.to_thread(here.backend.redis.start)


async def flush_redis(here: Site) -> None:
    assert here.backend.redis
    await asyncio.to_thread(here.backend.redis.flush)


async def freeze_redis(here: Site) -> None:
    assert here.backend.redis
    here.backend.redis.freeze()
    await asyncio.sleep(STALL_SECONDS)
    here.backend.redis.thaw()


@pytest.mark.parametrize("fault", [kill_redis, flush_redis, freeze_redis])
async def test_redis_may_fail_at_the_cost_of_passing_pieces_only(
    cluster: Site, ben: Person, fault: Callable[[Site], Awaitable[None]]
) -> None:
    async with Scene(cluster, ben, idle_seconds=IDLE_SECONDS) as scene:
        await in_the_middle(scene)
        await fault(cluster)
        await scene.ends()
        await scene.judge(pieces_lost=True)


async def test_answers_outlive_a_restart_of_postgresql(cluster: Site, ben: Person) -> None:
    async with Scene(cluster, ben, idle_seconds=IDLE_SECONDS) as scene:
        await in_the_middle(scene)
        scene.forgive(503)
        await cluster.backend.restart_postgres()
        await scene.ends()
        await scene.judge(pieces_lost=True)
