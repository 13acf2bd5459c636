"""A to-do of an iCalendar file as a task of ours."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from taskchat.domain.due import read_iso
from taskchat.domain.errors import Invalid
from taskchat.domain.recurrence import RecurrenceFrom
from taskchat.domain.task import MORNING, Priority, Status, reminder_moment
from taskchat.interchange.ical.caldates import When, read_length, read_until, read_when
from taskchat.interchange.ical.components import Component
from taskchat.interchange.ical.contentlines import Line
from taskchat.interchange.ical.zones import resolve_zone
from taskchat.interchange.limits import MAX_SOURCE_ID, quote
from taskchat.interchange.record import Problem, Read, TaskRecord

MINUTE = timedelta(minutes=1)
STATUSES = {
    "NEEDS-ACTION": Status.TODO,
    "IN-PROCESS": Status.IN_PROGRESS,
    "COMPLETED": Status.DONE,
    "CANCELLED": Status.DONE,
}
NOT_KEPT = ("RDATE", "EXDATE", "EXRULE")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a to-do's calendar says for all that is in it. `zone` is the reader's own, `aliases` are by TZID."""

    zone: str
    project: str | None
    aliases: Mapping[str, str]


def read_todo(component: Component, surroundings: Surroundings) -> Iterator[Read]:
    """The task, after a Problem for each part of it that is not understood."""
    place = f"line {component.number}"
    if not component.is_whole:
        yield Problem(place, "The task has no END:VTODO; it is left out.")
        return
    todo = _Todo(component, surroundings, place)
    record = todo.record()
    yield from todo.problems
    yield record


def id_of(uid: str) -> str:
    """A UID as it is, or what stands for one that is too long."""
    uid = uid.strip()
    if len(uid) <= MAX_SOURCE_ID:
        return uid
    return f"sha256:{hashlib.sha256(uid.encode()).hexdigest()}"


