"""Servers on a backend, the model that they ask, and what was found out about them."""

import random
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.torture import backends
from tests.torture.backends import Backend
from tests.torture.servers import Model, Server, scripted_model
from tests.torture.verdict import Tally
from tests.torture.zygote import Zygote

LEASE_SECONDS = 2.0
STEPS = {
    "accept": 8,
    "turn": 6,
    "tool": 10,
    "settle": 5,
    "end": 3,
}  # after each trigger, at most so many
RECOVERY_STEPS = 25
RECOVERY_KILLS = 0.15  # of all starts
RECOVERY_SECONDS = 12.0


@dataclass
class Site:
    """A backend, the servers on it and the model that they ask.

    Of the points at which servers were to kill themselves, some were reached and some never came.
    """

    backend: Backend
    model: Model
    servers: list[Server]
    chance: random.Random
    tally: Tally = field(default_factory=Tally)
    kills: int = 0
    points_reached: int = 0
    points_missed: int = 0
    ready_seconds: list[float] = field(default_factory=list[float])
    recovered_seconds: list[float] = field(default_factory=list[float])

    @property
    def urls(self) -> list[str]:
        return [server.url for server in self.servers]

    def crash_point(self) -> str:
        trigger = self.chance.choice(list(STEPS))
        return f"armed:{trigger}:{self.chance.randint(1, STEPS[trigger])}"

    async def start(self) -> None:
        for server in self.servers:
            await server.start(self.crash_point())
        for server in self.servers:
            await server.ready()

    async def restart(self, server: Server, killed: float) -> None:
        """Now and then the next one dies while it recovers what the first one left."""
        if self.chance.random() < RECOVERY_KILLS:
            await server.start(f"now:recovery:{self.chance.randint(1, RECOVERY_STEPS)}")
            if not await server.died(RECOVERY_SECONDS):
                await server.kill()
            self.kills += 1
        await server.start(self.crash_point())
        self.ready_seconds.append(await server.ready() - killed)


@asynccontextmanager
async def site(kind: str, directory: Path, seed: int) -> AsyncGenerator[Site]:
    """`kind` is sqlite (one process) or redis (two, over PostgreSQL and Redis)."""
    async with AsyncExitStack() as stack:
        model = await stack.enter_async_context(scripted_model())
        if kind == "sqlite":
            backend = await stack.enter_async_context(backends.sqlite(directory))
        else:
            place = backends.postgres(directory, redis=kind == "redis")
            backend = await stack.enter_async_context(place)
        environment = {
            **backend.environment,
            "TASKCHAT_DATA_DIR": str(directory),
            "TASKCHAT_LEASE_SECONDS": str(LEASE_SECONDS),
            "TASKCHAT_DAILY_MESSAGES": "0",
            "GEMINI_BASE_URL": model.url,
            "GEMINI_API_KEY": model.key,
        }
        count = 1 if kind == "sqlite" else 2
        zygote = Zygote()
        stack.push_async_callback(zygote.stop)
        servers = [Server(zygote, environment, directory / f"server{n}.log") for n in range(count)]
        here = Site(backend, model, servers, random.Random(seed))
        try:
            await here.start()
            yield here
        finally:
            for server in servers:
                if server.is_alive:
                    await server.kill()
