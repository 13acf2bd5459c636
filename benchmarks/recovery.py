"""How soon an answer goes on after its process was killed, and after a connection was lost."""

import asyncio
import os
import signal
import time
from contextlib import ExitStack
from pathlib import Path

import uvloop

from benchmarks.clients import Target, through_taskchat, to_get
from benchmarks.endpoint import END_PATH, ON_AND_ON
from benchmarks.figures import Figure, summarise
from benchmarks.listening import (
    ONCE,
    Window,
    ask,
    closing_all,
    listen,
)
from benchmarks.processes import Server, data_directory, endpoint, free_port, taskchat
from benchmarks.resuming import resume, wait_for_recovery

KILLS = 20
READY_GOAL_SECONDS = 2.0
RECOVERED_GOAL_SECONDS = 3.0
ANSWERED_SECONDS = 0.5  # before it is interrupted
AWAY_SECONDS = 0.2  # long enough for something to be missed


def measure_recovery(rounds: int) -> list[Figure]:
    with endpoint() as model, data_directory() as data, ExitStack() as stack:
        return uvloop.run(_measure(model, data, stack, rounds))


async def _measure(model: Server, data: Path, stack: ExitStack, rounds: int) -> list[Figure]:
    port = free_port()
    server = await _start(stack, data, model, port)
    resumed = await _resume_often(model, await through_taskchat(server, "ann@example.com"), rounds)
    ready: list[float] = []
    recovered: list[float] = []
    for number in range(KILLS):
        target = await through_taskchat(server, f"person-{number}@example.com")
        window = Window()
        asked = await ask(target, ON_AND_ON, window)
        async with closing_all([asked]):
            await asyncio.sleep(ANSWERED_SECONDS)
            killed = time.monotonic()
            os.kill(server.pid, signal.SIGKILL)
        waiting = asyncio.create_task(wait_for_recovery(target, asked.thread_id, asked.cursor))
        server = await _start(stack, data, model, port)
        ready.append(time.monotonic() - killed)
        recovered.append(await waiting - killed)
        await _end_answers(model)
    return [
        summarise("kill -9 to ready", ready, unit="s", goal=READY_GOAL_SECONDS),
        summarise("kill -9 to recovered", recovered, unit="s", goal=RECOVERED_GOAL_SECONDS),
        summarise("reconnecting to the first missing event", resumed),
    ]


async def _start(stack: ExitStack, data: Path, model: Server, port: int) -> Server:
    serving = taskchat(data, model, port=port)
    return await asyncio.to_thread(stack.enter_context, serving)


async def _resume_often(model: Server, target: Target, rounds: int) -> list[float]:
    """Seconds from the new connection's first packet, each time after a while without one."""
    seconds: list[float] = []
    asked = await ask(target, ON_AND_ON, Window())
    async with closing_all([asked]):
        pass
    cursor = asked.cursor
    for _ in range(rounds):
        await asyncio.sleep(AWAY_SECONDS)
        taken, cursor = await resume(target, asked.thread_id, cursor)
        seconds.append(taken)
    await _end_answers(model)
    return seconds


async def _end_answers(model: Server) -> None:
    async with closing_all([await listen(model, to_get(END_PATH, ONCE), Window())]):
        pass