@dataclass(slots=True)
class _Todo:
    component: Component
    surroundings: Surroundings
    place: str
    problems: list[Problem] = field(default_factory=list[Problem])

    def record(self) -> TaskRecord:
        due, start = self._due()
        timezone = (due and due.zone) or self._timezone()
        status = self._status()
        return TaskRecord(
            source_id=self._source_id(),
            place=self.place,
            title=self._text("SUMMARY"),
            description=self._text("DESCRIPTION"),
            status=status,
            priority=self._priority(),
            tags=tuple(
                tag for line in self.component.all("CATEGORIES") for tag in line.texts() if tag
            ),
            project=self._text("X-TASKCHAT-PROJECT") or self.surroundings.project,
            parent=self._parent(),
            due=due.text() if due else None,
            timezone=timezone,
            recurrence=self._recurrence(due, timezone or self.surroundings.zone),
            recurrence_from=self._recurrence_from(),
            remind_before=self._reminder(due, start, timezone or self.surroundings.zone),
            created_at=self._instant("CREATED"),
            completed_at=self._instant("COMPLETED") if status is Status.DONE else None,
        )

    def _source_id(self) -> str:
        """Also for a to-do without a UID, from what it says."""
        if uid := self._text("UID").strip():
            one_of_many = self._text("RECURRENCE-ID")
            return id_of(f"{uid}/{one_of_many}" if one_of_many else uid)
        said = "\n".join(self._text(name) for name in ("SUMMARY", "DTSTART", "DUE", "DESCRIPTION"))
        return f"sha256:{hashlib.sha256(said.encode(errors='replace')).hexdigest()}"

    def _status(self) -> Status:
        word = self._text("STATUS").strip().upper()
        if word == "CANCELLED":
            self._note(self._line("STATUS"), "The task was cancelled; it is taken as done.")
        if word in STATUSES:
            return STATUSES[word]
        if word:
            self._note(self._line("STATUS"), f"The status {quote(word)} is not known.")
        percent = self._number("PERCENT-COMPLETE", 100)
        if self.component.first("COMPLETED") or percent == 100:
            return Status.DONE
        return Status.IN_PROGRESS if percent else Status.TODO

    def _priority(self) -> Priority:
        number = self._number("PRIORITY", 9)
        if number in {0, 5}:
            return Priority.MEDIUM
        return Priority.HIGH if number < 5 else Priority.LOW

    def _parent(self) -> str | None:
        related = self.component.all("RELATED-TO")
        parents = [
            line for line in related if line.parameters.get("RELTYPE", "PARENT").upper() == "PARENT"
        ]
        return id_of(parents[0].text()) or None if parents else None

    def _due(self) -> tuple[When | None, When | None]:
        """When it is due, and when it begins."""
        start, due = self._when("DTSTART"), self._when("DUE")
        if due:
            return due, start
        length = self.component.first("DURATION")
        if start and length:
            try:
                return start.later(read_length(length.value)), start
            except (Invalid, OverflowError):
                self._note(length, f"The duration {quote(length.value)} is not understood.")
        if start and self.component.first("RRULE"):
            return start, start
        if start:
            self._note(self._line("DTSTART"), "A task has no start date here; it is left out.")
        return None, start

    def _when(self, name: str) -> When | None:
        line = self.component.first(name)
        if line is None:
            return None
        try:
            return read_when(line.value, self._zone(line))
        except Invalid:
            self._note(line, f"The date {quote(line.value)} is not understood.")
            return None

    def _zone(self, line: Line) -> str | None:
        name = line.parameters.get("TZID")
        if not name:
            return None
        zone = resolve_zone(name) or self.surroundings.aliases.get(name)
        if zone is None:
            self._note(line, f"The time zone {quote(name)} is not known; your own counts instead.")
        return zone

    def _timezone(self) -> str | None:
        return resolve_zone(self._text("X-TASKCHAT-TIMEZONE"))

    def _instant(self, name: str) -> datetime | None:
        if when := self._when(name):
            try:
                return when.instant(self.surroundings.zone)
            except OverflowError:
                self._note(self._line(name), "The date is out of range.")
        return None

    def _recurrence(self, due: When | None, zone: str) -> str | None:
        for name in NOT_KEPT:
            if line := self.component.first(name):
                self._note(line, f"Single dates of a repetition ({name}) are not kept.")
        rules = self.component.all("RRULE")
        if len(rules) > 1:
            self._note(rules[1], "A task has one rule by which it repeats; the first is kept.")
        if not rules:
            return None
        return read_until(rules[0].value, due, zone) if due else rules[0].value

    def _recurrence_from(self) -> RecurrenceFrom:
        word = self._text("X-TASKCHAT-RECURRENCE-FROM").strip().lower()
        return RecurrenceFrom(word) if word in RecurrenceFrom else RecurrenceFrom.SCHEDULE

    def _reminder(self, due: When | None, start: When | None, zone: str) -> int | None:
        alarms = [
            trigger
            for part in self.component.parts
            if part.name == "VALARM" and _alarms(part) and (trigger := part.first("TRIGGER"))
        ]
        if not alarms:
            return None
        if len(alarms) > 1:
            self._note(alarms[1], "A task has one reminder; the first is kept.")
        if due is None:
            self._note(alarms[0], "A reminder needs a due date.")
            return None
        try:
            return _minutes_before(alarms[0], due, start, zone)
        except (Invalid, OverflowError):
            self._note(alarms[0], f"The reminder {quote(alarms[0].value)} is not understood.")
            return None

    def _number(self, name: str, most: int) -> int:
        """From 0, which also stands for none."""
        line = self._line(name)
        text = line.value.strip()
        if text.isascii() and text.isdecimal() and len(text) < 5 and int(text) <= most:
            return int(text)
        if text:
            self._note(line, f"{name} is a number from 0 to {most}, not {quote(text)}.")
        return 0

    def _text(self, name: str) -> str:
        return self._line(name).text()

    def _line(self, name: str) -> Line:
        """An empty one when there is none."""
        return self.component.first(name) or Line(self.component.number, name, {}, "")

    def _note(self, line: Line, reason: str) -> None:
        self.problems.append(Problem(f"line {line.number}", reason, is_fatal=False))


def _alarms(part: Component) -> bool:
    """Some programs write alarms that do nothing, to say that there is none."""
    action = part.first("ACTION")
    return action is None or action.value.strip().upper() != "NONE"


def _minutes_before(trigger: Line, due: When, start: When | None, zone: str) -> int:
    """How long before the task is due, on a day before the morning of it."""
    if trigger.value.strip()[:1].isdecimal():
        moment = read_when(trigger.value, zone).instant(zone)
        if there := read_iso(due.text(), zone):
            return (reminder_moment(there, 0) - moment) // MINUTE
    length = read_length(trigger.value)
    begins = trigger.parameters.get("RELATED", "START").upper() == "START"
    base = start if begins and start else due
    if due.at is None:
        before = datetime.combine(due.day, MORNING) - base.wall() - length
    else:
        before = due.instant(zone) - base.instant(zone) - length
    return before // MINUTE
