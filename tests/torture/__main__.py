"""Kills servers by the hundred: `python -m tests.torture --kills sqlite=500 redis=300 [--seed N]`.

Ends with status 1 if anything was lost, doubled or left different.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.torture.people import Person
from tests.torture.report import result_of, save, table
from tests.torture.rounds import kill_once
from tests.torture.sites import site

RESULTS = Path("benchmarks/results/torture.json")
KINDS = ("sqlite", "postgresql", "redis")
ROUNDS_PER_PERSON = 25


async def torture(kind: str, kills: int, seed: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as directory:
        async with site(kind, Path(directory), seed) as here:
            rounds = 0
            person = Person(here.urls)
            while here.kills < kills:
                if rounds % ROUNDS_PER_PERSON == 0:
                    person = Person(here.urls)
                    await person.register()
                known = len(here.tally.wrong)
                await kill_once(here, person)
                rounds += 1
                _say(f"{kind}: {here.kills} kills, {here.tally.runs} answers")
                for what in here.tally.wrong[known:]:
                    _say(f"{kind}: WRONG {what}")
            return result_of(here, seed)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.torture")
    parser.add_argument("--kills", nargs="+", default=["sqlite=500", "redis=300"], metavar="KIND=N")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given = parser.parse_args()
    results: list[dict[str, object]] = []
    for chosen in given.kills:
        kind, _, kills = chosen.partition("=")
        if kind not in KINDS:
            parser.error(f"{kind} is none of {', '.join(KINDS)}")
        _say(f"{kind}: seed {given.seed}")
        results.append(asyncio.run(torture(kind, int(kills), given.seed)))
        save(results, RESULTS)
    _say(table(results))
    if wrong := [f"{result['set-up']}: {what}" for result in results for what in _wrong(result)]:
        sys.exit("\n".join(wrong))


def _wrong(result: dict[str, object]) -> list[str]:
    wrong = result["wrong"]
    return [str(what) for what in wrong] if isinstance(wrong, list) else []  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


if __name__ == "__main__":
    main()
