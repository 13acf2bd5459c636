"""Server processes that are started, killed, frozen and started again."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.torture.backends import free_port
from tests.torture.wire import Cut, asking
from tests.torture.zygote import Zygote, ended, is_alive

READY_SECONDS = 60.0
LOOK_SECONDS = 0.02
STOP_SECONDS = 15.0


class Server:
    """One address, served by one process after the other."""

    def __init__(self, zygote: Zygote, environment: Mapping[str, str], log: Path) -> None:
        self._zygote = zygote
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self._environment = {**os.environ, **environment, "TASKCHAT_PORT": str(self.port)}
        self.pid = 0

    @property
    def is_alive(self) -> bool:
        return self.pid != 0 and is_alive(self.pid)

    async def start(self, crash: str = "") -> None:
        """`crash` is a point as `served.py` knows it, for when it is armed."""
        environment = {**self._environment, "TORTURE_CRASH": crash}
        self.pid = await self._zygote.start(environment, self.log)

    async def ready(self) -> float:
        """The time at which it answered; raises TimeoutError with what the server has said."""
        try:
            async with asyncio.timeout(READY_SECONDS):
                while True:
                    with suppress(Cut):
                        async with asking(self.url, "/readyz", {}) as reply:
                            if reply.status == 200:
                                return time.monotonic()
                    if not self.is_alive:
                        break
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            pass
        raise RuntimeError(f"the server is not ready: {self.log.read_text()[-4000:]}")

    def send(self, sign: signal.Signals) -> None:
        if self.is_alive:
            os.kill(self.pid, sign)

    def arm(self) -> None:
        self.send(signal.SIGUSR1)

    async def died(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await ended(self.pid)
        except TimeoutError:
            return False
        return True

    async def kill(self) -> float:
        self.send(signal.SIGKILL)
        at = time.monotonic()
        assert await self.died(STOP_SECONDS)
        return at

    def memory(self) -> int:
        """Bytes of the process in memory."""
        pages = Path(f"/proc/{self.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")


class Model:
    """The scripted model in its own process."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url
        self.key = key

    async def turns(self) -> dict[str, int]:
        """How often each title's steps were asked for."""
        async with asking(self.url, "/turns", {}) as reply:
            return json.loads(await reply.body())


@asynccontextmanager
async def scripted_model() -> AsyncGenerator[Model]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.torture.model", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    told = json.loads(await process.stdout.readline())
    try:
        yield Model(**told)
    finally:
        process.kill()
        await process.wait()
