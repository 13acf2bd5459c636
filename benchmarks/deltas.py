"""What a streamed piece of text costs the server, beside the plain SDKs: at full rate, and at one every 20 ms."""

from collections.abc import Sequence

import uvloop

from benchmarks.clients import through_plain_sdk, through_taskchat
from benchmarks.figures import Figure, compare, summarise
from benchmarks.load import Load, measure_load, seconds_per_piece_at_once
from benchmarks.processes import Server, data_directory, endpoint, plain_sdk, taskchat

RUNS = 20
FOLLOWERS = 3
TIMES = 5
GOAL_TIMES = 1 / 3
WHAT = f"processor time of a delta, {RUNS} live runs"


def measure_deltas(_: int) -> list[Figure]:
    with (
        endpoint() as model,
        data_directory() as data,
        taskchat(data, model) as ours,
        plain_sdk(model) as theirs,
    ):
        return uvloop.run(_measure(model, ours, theirs))


async def _measure(model: Server, ours: Server, theirs: Server) -> list[Figure]:
    people = [await through_taskchat(ours, f"person-{n}@example.com") for n in range(RUNS)]
    plain = [through_plain_sdk(theirs)]
    paced, shared, plain_paced = list[Load](), list[Load](), list[Load]()
    at_once, plain_at_once = list[float](), list[float]()
    for targets in (people, plain):  # the first answers of a process are dearer
        await seconds_per_piece_at_once(targets, RUNS)
    for _ in range(TIMES):
        paced.append(await measure_load(model, people, RUNS))
        plain_paced.append(await measure_load(model, plain, RUNS))
        shared.append(await measure_load(model, people, RUNS, listeners=FOLLOWERS))
        at_once.append(await seconds_per_piece_at_once(people, RUNS))
        plain_at_once.append(await seconds_per_piece_at_once(plain, RUNS))
    return [
        *_pair(f"{WHAT} at one per 20 ms", _costs(paced), _costs(plain_paced)),
        *_pair(f"{WHAT} at full rate", at_once, plain_at_once),
        summarise(f"{WHAT}, TaskChat, {FOLLOWERS} followers each", _costs(shared), unit="µs"),
        *paced[-1].share_figures(f"with {RUNS} live runs, TaskChat"),
    ]


def _pair(what: str, ours: Sequence[float], theirs: Sequence[float]) -> list[Figure]:
    mine = summarise(f"{what}, TaskChat", ours, unit="µs")
    other = summarise(f"{what}, plain SDKs", theirs, unit="µs")
    return [mine, other, compare(f"{what}, TaskChat / plain SDKs", mine, other, goal=GOAL_TIMES)]


def _costs(loads: Sequence[Load]) -> list[float]:
    return [load.seconds_per_piece for load in loads]
