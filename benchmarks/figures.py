"""What was measured, against what is to be reached."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

COLUMNS = ("figure", "median", "p95", "n", "goal", "")


@dataclass(frozen=True, slots=True)
class Figure:
    """`goal` is the most that the median may be; figures without one are for comparison."""

    name: str
    unit: str
    median: float
    p95: float | None
    n: int
    goal: float | None = None

    @property
    def is_reached(self) -> bool | None:
        return None if self.goal is None else self.median <= self.goal

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"reached": self.is_reached}


def summarise(
    name: str, seconds: Sequence[float], *, unit: str = "ms", goal: float | None = None
) -> Figure:
    """Of times in seconds, told in `unit`."""
    scale = 1000 if unit == "ms" else 1
    values = [value * scale for value in seconds]
    p95 = statistics.quantiles(values, n=20, method="inclusive")[-1]
    return Figure(name, unit, statistics.median(values), p95, len(values), goal)


def compare(name: str, ours: Figure, theirs: Figure) -> Figure:
    """How many times theirs ours is."""
    return Figure(name, "×", ours.median / theirs.median, None, min(ours.n, theirs.n))


def table(figures: Sequence[Figure]) -> str:
    rows = [COLUMNS, *(_row(figure) for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(COLUMNS))]
    return "\n".join(_line(row, widths) for row in rows)


def _row(figure: Figure) -> tuple[str, ...]:
    mark = {True: "✓", False: "✗ missed", None: ""}[figure.is_reached]
    goal = "" if figure.goal is None else f"≤ {figure.goal:g} {figure.unit}"
    median = f"{figure.median:.2f} {figure.unit}"
    p95 = "" if figure.p95 is None else f"{figure.p95:.2f}"
    return figure.name, median, p95, str(figure.n), goal, mark


def _line(row: tuple[str, ...], widths: Sequence[int]) -> str:
    name, *numbers, mark = row
    cells = [name.ljust(widths[0])]
    cells += [cell.rjust(width) for cell, width in zip(numbers, widths[1:-1], strict=True)]
    return "  ".join([*cells, mark]).rstrip()
