"""How long the first words of an answer take, and what a turn costs, beside the plain SDKs."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from benchmarks.clients import (
    Connection,
    Target,
    connected,
    direct,
    through_plain_sdk,
    through_taskchat,
)
from benchmarks.figures import Figure, compare, summarise
from benchmarks.processes import Server, data_directory, endpoint, plain_sdk, taskchat

CLIENTS = 50
WARM_UP_ROUNDS = 10
GOAL_MILLISECONDS = 30.0
GOAL_TIMES = 1.0
MESSAGE = "What should I do first today?"
TALK = "What can you do?"
ORDER = "Add water the plants"


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds to the first text, each number next to those of the same round."""

    direct: list[float] = field(default_factory=list[float])
    taskchat: list[float] = field(default_factory=list[float])
    plain: list[float] = field(default_factory=list[float])

    def added(self, through: Sequence[float]) -> list[float]:
        return [total - alone for total, alone in zip(through, self.direct, strict=True)]


def measure_first_text(rounds: int) -> list[Figure]:
    with (
        endpoint() as model,
        data_directory() as data,
        taskchat(data, model) as ours,
        plain_sdk(model) as theirs,
    ):
        alone, cpu = asyncio.run(_one_client(model, ours, theirs, rounds))
        crowd = asyncio.run(_many_clients(model, ours, theirs, max(1, rounds // CLIENTS)))
    return [*_figures(alone, crowd), *cpu]


def measure_command_answers(rounds: int) -> list[Figure]:
    with data_directory() as data, taskchat(data) as server:
        return asyncio.run(_commands(server, rounds))


def _figures(alone: Times, crowd: Times) -> list[Figure]:
    ours = summarise(
        "first text, added by TaskChat", alone.added(alone.taskchat), goal=GOAL_MILLISECONDS
    )
    theirs = summarise("first text, added by the plain SDKs", alone.added(alone.plain))
    ours_many = summarise(
        f"first text, added by TaskChat, {CLIENTS} clients", crowd.added(crowd.taskchat)
    )
    theirs_many = summarise(
        f"first text, added by the plain SDKs, {CLIENTS} clients", crowd.added(crowd.plain)
    )
    return [
        summarise("first text, endpoint alone", alone.direct),
        ours,
        theirs,
        compare("first text, TaskChat / plain SDKs", ours, theirs, goal=GOAL_TIMES),
        ours_many,
        theirs_many,
        compare(
            f"first text, TaskChat / plain SDKs, {CLIENTS} clients",
            ours_many,
            theirs_many,
            goal=GOAL_TIMES,
        ),
    ]


async def _one_client(
    model: Server, ours: Server, theirs: Server, rounds: int
) -> tuple[Times, list[Figure]]:
    times = Times()
    async with AsyncExitStack() as stack:
        alone, through, plain = [
            await stack.enter_async_context(connected(target))
            for target in (
                direct(model),
                await through_taskchat(ours, "ann@example.com"),
                through_plain_sdk(theirs),
            )
        ]
        for _ in range(WARM_UP_ROUNDS):
            await _round(Times(), alone, through, plain)
        before = ours.cpu_seconds, theirs.cpu_seconds
        for _ in range(rounds):
            await _round(times, alone, through, plain)
    return times, _cpu_figures(ours.cpu_seconds - before[0], theirs.cpu_seconds - before[1], rounds)


async def _round(times: Times, alone: Connection, through: Connection, plain: Connection) -> None:
    times.direct.append(await alone.first_text_seconds(MESSAGE))
    times.taskchat.append(await through.first_text_seconds(MESSAGE))
    times.plain.append(await plain.first_text_seconds(MESSAGE))


def _cpu_figures(ours: float, theirs: float, turns: int) -> list[Figure]:
    """The kernel counts in hundredths of a second, so only the whole run can be divided."""
    mine = Figure("processor time of a turn, TaskChat", "ms", ours / turns * 1000, None, turns)
    other = Figure("processor time of a turn, plain SDKs", "ms", theirs / turns * 1000, None, turns)
    ratio = compare("processor time of a turn, TaskChat / plain SDKs", mine, other, goal=GOAL_TIMES)
    return [mine, other, ratio]


async def _many_clients(model: Server, ours: Server, theirs: Server, rounds: int) -> Times:
    """All clients ask at the same moment; the next round waits for the last of them."""
    people = [
        await through_taskchat(ours, f"person-{number}@example.com") for number in range(CLIENTS)
    ]
    times = Times()
    async with AsyncExitStack() as stack:

        async def connect(targets: Sequence[Target]) -> list[Connection]:
            return [await stack.enter_async_context(connected(target)) for target in targets]

        alone = await connect([direct(model)] * CLIENTS)
        through = await connect(people)
        plain = await connect([through_plain_sdk(theirs)] * CLIENTS)
        for _ in range(rounds):
            times.direct.extend(await _all_at_once(alone))
            times.taskchat.extend(await _all_at_once(through))
            times.plain.extend(await _all_at_once(plain))
    return times


async def _all_at_once(connections: Sequence[Connection]) -> list[float]:
    asked = (connection.first_text_seconds(MESSAGE) for connection in connections)
    return await asyncio.gather(*asked)


async def _commands(server: Server, rounds: int) -> list[Figure]:
    talked: list[float] = []
    ordered: list[float] = []
    async with connected(await through_taskchat(server, "ann@example.com")) as connection:
        for number in range(WARM_UP_ROUNDS + rounds):
            talk = await connection.first_text_seconds(TALK)
            order = await connection.first_text_seconds(ORDER)
            if number >= WARM_UP_ROUNDS:
                talked.append(talk)
                ordered.append(order)
    return [
        summarise("built-in commands, first text of a question", talked),
        summarise("built-in commands, first text after creating a task", ordered),
    ]
