"""What `task export` writes: an array, one object on each line, or a single object."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from taskchat.domain.errors import Invalid
from taskchat.domain.task import Priority, Status
from taskchat.interchange.files.jsonfiles import (
    Entry,
    decode_json,
    entries,
    entry,
    read_json,
    text_of,
)
from taskchat.interchange.hierarchy import parents_first
from taskchat.interchange.limits import fit, quote
from taskchat.interchange.moments import is_day, read_moment
from taskchat.interchange.programs.periods import read_period
from taskchat.interchange.record import Problem, Read, TaskRecord

OPEN: Final = frozenset({"pending", "waiting"})
DONE: Final = "completed"
TEMPLATE: Final = "recurring"
DELETED: Final = "deleted"
PRIORITIES: Final[Mapping[str, Priority]] = {
    "": Priority.MEDIUM,
    "H": Priority.HIGH,
    "M": Priority.MEDIUM,
    "L": Priority.LOW,
}
DATES: Final = ("scheduled", "wait", "until")
TEXTS: Final = frozenset(
    {"uuid", "status", "description", "project", "priority", "due", "recur", "parent", "entry"}
    | {"end", "start", "modified", *DATES}
)
LISTS: Final = frozenset({"tags", "annotations", "depends"})
MOST_DEPENDS: Final = 100  # titles, which fill a description
COMPUTED: Final = frozenset({"id", "urgency", "mask", "imask", "rtype", "last", "template"})


@dataclass(frozen=True, slots=True)
class _Item:
    place: str
    values: Entry

    def __getitem__(self, name: str) -> str:
        """Empty when it is not there; raises Invalid when it is no text."""
        return text_of(self.values, name).strip()


def read(data: bytes, *, zone: str, now: datetime) -> Iterator[Read]:
    """A Reader. The template of a task that repeats gives its rule to the newest open one made from it.

    What has no place in a task (other dates, annotations, what it waits for) goes into the description.
    """
    del now  # every date in such a file is absolute
    found = _items(decode_json(data))
    return parents_first(_read_items(found, zone))


def _items(text: str) -> list[_Item | Problem]:
    try:
        whole = read_json(text)
    except Invalid:
        if not _is_lines(text):
            raise
        return list(_lines(text))
    if text.lstrip().startswith("["):
        return [_item(f"entry {number}", each) for number, each in enumerate(entries(whole), 1)]
    single = _item("entry 1", whole)
    if isinstance(single, Problem):
        raise Invalid("This is not an export of Taskwarrior.", code="format_unknown")
    return [single]


def _is_lines(text: str) -> bool:
    """Whether the first line is an object by itself."""
    first = text.lstrip().partition("\n")[0].strip().rstrip(",")
    return first.startswith("{") and first.endswith("}")


def _lines(text: str) -> Iterator[_Item | Problem]:
    for number, line in enumerate(text.split("\n"), 1):
        words = line.strip().rstrip(",")
        if not words:
            continue
        try:
            yield _item(f"line {number}", read_json(words, number))
        except Invalid as error:
            yield Problem(f"line {number}", str(error))


def _item(place: str, value: object) -> _Item | Problem:
    """All texts are looked at here, so that asking for them later cannot fail."""
    try:
        item = _Item(place, entry(value))
        known = {name: item[name] for name in TEXTS}
    except Invalid as error:
        return Problem(place, str(error))
    return item if known["uuid"] else Problem(place, "The task has no uuid.")


def _read_items(found: Sequence[_Item | Problem], zone: str) -> Iterator[Read]:
    latest: dict[str, _Item] = {}
    for item in found:
        if isinstance(item, Problem):
            yield item
            continue
        uuid = item["uuid"]
        known = latest.get(uuid)
        if known:
            reason = f"The same task stands at {known.place} too; the one changed last counts."
            yield Problem(item.place, reason, is_fatal=False)
        if known is None or item["modified"] >= known["modified"]:
            latest[uuid] = item
    export = _Export(latest, zone)
    yield from export.omissions()
    for item in latest.values():
        yield from export.read(item)


class _Export:
    """The objects of one file by uuid. `newest` is the open task made last from each template."""

    def __init__(self, items: Mapping[str, _Item], zone: str) -> None:
        self._items = items
        self._zone = zone
        self._newest: dict[str, _Item] = {}
        for item in items.values():
            template = item["parent"]
            if template and item["status"] in OPEN:
                newest = self._newest.get(template)
                if newest is None or self._age(item) >= self._age(newest):
                    self._newest[template] = item

    def omissions(self) -> Iterator[Problem]:
        """What is left out everywhere, said once."""
        deleted = sum(item["status"] == DELETED for item in self._items.values())
        if deleted:
            count = "1 task" if deleted == 1 else f"{deleted:,} tasks"
            yield Problem("the file", f"{count} deleted in Taskwarrior left out.", is_fatal=False)
        names = {name for item in self._items.values() for name in item.values}
        if unknown := sorted(names - TEXTS - LISTS - COMPUTED):
            reason = f"Fields that have no place here are left out: {quote(', '.join(unknown))}."
            yield Problem("the file", reason, is_fatal=False)

    def read(self, item: _Item) -> Iterator[Read]:
        status = item["status"]
        if status == DELETED or (status == TEMPLATE and item["uuid"] in self._newest):
            return
        draft = _Draft(item, self._zone)
        try:
            record = draft.record(self._rule_source(item), self._depends(item))
        except Invalid as error:
            yield Problem(item.place, str(error))
            return
        yield from fit(record, self._zone, draft.problems)

    def _age(self, item: _Item) -> datetime:
        try:
            return read_moment(item["due"], self._zone)
        except Invalid:
            return datetime.min.replace(tzinfo=UTC)

    def _rule_source(self, item: _Item) -> _Item | None:
        """Which object says how the task repeats, if it is the one that goes on repeating."""
        template = item["parent"]
        if not template:
            return item if item["recur"] else None
        if self._newest.get(template) is not item:
            return None
        source = self._items.get(template, item)
        return None if source["status"] == DELETED else source

    def _depends(self, item: _Item) -> list[str]:
        """The titles of what must be done first."""
        value = item.values.get("depends")
        uuids = value.split(",", MOST_DEPENDS) if isinstance(value, str) else entries(value)
        known = (self._items.get(str(uuid).strip()) for uuid in uuids[:MOST_DEPENDS])
        return [each["description"] for each in known if each]


@dataclass(slots=True)
class _Draft:
    item: _Item
    zone: str
    problems: list[str] = field(default_factory=list[str])

    def record(self, rule_source: _Item | None, depends: Sequence[str]) -> TaskRecord:
        """Raises Invalid when a list is none."""
        item = self.item
        status = self._status()
        rule = self._rule(rule_source) if rule_source else None
        lines = [*self._annotations(), *self._dates(rule_source)]
        lines += [f"Depends on: {title}" for title in depends]
        due = self._due() if item["due"] else None
        if item["due"] and not due:
            lines.append(f"Due: {item['due']}")
        if rule_source and not rule:
            lines.append(f"Repeats: {rule_source['recur']}")
        if item["priority"] not in PRIORITIES:
            self.problems.append(f"The priority {quote(item['priority'])} is not known.")
        return TaskRecord(
            source_id=item["uuid"],
            place=item.place,
            title=item["description"],
            description="\n".join(lines),
            status=status,
            priority=PRIORITIES.get(item["priority"], Priority.MEDIUM),
            tags=self._tags(),
            project=item["project"] or None,
            due=due,
            recurrence=rule,
            created_at=self._instant("entry"),
            completed_at=self._instant("end") if status is Status.DONE else None,
        )

    def _status(self) -> Status:
        word = self.item["status"]
        if word == DONE:
            return Status.DONE
        if word == TEMPLATE:
            self.problems.append(
                "The file has no open task of this repetition; check when it is due."
            )
        elif word not in OPEN:
            self.problems.append(f"The status {quote(word)} is not known; the task is open.")
        return Status.IN_PROGRESS if self.item["start"] else Status.TODO

    def _due(self) -> str | None:
        """A day where the clock shows its beginning or end, as such dates are kept."""
        moment = self._moment("due")
        if moment is None:
            return None
        return moment.date().isoformat() if is_day(moment) else moment.isoformat()

    def _moment(self, name: str) -> datetime | None:
        try:
            return read_moment(self.item[name], self.zone) if self.item[name] else None
        except Invalid as error:
            self.problems.append(f"The field {name} is not understood: {error}")
            return None

    def _instant(self, name: str) -> datetime | None:
        moment = self._moment(name)
        return moment and moment.astimezone(UTC)

    def _rule(self, source: _Item) -> str | None:
        rule = read_period(source["recur"])
        if rule is None:
            self.problems.append(f"The repetition {quote(source['recur'])} is not supported.")
            return None
        try:
            until = read_moment(source["until"], "UTC") if source["until"] else None
        except Invalid as error:
            self.problems.append(f"The end of the repetition is not understood: {error}")
            return rule
        return f"{rule};UNTIL={until:%Y%m%dT%H%M%SZ}" if until else rule

    def _dates(self, rule_source: _Item | None) -> Iterator[str]:
        for name in DATES:
            text = self.item[name]
            if text and not (name == "until" and rule_source):
                moment = self._moment(name)
                yield f"{name.capitalize()}: {_shown(moment) if moment else text}"

    def _annotations(self) -> Iterator[str]:
        for value in entries(self.item.values.get("annotations")):
            annotation = entry(value)
            yield text_of(annotation, "description")

    def _tags(self) -> tuple[str, ...]:
        value = self.item.values.get("tags")
        if isinstance(value, str):
            return tuple(value.split(","))
        return tuple(str(tag) for tag in entries(value))


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}" if is_day(moment) else f"{moment:%Y-%m-%d %H:%M}"
