"""A process that has imported the program already and turns into servers: `python -m tests.torture.zygote`.

Importing takes seconds and is not what the torture is about. Reads a line of JSON per server
(`environment`, `log`) and answers with a line that has its process id.
"""

import asyncio
import json
import os
import select
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

PRELOADED = (
    "taskchat.app",
    "taskchat.api.patience",
    "taskchat.streams.postgres",
    "taskchat.streams.redis.delivery",
    "uvicorn.lifespan.on",
    "uvicorn.loops.uvloop",
)


class Zygote:
    """The other end: asks for servers."""

    def __init__(self) -> None:
        self._process: Process | None = None

    async def start(self, environment: Mapping[str, str], log: Path) -> int:
        """The process id of a new server."""
        if self._process is None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.torture.zygote",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
        assert self._process.stdin
        assert self._process.stdout
        order = json.dumps({"environment": dict(environment), "log": str(log)})
        self._process.stdin.write(order.encode() + b"\n")
        return int(await self._process.stdout.readline())

    async def stop(self) -> None:
        if self._process:
            self._process.kill()
            await self._process.wait()
            self._process = None


async def ended(pid: int) -> None:
    """Returns when the process is gone, whoever its parent is."""
    loop = asyncio.get_running_loop()
    gone = loop.create_future()
    with suppress(ProcessLookupError):
        handle = os.pidfd_open(pid)
        try:
            loop.add_reader(handle, lambda: gone.done() or gone.set_result(None))
            await gone
        finally:
            loop.remove_reader(handle)
            os.close(handle)


def is_alive(pid: int) -> bool:
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    with os.fdopen(handle):
        return not select.select([handle], [], [], 0)[0]


def _become_server(order: dict[str, Any]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.clear()
    os.environ.update(order["environment"])
    import_module("tests.torture.served").serve()


def main() -> None:
    for name in PRELOADED:
        import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become_server(order)
            os._exit(0)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
