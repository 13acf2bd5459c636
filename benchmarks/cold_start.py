"""From the command to the first answer."""

import subprocess
from pathlib import Path

from benchmarks.figures import Figure, summarise
from benchmarks.processes import (
    ROOT,
    data_directory,
    free_port,
    running,
    taskchat,
    taskchat_settings,
)

STARTS = 5
SERVE_GOAL_SECONDS = 2.5
MAKE_GOAL_SECONDS = 3.0
BUILT = "src/taskchat/static/index.html"


def measure_cold_start(_: int) -> list[Figure]:
    """Raises RuntimeError when the web app would have to be built first, which takes as long as it takes."""
    _check_built()
    first: list[float] = []
    second: list[float] = []
    made: list[float] = []
    for _ in range(STARTS):
        with data_directory() as data:
            first.append(_serve_seconds(data))
            second.append(_serve_seconds(data))
            made.append(_make_seconds(data))
    return [
        summarise("cold start, new data directory", first, unit="s", goal=SERVE_GOAL_SECONDS),
        summarise("cold start, existing data", second, unit="s", goal=SERVE_GOAL_SECONDS),
        summarise("make run, nothing to build", made, unit="s", goal=MAKE_GOAL_SECONDS),
    ]


def _serve_seconds(data: Path) -> float:
    with taskchat(data) as server:
        return server.start_seconds


def _make_seconds(data: Path) -> float:
    port = free_port()
    command = ["make", "--no-print-directory", "run"]
    with running(command, port, taskchat_settings(data, port)) as server:
        return server.start_seconds


def _check_built() -> None:
    asked = subprocess.run(
        ["make", "--question", BUILT], cwd=ROOT, check=False, capture_output=True
    )
    if asked.returncode:
        raise RuntimeError("The web app is not built or not up to date: run `make run` once before")
