"""`python -m benchmarks`: measures, prints a table and keeps the numbers under `benchmarks/results/`."""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from benchmarks.cold_start import measure_cold_start
from benchmarks.commands import measure_commands
from benchmarks.deltas import measure_deltas
from benchmarks.figures import Figure, table
from benchmarks.first_text import measure_command_answers, measure_first_text
from benchmarks.followers import measure_followers
from benchmarks.lists import measure_lists
from benchmarks.live_runs import measure_live_runs
from benchmarks.processes import allow_many_sockets
from benchmarks.recovery import measure_recovery
from benchmarks.tool_card import measure_tool_card

RESULTS = Path(__file__).parent / "results"
ROUNDS = 200
MEASUREMENTS: Mapping[str, Callable[[int], list[Figure]]] = MappingProxyType(
    {
        "first-text": measure_first_text,
        "command-answers": measure_command_answers,
        "commands": measure_commands,
        "tool-card": measure_tool_card,
        "cold-start": measure_cold_start,
        "deltas": measure_deltas,
        "live-runs": measure_live_runs,
        "followers": measure_followers,
        "recovery": measure_recovery,
        "lists": measure_lists,
    }
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASUREMENTS))
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="times that each is repeated")
    given = parser.parse_args()
    if unknown := set(given.names) - set(MEASUREMENTS):
        parser.error(f"there is no measurement {', '.join(sorted(unknown))}")
    if given.rounds < 2:
        parser.error("less than 2 rounds say nothing")
    allow_many_sockets()
    began, load = datetime.now(UTC), os.getloadavg()
    figures: list[Figure] = []
    for name in given.names or MEASUREMENTS:
        _say(f"Measuring {name} …")
        figures += MEASUREMENTS[name](given.rounds)
    _say(f"\n{table(figures)}\n")
    _say(f"Load of the machine: {_told(load)} before, {_told(os.getloadavg())} after.")
    _say(f"Kept in {_keep(figures, began, load)}")


def _keep(figures: list[Figure], began: datetime, load: tuple[float, ...]) -> Path:
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{began:%Y%m%dT%H%M%SZ}.json"
    report = {
        "began": began.isoformat(),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load_before": load,
        "load_after": os.getloadavg(),
        "figures": [figure.as_json() for figure in figures],
    }
    path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return path


def _told(load: tuple[float, ...]) -> str:
    return " ".join(f"{value:.2f}" for value in load)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
