"""What was measured, against what is to be reached."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

COLUMNS = ("figure", "median", "p95", "p99", "most", "n", "goal", "")
SCALES = {"s": 1.0, "ms": 1e3, "µs": 1e6}  # of a second


@dataclass(frozen=True, slots=True)
class Figure:
    """`goal` is the most that what is `judged` may be, or the least; figures without one are for comparison."""

    name: str
    unit: str
    median: float
    p95: float | None
    n: int
    goal: float | None = None
    p99: float | None = None
    most: float | None = None
    judged: Literal["median", "p99", "most"] = "median"
    is_floor: bool = False

    @property
    def is_reached(self) -> bool | None:
        if self.goal is None:
            return None
        value = getattr(self, self.judged)
        return value >= self.goal if self.is_floor else value <= self.goal

    @property
    def goal_text(self) -> str:
        if self.goal is None:
            return ""
        bound = f"{'≥' if self.is_floor else '≤'} {self.goal:g} {self.unit}"
        return bound if self.judged == "median" else f"{self.judged} {bound}"

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"reached": self.is_reached}


def summarise(
    name: str,
    seconds: Sequence[float],
    *,
    unit: str = "ms",
    goal: float | None = None,
    judged: Literal["median", "p99", "most"] = "median",
) -> Figure:
    """Of times in seconds, told in `unit`."""
    values = sorted(value * SCALES[unit] for value in seconds)
    return Figure(
        name,
        unit,
        statistics.median(values),
        quantile(values, 0.95),
        len(values),
        goal,
        p99=quantile(values, 0.99) if len(values) >= 100 else None,
        most=values[-1],
        judged=judged,
    )


def quantile(ordered: Sequence[float], share: float) -> float:
    """Between two values that are there, as far as the share says."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def compare(
    name: str, ours: Figure, theirs: Figure, *, goal: float | None = None, is_floor: bool = False
) -> Figure:
    """How many times theirs ours is."""
    ratio, n = ours.median / theirs.median, min(ours.n, theirs.n)
    return Figure(name, "×", ratio, None, n, goal, is_floor=is_floor)


def table(figures: Sequence[Figure]) -> str:
    rows = [COLUMNS, *(_row(figure) for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(COLUMNS))]
    return "\n".join(_line(row, widths) for row in rows)


def _row(figure: Figure) -> tuple[str, ...]:
    mark = {True: "✓", False: "✗ missed", None: ""}[figure.is_reached]
    tail = ("" if v is None else f"{v:.2f}" for v in (figure.p95, figure.p99, figure.most))
    median = f"{figure.median:.2f} {figure.unit}"
    return figure.name, median, *tail, str(figure.n), figure.goal_text, mark


def _line(row: tuple[str, ...], widths: Sequence[int]) -> str:
    name, *numbers, mark = row
    cells = [name.ljust(widths[0])]
    cells += [cell.rjust(width) for cell, width in zip(numbers, widths[1:-1], strict=True)]
    return "  ".join([*cells, mark]).rstrip()
