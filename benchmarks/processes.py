"""The processes that are measured: started on free ports with data of their own, and stopped again."""

import http.client
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from benchmarks.endpoint import HOST, PATH

ROOT = Path(__file__).parents[1]
TASKCHAT = Path(sys.executable).with_name("taskchat")
START_SECONDS = 60.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.002  # between two looks whether a server answers yet
OURS = ("TASKCHAT_", "GEMINI_", "DATABASE_URL", "JWT_SECRET", "MAKE", "MFLAGS")


@dataclass(frozen=True, slots=True)
class Server:
    """`start_seconds`: from its execution to its first answer with status 200."""

    port: int
    pid: int
    start_seconds: float

    @property
    def cpu_seconds(self) -> float:
        """What all its threads have used so far, in user and in system mode."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def resident_bytes(self) -> int:
        pages = Path(f"/proc/{self.pid}/statm").read_text("ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def endpoint() -> Generator[Server]:
    port = free_port()
    with running([sys.executable, "-m", "benchmarks.endpoint", str(port)], port) as server:
        yield server


@contextmanager
def plain_sdk(model: Server) -> Generator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.plain_sdk", str(port), model_address(model)]
    with running(command, port) as server:
        yield server


@contextmanager
def taskchat(
    data: Path, model: Server | None = None, *, port: int | None = None
) -> Generator[Server]:
    """With the built-in commands when there is no model."""
    port = port or free_port()
    settings = taskchat_settings(data, port)
    if model:
        settings |= {"GEMINI_API_KEY": "benchmark", "GEMINI_BASE_URL": model_address(model)}
    with running([str(TASKCHAT), "serve"], port, settings, folder=data) as server:
        yield server


@contextmanager
def data_directory() -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix="taskchat-benchmark-") as folder:
        yield Path(folder)


def taskchat_settings(data: Path, port: int) -> dict[str, str]:
    return {
        "TASKCHAT_DATA_DIR": str(data),
        "TASKCHAT_PORT": str(port),
        "TASKCHAT_DAILY_MESSAGES": "0",
    }


def model_address(model: Server) -> str:
    return f"http://{HOST}:{model.port}{PATH.removesuffix('/chat/completions')}/"


def allow_many_sockets() -> None:
    """As many as there may be, here and in the processes that are started from now on."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def free_port() -> int:
    with socket.create_server((HOST, 0)) as listener:
        return listener.getsockname()[1]


@contextmanager
def running(
    command: Sequence[str],
    port: int,
    settings: Mapping[str, str] | None = None,
    *,
    folder: Path = ROOT,
) -> Generator[Server]:
    """Serves on `port` until the block is left; raises RuntimeError when it does not start."""
    inherited = {name: v for name, v in os.environ.items() if not name.startswith(OURS)}
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=inherited | dict(settings or {}),
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for_answer(process, port, said)
            yield Server(port, process.pid, time.perf_counter() - began)
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_for_answer(process: subprocess.Popen[bytes], port: int, said: IO[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _is_alive(port):
        if process.poll() is not None or time.monotonic() > deadline:
            said.seek(0)
            raise RuntimeError(f"{process.args} does not serve: {said.read().decode()}")
        time.sleep(POLL_SECONDS)


def _is_alive(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=START_SECONDS)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
