"""Tasks without any storage, above and below each other."""

from collections.abc import Iterable
from dataclasses import dataclass, field


class Refused(Exception):
    """By the rules."""


@dataclass(frozen=True)
class Occurrence:
    """`day` is the one by the rule, counted from today."""

    series: int
    number: int
    day: int


@dataclass
class Thing:
    """A task; `due` is a day counted from today, `place` orders it among others, `deleted` tells deletions apart."""

    number: int
    title: str
    place: int
    tags: tuple[str, ...] = ()
    priority: str = "medium"
    project: str | None = None
    parent: int | None = None
    status: str = "todo"
    due: int | None = None
    weekly: bool = False
    occurrence: Occurrence | None = None
    deleted: int | None = None


@dataclass
class Things:
    """By their number."""

    things: dict[int, Thing] = field(default_factory=dict[int, Thing])
    last_number: int = 0

    def live(self) -> list[Thing]:
        return [thing for thing in self.things.values() if thing.deleted is None]

    def above(self, thing: Thing) -> list[Thing]:
        found: list[Thing] = []
        while thing.parent is not None and self.things[thing.parent].deleted is None:
            thing = self.things[thing.parent]
            found.append(thing)
        return found

    def below(self, chosen: Iterable[Thing]) -> list[Thing]:
        level = list(chosen)
        known = {thing.number for thing in level}
        found: list[Thing] = []
        while level:
            numbers = {thing.number for thing in level}
            level = [
                thing
                for thing in self.live()
                if thing.parent in numbers and thing.number not in known
            ]
            level.sort(key=lambda thing: (thing.place, thing.number))
            known |= {thing.number for thing in level}
            found += level
        return found

    def height(self, thing: Thing) -> int:
        children = [one for one in self.live() if one.parent == thing.number]
        return 1 + max((self.height(child) for child in children), default=0)

    def number(self, count: int = 1) -> int:
        first = self.last_number + 1
        self.last_number += count
        return first
