"""What should become of tasks, in plain Python without any storage: the rules of `docs/tasks.md` a second time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tests.tasks.steps import (
    DAYS,
    NEEDS_NONE,
    PRIORITIES,
    PROJECTS,
    STATUSES,
    TAGS,
    TITLES,
    Step,
    There,
    pick,
)
from tests.tasks.things import Occurrence, Refused, Thing, Things

WEEK = 7
MOST_LEVELS = 5


@dataclass
class Model(Things):
    projects: set[str] = field(default_factory=set[str])
    clock: int = 0

    def do(self, step: Step, there: There) -> None:
        self.clock += 1
        if step.name in NEEDS_NONE:
            {"create": self._create, "create_weekly": self._create}.get(
                step.name, self._delete_project
            )(step)
            return
        source = there.trash if step.name == "restore" else there.live
        if not source:
            return
        chosen = [self.things[number] for number in step.numbers(source)]
        if step.name.startswith("bulk_"):
            self._bulk(step, sorted(chosen, key=lambda thing: thing.number))
        else:
            actions[step.name](self, chosen[0], chosen[-1], step.value)

    # What single steps do

    def _create(self, step: Step) -> None:
        weekly = step.name == "create_weekly"
        due = pick(DAYS[1:] if weekly else DAYS, step.value)
        number = self.number()
        thing = Thing(number, pick(TITLES, step.value), number, pick(TAGS, step.value))
        thing.project, thing.due = self._named(pick(PROJECTS, step.value)), due
        self.things[number] = thing
        self._repeat(thing, weekly=weekly)

    def create_below(self, above: Thing, _: Thing, value: int) -> None:
        if len(self.above(above)) + 1 >= MOST_LEVELS:
            raise Refused
        number = self.number()
        due = pick(DAYS, value)
        thing = Thing(number, pick(TITLES, value), number, due=due, parent=above.number)
        thing.project = above.project
        self.things[number] = thing
        self._open_above(thing)

    def title(self, thing: Thing, _: Thing, value: int) -> None:
        thing.title = f"{pick(TITLES, value)} {value}"

    def tags(self, thing: Thing, _: Thing, value: int) -> None:
        thing.tags = pick(TAGS, value)

    def priority(self, thing: Thing, _: Thing, value: int) -> None:
        thing.priority = pick(PRIORITIES, value)

    def status(self, thing: Thing, _: Thing, value: int) -> None:
        status = pick(STATUSES, value)
        if status == "done":
            self.complete(thing, thing, 0)
            return
        was_done = thing.status == "done"
        thing.status = status
        if was_done:
            self._open_above(thing)

    def due(self, thing: Thing, _: Thing, value: int) -> None:
        thing.due = pick(DAYS, value)
        if thing.due is None:
            thing.weekly = False
            if thing.status != "done":
                thing.occurrence = None

    def repeat(self, thing: Thing, _: Thing, value: int) -> None:
        weekly = bool(value % 3)
        if weekly and thing.due is None:
            raise Refused
        if thing.status == "done":
            thing.weekly = weekly
        else:
            self._repeat(thing, weekly=weekly)

    def project(self, thing: Thing, _: Thing, value: int) -> None:
        project = self._named(pick(PROJECTS, value))
        if project != thing.project:
            thing.parent = None
        self._put_in(thing, project)

    def parent(self, thing: Thing, above: Thing, _: int) -> None:
        chain = [above, *self.above(above)]
        if thing in chain or len(chain) + self.height(thing) > MOST_LEVELS:
            raise Refused
        thing.parent = above.number
        self._put_in(thing, above.project)
        if thing.status != "done":
            self._open_above(thing)

    def to_top(self, thing: Thing, _: Thing, __: int) -> None:
        thing.parent = None

    def complete(self, thing: Thing, _: Thing, __: int) -> None:
        if thing.status != "done":
            self._complete([thing])

    def open(self, thing: Thing, _: Thing, __: int) -> None:
        if thing.status == "done":
            thing.status = "todo"
            self._open_above(thing)

    def skip(self, thing: Thing, _: Thing, __: int) -> None:
        following = self._following(thing)
        if thing.status == "done" or following is None:
            raise Refused
        thing.occurrence, thing.due = following, following.day

    def delete(self, thing: Thing, _: Thing, __: int) -> None:
        self._delete([thing])

    def restore(self, thing: Thing, _: Thing, __: int) -> None:
        above = self.things.get(thing.parent or 0)
        if above and above.deleted is not None:
            above = None
        back, chosen = [thing], [thing]
        while chosen:
            numbers = {one.number for one in chosen}
            chosen = [
                one
                for one in self.things.values()
                if one.parent in numbers and one.deleted == thing.deleted
            ]
            back += chosen
        taken = {one.occurrence for one in self.live()}
        if any(_key(one) in {_key_of(o) for o in taken} for one in back if one.occurrence):
            raise Refused
        project = above.project if above else self._there(thing.project)
        thing.parent = above.number if above else None
        for one in back:
            one.deleted, one.project = None, project
        if thing.status != "done":
            self._open_above(thing)

    def move(self, thing: Thing, before: Thing, _: int) -> None:
        """Orders are tested by themselves."""

    # What they have in common

    def _bulk(self, step: Step, chosen: Sequence[Thing]) -> None:
        if step.name == "bulk_complete":
            self._complete([thing for thing in chosen if thing.status != "done"])
        elif step.name == "bulk_delete":
            self._delete(chosen)
        elif step.name == "bulk_tag":
            for thing in chosen:
                thing.tags = (*(tag for tag in thing.tags if tag != "bulk"), "bulk")
                thing.priority = "high"
        else:
            project = self._named(pick(PROJECTS, step.value))
            numbers = {thing.number for thing in chosen}
            for thing in chosen:
                if thing.project != project and thing.parent not in numbers:
                    thing.parent = None
            for thing in chosen:
                self._put_in(thing, project)

    def _complete(self, chosen: Sequence[Thing]) -> None:
        below = self.below(chosen)
        for thing in [*chosen, *below]:
            thing.status = "done"
        ended = {thing.number for thing in [*chosen, *below]}
        for thing in chosen:
            if thing.parent not in ended:
                self._make_next(thing)

    def _make_next(self, thing: Thing) -> None:
        following = self._following(thing)
        if following is None or thing.due is None:
            return
        below = self.below([thing])
        latest = {
            one.occurrence.series: one.occurrence.number
            for one in sorted(below, key=lambda one: one.occurrence.number if one.occurrence else 0)
            if one.occurrence
        }
        below = [
            one
            for one in below
            if not one.occurrence or latest[one.occurrence.series] == one.occurrence.number
        ]
        number = self.number(1 + len(below))
        copy = replace(thing, number=number, status="todo", due=following.day, occurrence=following)
        self.things[number] = copy
        numbers = {thing.number: number}
        for place, child in enumerate(below, number + 1):
            if child.parent not in numbers:
                continue
            numbers[child.number] = place
            due = None if child.due is None else child.due + following.day - thing.due
            fresh = replace(child, number=place, status="todo", parent=numbers[child.parent])
            self.things[place] = replace(fresh, due=due, weekly=False, occurrence=None)

    def _following(self, thing: Thing) -> Occurrence | None:
        occurrence = thing.occurrence
        if occurrence is None or not thing.weekly:
            return None
        for other in self.live():
            if (
                other.occurrence
                and other.occurrence.series == occurrence.series
                and other.occurrence.number > occurrence.number
            ):
                return None
        return Occurrence(occurrence.series, occurrence.number + 1, occurrence.day + WEEK)

    def _repeat(self, thing: Thing, *, weekly: bool) -> None:
        if weekly and not thing.weekly and thing.due is not None:
            thing.occurrence = Occurrence(self.clock, 1, thing.due)
        if not weekly:
            thing.occurrence = None
        thing.weekly = weekly

    def _delete(self, chosen: Sequence[Thing]) -> None:
        for thing in [*chosen, *self.below(chosen)]:
            thing.deleted = self.clock

    def _delete_project(self, step: Step) -> None:
        name = pick(PROJECTS[1:], step.value) or ""
        if name in self.projects:
            self._delete([thing for thing in self.live() if thing.project == name])
            self.projects.remove(name)
            for thing in self.things.values():
                if thing.project == name:
                    thing.project = f"{name}, deleted"

    def _put_in(self, thing: Thing, project: str | None) -> None:
        for one in [thing, *self.below([thing])]:
            one.project = project

    def _open_above(self, thing: Thing) -> None:
        for above in self.above(thing):
            if above.status == "done":
                above.status = "todo"

    def _named(self, name: str | None) -> str | None:
        if name:
            self.projects.add(name)
        return name

    def _there(self, name: str | None) -> str | None:
        return name if name in self.projects else None


def _key(thing: Thing) -> tuple[int, int] | None:
    return _key_of(thing.occurrence)


def _key_of(occurrence: Occurrence | None) -> tuple[int, int] | None:
    return (occurrence.series, occurrence.number) if occurrence else None


actions: Mapping[str, Callable[[Model, Thing, Thing, int], None]] = {
    "create_below": Model.create_below,
    "title": Model.title,
    "tags": Model.tags,
    "priority": Model.priority,
    "status": Model.status,
    "due": Model.due,
    "repeat": Model.repeat,
    "project": Model.project,
    "parent": Model.parent,
    "to_top": Model.to_top,
    "complete": Model.complete,
    "open": Model.open,
    "skip": Model.skip,
    "delete": Model.delete,
    "restore": Model.restore,
    "move": Model.move,
}
