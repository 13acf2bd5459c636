"""How many live answers one process holds, beside the plain SDKs."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

import uvloop

from benchmarks.clients import Target, through_plain_sdk, through_taskchat
from benchmarks.figures import Figure, compare, summarise
from benchmarks.load import Load, measure_load
from benchmarks.processes import Server, data_directory, endpoint, plain_sdk, taskchat

STEPS = (20, 40, 60, 80, 120, 160, 200, 240, 280, 320, 400, 500, 640)
LATE_SECONDS = 0.1
FINENESS = 0.1  # of what is held: nearer than that is not looked
GOAL_TIMES = 3.0
PEOPLE = 20


@dataclass(slots=True)
class Held:
    """The most runs that were held so far, and the fewest that were not."""

    name: str
    targets: Sequence[Target]
    most: int = 0
    fewest: int | None = None
    loads: list[Load] = field(default_factory=list[Load])

    @property
    def is_found(self) -> bool:
        return self.fewest is not None and self.fewest - self.most <= max(1, FINENESS * self.most)

    def next_runs(self) -> int:
        if self.fewest is None:
            return next((step for step in STEPS if step > self.most), self.most * 2)
        return (self.most + self.fewest) // 2

    async def try_next(self, model: Server) -> None:
        """What is too much is tried twice: the machine may have been busy with something else."""
        runs = self.next_runs()
        for _ in range(2):
            load = await measure_load(model, self.targets, runs)
            self.loads.append(load)
            sys.stderr.write(f"  {self.name}, {load}\n")
            if load.p99 <= LATE_SECONDS:
                self.most = runs
                return
        self.fewest = runs

    def figures(self) -> list[Figure]:
        """Raises RuntimeError when not even one was held, which says more about the machine."""
        best: dict[int, Load] = {}
        for load in sorted(self.loads, key=lambda load: load.p99, reverse=True):
            best[load.runs] = load
        if self.most not in best:
            raise RuntimeError(f"{self.name} held nothing: the machine is busy with something else")
        return [
            Figure(f"live runs held, {self.name}", "runs", self.most, None, len(self.loads)),
            *best[self.most].share_figures(f"with {self.most} live runs, {self.name}"),
            *(
                summarise(f"lateness with {runs} live runs, {self.name}", best[runs].late)
                for runs in sorted(best)
            ),
        ]


def measure_live_runs(_: int) -> list[Figure]:
    with (
        endpoint() as model,
        data_directory() as data,
        taskchat(data, model) as ours,
        plain_sdk(model) as theirs,
    ):
        return uvloop.run(_measure(model, ours, theirs))


async def _measure(model: Server, ours: Server, theirs: Server) -> list[Figure]:
    people = [await through_taskchat(ours, f"person-{n}@example.com") for n in range(PEOPLE)]
    plain = [through_plain_sdk(theirs)]
    mine, other = Held("TaskChat", people), Held("plain SDKs", plain)
    while not (mine.is_found and other.is_found):
        for held in (mine, other):
            if not held.is_found:
                await held.try_next(model)
    mine_told, other_told = mine.figures(), other.figures()
    times = compare(
        "live runs, TaskChat / plain SDKs",
        mine_told[0],
        other_told[0],
        goal=GOAL_TIMES,
        is_floor=True,
    )
    return [*mine_told, *other_told, times]
