"""A number of live answers at once, and what they cost."""

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple, override

from benchmarks.clients import Target, to_get
from benchmarks.endpoint import AT_ONCE, END_PATH, ON_AND_ON
from benchmarks.figures import Figure, quantile
from benchmarks.listening import (
    ONCE,
    PATIENCE_SECONDS,
    Listener,
    Window,
    a_few_at_a_time,
    ask,
    closing_all,
    follow,
    listen,
)
from benchmarks.pacing import PERIOD_SECONDS, PIECES_AT_ONCE
from benchmarks.processes import Server

SETTLE_SECONDS = 1.0
WINDOW_SECONDS = 5.0
LATEST_SECONDS = 1.0  # what has not come by then counts as that late


class Shares(NamedTuple):
    """Of one processor; `others` is what neither of the three used."""

    server: float
    endpoint: float
    client: float
    others: float


@dataclass(frozen=True, slots=True)
class Load:
    """Of the time that counted; `late` are seconds, in order."""

    runs: int
    late: Sequence[float]
    pieces: int
    shares: Shares

    @property
    def p99(self) -> float:
        return quantile(self.late, 0.99)

    @property
    def seconds_per_piece(self) -> float:
        return self.shares.server * WINDOW_SECONDS / self.pieces

    def share_figures(self, name: str) -> list[Figure]:
        """What else there is to a figure: whether something other than the server was the limit."""
        return [
            Figure(f"processor of the {who} {name}", "%", share * 100, None, 1)
            for who, share in self.shares._asdict().items()
        ]

    @override
    def __str__(self) -> str:
        wanted = round(self.runs * WINDOW_SECONDS / PERIOD_SECONDS)
        late = f"{quantile(self.late, 0.5) * 1e3:.0f}/{self.p99 * 1e3:.0f} ms late p50/p99"
        pieces = f"{self.pieces / wanted:.0%} of the pieces sent"
        used = ", ".join(f"{name} {share:.0%}" for name, share in self.shares._asdict().items())
        return f"{self.runs} runs: {late}, {pieces}; processor: {used}"


async def measure_load(
    model: Server, targets: Sequence[Target], runs: int, *, listeners: int = 1
) -> Load:
    """`listeners` for each run; the first of them asked. Every person of `targets` has as many runs as the others."""
    window = Window()
    async with _live(model, targets, runs, listeners, window) as asked:
        await asyncio.sleep(SETTLE_SECONDS)
        clocks = Clocks(targets[0].server, model)
        window.open(WINDOW_SECONDS)
        await asyncio.sleep(WINDOW_SECONDS)
        shares = clocks.shares()
        await asyncio.sleep(LATEST_SECONDS)
        late = [nanoseconds / 1e9 for nanoseconds in window.late]
        late += _missing(asked, window)
    return Load(runs, sorted(late), len(late) // listeners, shares)


async def seconds_per_piece_at_once(targets: Sequence[Target], runs: int) -> float:
    """Processor time for a piece when all of an answer comes as fast as it can, the turn's own included."""
    server, window = targets[0].server, Window()
    before = server.cpu_seconds
    wanted = (ask(target, AT_ONCE, window) for target in islice(cycle(targets), runs))
    asked = await asyncio.gather(*wanted)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await asyncio.gather(*(listener.ended for listener in asked))
    return (server.cpu_seconds - before) / (runs * PIECES_AT_ONCE)


class Clocks:
    """Processor time from now on."""

    def __init__(self, server: Server, model: Server) -> None:
        self._servers = (server, model)
        self._began = time.monotonic()
        self._before = self._now()

    def shares(self) -> Shares:
        passed = time.monotonic() - self._began
        used = zip(self._now(), self._before, strict=True)
        server, model, client, everybody = ((now - before) / passed for now, before in used)
        return Shares(server, model, client, everybody - server - model - client)

    def _now(self) -> tuple[float, float, float, float]:
        server, model = self._servers
        return server.cpu_seconds, model.cpu_seconds, time.process_time(), _busy_seconds()


def _busy_seconds() -> float:
    """Of all processors together; the kernel only guesses at work that is shorter than its ticks, not at rest."""
    first, *_ = Path("/proc/stat").read_text("ascii").splitlines()
    idle, waiting = first.split()[4:6]
    rested = (int(idle) + int(waiting)) / os.sysconf("SC_CLK_TCK")
    return time.monotonic() * (os.cpu_count() or 1) - rested


@asynccontextmanager
async def _live(
    model: Server, targets: Sequence[Target], runs: int, listeners: int, window: Window
) -> AsyncGenerator[list[Listener]]:
    """All who listen to live answers, which end with the block."""
    people = list(islice(cycle(targets), runs))
    asked = await a_few_at_a_time(ask(target, ON_AND_ON, window) for target in people)
    heard = [
        follow(target, listener.thread_id, window)
        for target, listener in zip(people, asked, strict=True)
        for _ in range(listeners - 1)
    ]
    async with closing_all(everybody := [*asked, *await a_few_at_a_time(heard)]):
        yield everybody
        async with closing_all([await listen(model, to_get(END_PATH, ONCE), window)]):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await asyncio.gather(*(listener.ended for listener in everybody))


def _missing(listeners: Sequence[Listener], window: Window) -> list[float]:
    """How late what has not come is at least."""
    period = round(PERIOD_SECONDS * 1e9)
    missing = (max(0, window.until - max(one.newest, window.since)) // period for one in listeners)
    return [LATEST_SECONDS] * sum(missing)
