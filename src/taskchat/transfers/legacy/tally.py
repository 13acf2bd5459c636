"""What became of the rows of each table, compared with how many there are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from taskchat.interchange.record import Problem

MOST_PROBLEMS = 100  # that are told one by one


class Fate(StrEnum):
    BROUGHT = "brought"
    KNOWN = "known"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class TableCount:
    """`rows` are there; `unaccounted` of them nobody knows what became of."""

    table: str
    rows: int
    brought: int
    known: int
    left_out: int

    @property
    def unaccounted(self) -> int:
        return self.rows - self.brought - self.known - self.left_out


class Tally:
    """`problem_count` is of all problems; `problems` are the first of them, each with its place."""

    def __init__(self) -> None:
        self.problems: list[tuple[str, str]] = []
        self.problem_count = 0
        self._fates: Counter[tuple[str, Fate]] = Counter()

    def count(self, table: str, fate: Fate, number: int = 1) -> None:
        self._fates[table, fate] += number

    def note(self, problem: Problem) -> None:
        """A place begins with the name of its table, of which a fatal one leaves out a row."""
        self.tell([(problem.place, problem.reason)])
        if problem.is_fatal:
            self.count(problem.place.partition(" ")[0], Fate.LEFT_OUT)

    def tell(self, problems: Sequence[tuple[str, str]]) -> None:
        self.problem_count += len(problems)
        self.problems += problems[: max(0, MOST_PROBLEMS - len(self.problems))]

    def compared(self, rows: Mapping[str, int]) -> list[TableCount]:
        return [
            TableCount(
                table,
                count,
                self._fates[table, Fate.BROUGHT],
                self._fates[table, Fate.KNOWN],
                self._fates[table, Fate.LEFT_OUT],
            )
            for table, count in rows.items()
        ]
