"""Which tasks a person wants to see, or to complete or delete at once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from taskchat.language.dates import When, due_at
from taskchat.language.details import hash_tag, priority_at, read_tags
from taskchat.language.english import commands as english
from taskchat.language.english.dates import ENGLISH_DATES
from taskchat.language.patterns import Scan
from taskchat.language.phrases import PhraseReader
from taskchat.language.tokens import Kind, unquote

MOST_LISTED = 100
MOST_WORDS = 40  # tokens that are looked at; a longer question is no plain filter


@dataclass(slots=True)
class Filters:
    """`rest` are the spans of words that are no filter; `said` tells that anything was asked for at all."""

    status: tuple[str, ...] = ()
    priority: tuple[str, ...] = ()
    tag: str | None = None
    due_after: str | None = None
    due_before: str | None = None
    sort: str | None = None
    limit: int | None = None
    nouns: int = 0
    plural: bool = False
    everything: bool = False
    asks_due: bool = False
    rest: list[tuple[int, int]] = field(default_factory=list)
    about: str | None = None

    @property
    def dated(self) -> bool:
        return bool(self.due_after or self.due_before)

    @property
    def said(self) -> bool:
        return bool(
            self.status or self.priority or self.tag or self.dated or self.about or self.sort
        )

    def arguments(self) -> dict[str, object]:
        """Arguments of `list_tasks`."""
        named = {
            "status": list(self.status),
            "priority": list(self.priority),
            "tag": self.tag,
            "due_after": self.due_after,
            "due_before": self.due_before,
            "q": self.about,
            "sort": self.sort,
            "limit": self.limit,
        }
        return {name: value for name, value in named.items() if value}


def read_filters(text: str, now: datetime) -> Filters:
    """Never fails: what is not understood is left in `rest`."""
    scan = Scan.of(text)
    return _FilterReader(scan, PhraseReader(scan, ENGLISH_DATES, now, day_first=False), now).read()


@dataclass(slots=True)
class _FilterReader:
    scan: Scan
    reader: PhraseReader
    now: datetime
    filters: Filters = field(default_factory=Filters)

    def read(self) -> Filters:
        index = 0
        steps = (
            self._about, self._sort, self._overdue, self._list_name, self._tag,
            self._priority, self._due, self._status, self._noun,
        )  # fmt: skip
        tokens = self.scan.tokens
        while index < min(len(tokens), MOST_WORDS):
            for step in steps:
                after = step(index)
                if after > index:
                    index = after
                    break
            else:
                token = self.scan.tokens[index]
                if token.word not in english.FILLERS:
                    self.filters.rest.append((token.start, token.end))
                self.filters.everything = self.filters.everything or token.word in english.ALL_WORDS
                index += 1
        if index < len(tokens):
            self.filters.rest.append((tokens[index].start, tokens[-1].end))
        return self.filters

    def _words(self, index: int, count: int) -> tuple[str, ...]:
        return tuple(token.word for token in self.scan.tokens[index : index + count])

    def _about(self, index: int) -> int:
        if self.scan.word(index) not in english.SEARCH_WORDS or index + 1 >= len(self.scan.tokens):
            return index
        start = self.scan.tokens[index + 1].start
        words = self.scan.text[start:].strip(" .!?")
        self.filters.about = unquote(words) or words
        return len(self.scan.tokens)

    def _sort(self, index: int) -> int:
        begin = index + 1 if self.scan.word(index) in english.SORT_WORDS else index
        for phrase, sort in english.SORTS.items():
            if self._words(begin, len(phrase)) == phrase and (begin > index or phrase[0] != "by"):
                self.filters.sort = sort
                return begin + len(phrase)
        return index

    def _overdue(self, index: int) -> int:
        if self.scan.word(index) != "overdue" and self._words(index, 2) != ("past", "due"):
            return index
        self.filters.due_before = self.now.replace(microsecond=0).isoformat()
        self.filters.status = self.filters.status or ("todo", "in_progress")
        self.filters.sort = self.filters.sort or "due"
        return index + (1 if self.scan.word(index) == "overdue" else 2)

    def _list_name(self, index: int) -> int:
        """`shopping list` asks for the tag; `to do list` is all there is."""
        tokens = self.scan.tokens
        for length in (1, 2, 3):
            after = index + length
            words = self._words(index, length)
            ordinary = english.FILLERS | english.LIST_JOINTS | english.SEARCH_WORDS
            if self.scan.word(after) in {"list", "lists"} and not set(words) & ordinary:
                self.filters.tag = self.scan.text[
                    tokens[index].start : tokens[after - 1].end
                ].casefold()
                return after
            if (
                self.scan.word(after) in {"list", "lists"}
                and " ".join(words) in english.PLAIN_LISTS
            ):
                self.filters.nouns += 1
                self.filters.plural = True
                return after + 1
        return index

    def _tag(self, index: int) -> int:
        found = hash_tag(self.scan.text, self.scan.tokens, index)
        if found is None:
            word = self.scan.word(index)
            if word not in english.TAGGED and word not in english.TAG_NOUNS:
                return index
            skip = 2 if self.scan.word(index + 1) in {"as", "with", ":"} else 1
            tags = read_tags(self.scan.text, self.scan.tokens, index + skip)
            found = tags[0] if len(tags) == 1 else None
        if found is None or self.filters.tag:
            return index
        self.filters.tag = found[0]
        return found[1]

    def _priority(self, index: int) -> int:
        found = priority_at(self.scan.tokens, index)
        word = self.scan.word(index)
        if found is None and word in english.PRIORITIES and word != "top":
            found = english.PRIORITIES[word], index + 1
        if found is None:
            return index
        self.filters.priority = (*self.filters.priority, found[0])
        return found[1]

    def _status(self, index: int) -> int:
        if self.scan.word(index) == "todo" and self.scan.word(index + 1) in english.PLURAL_TASKS:
            self.filters.status = (*self.filters.status, "todo")
            return index + 1
        for phrase, statuses in english.STATUSES.items():
            if self._words(index, len(phrase)) == phrase:
                self.filters.status = tuple(dict.fromkeys((*self.filters.status, *statuses)))
                return index + len(phrase)
        return index

    def _noun(self, index: int) -> int:
        token = self.scan.tokens[index]
        if self._words(index, 2) in {("to", "do"), ("to", "dos")}:
            self.filters.nouns += 1
            self.filters.plural = True
            return index + 2
        if token.word in english.TASK_NOUNS or token.word in english.LIST_NOUNS:
            self.filters.nouns += 1
            self.filters.plural = self.filters.plural or token.word in english.PLURALS
            return index + 1
        number = token.kind is Kind.NUMBER and len(token.text) <= 3 and int(token.text)
        if number and self.scan.word(index + 1) in english.TASK_NOUNS and number <= MOST_LISTED:
            self.filters.limit = number
            return index + 1
        return index

    def _due(self, index: int) -> int:
        word = self.scan.word(index)
        if self.filters.dated or word in english.PRIORITIES:
            return index
        if word in {"due", "deadline"}:
            self.filters.sort = self.filters.sort or "due"
            self.filters.asks_due = True
            return index
        bound = english.BOUNDS.get(word, "")
        begin = index + 1 if bound else index
        found = due_at(self.reader, begin)
        if found is None or self.scan.word(found[1]) in english.TASK_NOUNS - english.PLURALS:
            return index
        when, end = found
        start = self.scan.tokens[begin].start
        self._bound(bound, when, self.scan.text[start : self.scan.tokens[end - 1].end])
        return end

    def _bound(self, bound: str, when: When, phrase: str) -> None:
        filters, day = self.filters, when.day
        words = frozenset(phrase.casefold().split())
        filters.sort = filters.sort or "due"
        filters.status = filters.status or ("todo", "in_progress")
        if bound == "before":
            filters.due_before = (day - timedelta(days=1)).isoformat()
        elif bound == "until":
            filters.due_before = day.isoformat()
        elif bound == "after":
            filters.due_after = (day + timedelta(days=1)).isoformat()
        elif bound == "since":
            filters.due_after = day.isoformat()
        else:
            first, last = _stretch(when, words, self.now)
            filters.due_after, filters.due_before = first, last


def _stretch(when: When, words: frozenset[str], now: datetime) -> tuple[str, str]:
    """First and last day of the week, weekend or month that the words name; else the day itself."""
    day = when.day
    if "weekend" in words:
        saturday = day - timedelta(days=(day.weekday() - 5) % 7)
        return saturday.isoformat(), (saturday + timedelta(days=1)).isoformat()
    if "week" in words and not words & {"end", "in", "on"} and len(words) <= 3:
        monday = day - timedelta(days=day.weekday())
        return monday.isoformat(), (monday + timedelta(days=6)).isoformat()
    if "month" in words and len(words) <= 3 and "end" not in words:
        first = day.replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return first.isoformat(), last.isoformat()
    if "in" in words and "days" in words:
        return now.date().isoformat(), day.isoformat()
    return day.isoformat(), day.isoformat()
