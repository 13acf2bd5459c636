"""One kill: several answers in the making, and what came of them."""

import asyncio
import time

from tests.torture.people import Person
from tests.torture.scenes import Scene
from tests.torture.servers import Server
from tests.torture.sites import Site

RUNS_AT_ONCE = 5
ANSWER_SECONDS = 1.6  # about as long as an answer takes
CRASH_SECONDS = 6.0


async def kill_once(here: Site, person: Person) -> None:
    """Adds what it saw to the site's tally."""
    async with Scene(here, person) as scene:
        victim = here.chance.choice(here.servers)
        by_point = here.chance.random() < 0.5
        if by_point:
            victim.arm()
        posting = [asyncio.create_task(scene.begin()) for _ in range(RUNS_AT_ONCE)]
        killed = await _kill(here, victim, by_point=by_point)
        await here.restart(victim, killed)
        await asyncio.gather(*posting)
        await scene.ends()
        await scene.judge()
        for watch in scene.watches:
            if recovered := watch.steady.times.get("run.recovered"):
                here.recovered_seconds.append(recovered - killed)


async def _kill(here: Site, victim: Server, *, by_point: bool) -> float:
    if by_point:
        if await victim.died(CRASH_SECONDS):
            here.points_reached += 1
        else:
            here.points_missed += 1
            await victim.kill()
        killed = time.monotonic()
    else:
        await asyncio.sleep(here.chance.uniform(0.0, ANSWER_SECONDS))
        killed = await victim.kill()
    here.kills += 1
    return killed
