"""Many who only listen: what each of them takes, and how soon they hear."""

import asyncio
import json
from collections.abc import Sequence

import uvloop

from benchmarks.clients import Target, through_taskchat, to_post
from benchmarks.figures import Figure, summarise
from benchmarks.listening import (
    ONCE,
    Listener,
    Window,
    a_few_at_a_time,
    closing_all,
    follow_person,
    listen,
)
from benchmarks.load import measure_load
from benchmarks.processes import Server, data_directory, endpoint, taskchat
from benchmarks.stamps import stamp

PEOPLE = 50
FOLLOWERS_EACH = 100
MEMORY_GOAL_KIB = 100.0
WAKE_UP_GOAL_MILLISECONDS = 250.0
SETTLE_SECONDS = 2.0
APART_SECONDS = 0.02  # between two people's tasks, when they do not come all at once
LATEST_SECONDS = 5.0
RUNS = 20
RUN_FOLLOWERS = 500


def measure_followers(_: int) -> list[Figure]:
    with endpoint() as model, data_directory() as data, taskchat(data, model) as server:
        return uvloop.run(_measure(model, server))


async def _measure(model: Server, server: Server) -> list[Figure]:
    people = [await through_taskchat(server, f"person-{n}@example.com") for n in range(PEOPLE)]
    idle = await _idle(server, people)
    load = await measure_load(model, people[:RUNS], RUNS, listeners=RUN_FOLLOWERS // RUNS)
    name = f"lateness of deltas, {RUNS} live runs, {RUN_FOLLOWERS} followers"
    return [
        *idle,
        summarise(name, load.late),
        *load.share_figures(f"with {RUN_FOLLOWERS} followers"),
    ]


async def _idle(server: Server, people: Sequence[Target]) -> list[Figure]:
    window = Window()
    await _create_tasks(people, apart=0)  # whatever the first one makes the server load or build
    before = server.resident_bytes
    wanted = (
        follow_person(server, person.headers, window)
        for person in people
        for _ in range(FOLLOWERS_EACH)
    )
    listeners = await a_few_at_a_time(wanted)
    count = len(listeners)
    async with closing_all(listeners):
        await asyncio.sleep(SETTLE_SECONDS)
        kib = (server.resident_bytes - before) / count / 1024
        spread = await _wake_ups(people, window, count, apart=APART_SECONDS)
        together = await _wake_ups(people, window, count, apart=0)
        after = (server.resident_bytes - before) / count / 1024
    goal = WAKE_UP_GOAL_MILLISECONDS
    name = f"wake-up of {count} followers"
    return [
        Figure("memory of an idle follower", "KiB", kib, None, count, MEMORY_GOAL_KIB),
        Figure("memory of a follower that has heard", "KiB", after, None, count, MEMORY_GOAL_KIB),
        summarise(f"{name}, one person after the other", spread, goal=goal, judged="p99"),
        summarise(f"{name}, all at the same moment", together),
    ]


async def _wake_ups(
    people: Sequence[Target], window: Window, count: int, *, apart: float
) -> list[float]:
    """From the moment at which somebody sends a task to the one at which a follower has heard of it."""
    window.open(len(people) * apart + LATEST_SECONDS)
    await _create_tasks(people, apart=apart)
    await asyncio.sleep(LATEST_SECONDS)
    if len(window.late) != count:
        raise RuntimeError(f"{len(window.late)} of {count} followers heard")
    return [nanoseconds / 1e9 for nanoseconds in window.late]


async def _create_tasks(people: Sequence[Target], *, apart: float) -> None:
    """One for each person."""
    creating: list[asyncio.Task[Listener]] = []
    for person in people:
        creating.append(asyncio.create_task(_create_task(person)))
        await asyncio.sleep(apart)
    async with closing_all(await asyncio.gather(*creating)):
        pass


async def _create_task(person: Target) -> Listener:
    """Its title says when it was sent."""
    body = json.dumps({"title": stamp()}).encode()
    request = to_post("/api/tasks", body, ONCE | dict(person.headers))
    return await listen(person.server, request, Window())
