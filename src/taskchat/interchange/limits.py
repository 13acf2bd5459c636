"""Makes what another program allows fit into what a task can hold, and says what had to give way."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from taskchat.domain import recurrence
from taskchat.domain.due import find_zone, read_iso
from taskchat.domain.errors import Invalid
from taskchat.domain.text import clean, clean_line, fold
from taskchat.interchange.record import Problem, Read, TaskRecord

MAX_TITLE = 255
MAX_DESCRIPTION = 2000
MAX_TAG = 50
MAX_TAGS = 20
MOST_LOOKED_AT = 200  # tags, of which the first few that differ are kept
MAX_PROJECT = 100
MAX_SOURCE_ID = 200
MAX_REMIND_MINUTES = 40_320
MAX_QUOTE = 80
# NUL, other controls apart from tab and line ends, and halves of characters.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def quote(text: str) -> str:
    """Words of the file for a sentence of ours: one line, cut where it is long."""
    line = clean_line(UNPRINTABLE.sub("", text[: 4 * MAX_QUOTE]))
    return f"“{_cut(line, MAX_QUOTE)}”"


def fit(record: TaskRecord, zone: str, notes: Iterable[str] = ()) -> Iterator[Read]:
    """The record as a task can hold it, after a problem for each thing that had to change.

    What a field cannot hold goes into the description while there is room. `notes` are what its reader found.
    """
    for reason in notes:
        yield Problem(record.place, reason, is_fatal=False)
    if (
        not record.source_id
        or len(record.source_id) > MAX_SOURCE_ID
        or UNPRINTABLE.search(record.source_id)
    ):
        yield Problem(record.place, "The task has no id that can be used.")
        return
    fitting = _Fitting(record)
    title = fitting.title()
    if not title:
        yield Problem(record.place, "The task has no title.")
        return
    timezone, due, rule, minutes = fitting.timing(zone)
    fitted = replace(
        record,
        title=title,
        tags=fitting.tags(),
        project=fitting.project(),
        timezone=timezone,
        due=due,
        recurrence=rule,
        remind_before=minutes,
        description=fitting.description(),
    )
    yield from fitting.problems
    yield fitted


@dataclass(slots=True)
class _Fitting:
    """`kept` are the lines that move into the description."""

    record: TaskRecord
    problems: list[Problem] = field(default_factory=list[Problem])
    kept: list[str] = field(default_factory=list[str])

    def title(self) -> str:
        """Empty when there are no words to make one of."""
        lines = (self.record.title, *self.record.description.splitlines())
        title = next((line for each in lines if (line := self._line(each))), "")
        if len(title) > MAX_TITLE:
            self._note(f"The title has more than {MAX_TITLE} characters and was shortened.")
            self.kept.append(title)
        return _cut(title, MAX_TITLE)

    def tags(self) -> tuple[str, ...]:
        tags: dict[str, str] = {}
        for text in self.record.tags[:MOST_LOOKED_AT]:
            tag = self._line(text).removeprefix("#").strip()
            if len(tag) > MAX_TAG:
                self._note(
                    f"The tag {quote(tag)} has more than {MAX_TAG} characters and was shortened."
                )
                self.kept.append(f"Tag: {tag}")
                tag = _cut(tag, MAX_TAG)
            if tag:
                tags.setdefault(fold(tag), tag)
        chosen = tuple(tags.values())
        if len(chosen) > MAX_TAGS:
            self._note(f"The task has more than {MAX_TAGS} tags; the others were left out.")
            self.kept.append(f"Tags: {', '.join(chosen[MAX_TAGS:])}")
        return chosen[:MAX_TAGS]

    def project(self) -> str | None:
        name = self._line(self.record.project or "")
        if len(name) > MAX_PROJECT:
            self._note(
                f"The name of the project has more than {MAX_PROJECT} characters and was shortened."
            )
        return _cut(name, MAX_PROJECT) or None

    def description(self) -> str:
        text = "\n\n".join((*self.kept, clean(self._printable(self.record.description)))).strip()
        if len(text) > MAX_DESCRIPTION:
            self._note(
                f"The description has more than {MAX_DESCRIPTION:,} characters and was shortened."
            )
        return _cut(text, MAX_DESCRIPTION)

    def timing(self, zone: str) -> tuple[str | None, str | None, str | None, int | None]:
        """Such zone, date, rule and reminder as make sense together."""
        timezone = self._timezone()
        due = self._due(timezone or zone)
        rule = self._rule(due)
        minutes = self.record.remind_before
        if minutes is not None and (due is None or not 0 <= minutes <= MAX_REMIND_MINUTES):
            self._note(
                "The reminder was left out: it is not between the due date and four weeks before it."
            )
            minutes = None
        return timezone, due, rule, minutes

    def _timezone(self) -> str | None:
        name = self.record.timezone
        if not name:
            return None
        try:
            return find_zone(name).key
        except Invalid:
            self._note(f"The time zone {quote(name)} is not known; your own counts instead.")
            return None

    def _due(self, zone: str) -> str | None:
        due = self.record.due
        if due is None:
            return None
        try:
            if read_iso(due, zone):
                return due
        except Invalid:  # outside of the calendar
            pass
        self._note(f"The due date {quote(due)} cannot be used.")
        self.kept.append(f"Due: {self._line(due)}")
        return None

    def _rule(self, due: str | None) -> str | None:
        rule = self.record.recurrence
        if not rule:
            return None
        try:
            read = recurrence.read(rule)
        except Invalid as error:
            self._note(f"The repetition {quote(rule)} is not supported: {error}")
        else:
            if due is not None:
                return read
            self._note("A task that repeats needs a due date; the repetition was left out.")
        self.kept.append(f"Repeats: {self._line(rule)}")
        return None

    def _line(self, text: str) -> str:
        return clean_line(self._printable(text))

    def _printable(self, text: str) -> str:
        found = UNPRINTABLE.search(text)
        if found and not any(problem.reason == UNPRINTABLES for problem in self.problems):
            self._note(UNPRINTABLES)
        return UNPRINTABLE.sub("", text) if found else text

    def _note(self, reason: str) -> None:
        self.problems.append(Problem(self.record.place, reason, is_fatal=False))


UNPRINTABLES = "Characters that cannot be shown were left out."


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
