"""What a torture run has found, as a table and as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median

from tests.torture.sites import Site

COLUMNS = (
    "kills",
    "runs",
    "recovered",
    "interrupted",
    "deliveries",
    "lost",
    "doubled",
    "phantom",
    "users_wrong",
    "tools_doubled",
    "tools_missing",
    "state_differs",
    "turns_repeated",
)
TIMES = ("ready", "recovered")


def result_of(here: Site, seed: int) -> dict[str, object]:
    """`… p50` and `… max` are seconds from the kill until the server answers, and until a follower hears of the recovery."""
    told: dict[str, object] = {"set-up": here.backend.name, "seed": seed, "kills": here.kills}
    told |= {"points reached": here.points_reached, "points missed": here.points_missed}
    told.update(asdict(here.tally))
    for name, times in zip(TIMES, (here.ready_seconds, here.recovered_seconds), strict=True):
        told.update({f"kill→{name} {kind}": value for kind, value in _span(times)})
    return told


def table(results: Sequence[dict[str, object]]) -> str:
    names = [
        "set-up",
        "points reached",
        "points missed",
        *COLUMNS,
        *(f"kill→{name} {kind}" for name in TIMES for kind in ("p50", "max")),
    ]
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(str(result[name]) for name in names) + " |" for result in results]
    return "\n".join(lines)


def save(results: Sequence[dict[str, object]], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=2, ensure_ascii=False))


def _span(seconds: list[float]) -> list[tuple[str, str]]:
    if not seconds:
        return [("p50", "–"), ("max", "–")]
    return [("p50", f"{median(seconds):.2f}"), ("max", f"{max(seconds):.2f}")]
