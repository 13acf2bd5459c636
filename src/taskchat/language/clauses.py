"""One clause, and the pattern it fits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from taskchat.language.dates import read_due
from taskchat.language.details import priority_at, read_tags
from taskchat.language.english import commands as english
from taskchat.language.patterns import (
    Found,
    Match,
    Matcher,
    Pattern,
    PatternBook,
    Scan,
    find_matches,
)
from taskchat.language.tokens import Kind

LONGEST_DATE = 15  # tokens
LONGEST_LIST_NAME = 3  # tokens
MOST_COURTESIES = 4
_ENDINGS = " .!?,;"

COURTESIES: Final = PatternBook.of(english.OPENING_COURTESIES, {})


@dataclass(slots=True)
class Clause:
    """A clause to be matched as a whole."""

    text: str
    now: datetime
    scan: Scan = field(init=False)
    matchers: dict[str, Matcher] = field(init=False)

    def __post_init__(self) -> None:
        self.scan = Scan.of(self.text)
        self.matchers = {
            "task": _free,
            "title": _all_left,
            "rest": _free,
            "list": _list_name,
            "number": _number,
            "tags": _tags,
            "priority": _priority,
            "when": self._when,
        }

    @property
    def first(self) -> str:
        return self.scan.word(0)

    def fit(self, patterns: Iterable[Pattern] | PatternBook) -> Match | None:
        """The first pattern that fits the whole clause."""
        return next(self.fits(patterns), None)

    def fits(self, patterns: Iterable[Pattern] | PatternBook) -> Iterator[Match]:
        """Every way in which a pattern fits the whole clause."""
        chosen = (
            patterns.opening_with(self.first) if isinstance(patterns, PatternBook) else patterns
        )
        for pattern in chosen:
            for match in find_matches(pattern, self.scan, 0, self.matchers):
                if match.end == len(self.scan.tokens):
                    yield match

    def words(self) -> Sequence[str]:
        return [token.word for token in self.scan.tokens]

    def _when(self, scan: Scan, index: int) -> Iterator[Found]:
        """Only the rest of the clause can be the date."""
        if index < len(scan.tokens) and len(scan.tokens) - index <= LONGEST_DATE:
            phrase = scan.text[scan.tokens[index].start :]
            if read_due(phrase, self.now):
                yield phrase, len(scan.tokens)


def read_clause(text: str, now: datetime) -> Clause:
    """The clause without the courtesies around it."""
    text = text.strip().rstrip(_ENDINGS) or text.strip()
    for _ in range(MOST_COURTESIES):
        shorter = _without_closing(_without_opening(text, now))
        if shorter == text or not shorter:
            break
        text = shorter
    return Clause(text, now)


def _without_opening(text: str, now: datetime) -> str:
    clause = Clause(text, now)
    ends = [
        match.end
        for pattern in COURTESIES.opening_with(clause.first)
        for match in find_matches(pattern, clause.scan, 0, clause.matchers)
    ]
    end = max((end for end in ends if end < len(clause.scan.tokens)), default=0)
    if not end:
        return text
    return text[clause.scan.tokens[end].start :].lstrip(" ,")


def _without_closing(text: str) -> str:
    stripped = text.rstrip(_ENDINGS)
    tokens = Scan.of(stripped).tokens
    for phrase in english.CLOSING_COURTESIES:
        tail = tuple(token.word for token in tokens[-len(phrase) :])
        if tail == phrase and len(tokens) > len(phrase):
            return stripped[: tokens[-len(phrase)].start].rstrip(_ENDINGS)
    return stripped


def _free(scan: Scan, index: int) -> Iterator[Found]:
    """Any words, the fewest first."""
    for end in range(index + 1, len(scan.tokens) + 1):
        yield scan.text[scan.tokens[index].start : scan.tokens[end - 1].end], end


def _all_left(scan: Scan, index: int) -> Iterator[Found]:
    if index < len(scan.tokens):
        yield scan.text[scan.tokens[index].start :], len(scan.tokens)


def _list_name(scan: Scan, index: int) -> Iterator[Found]:
    for end in range(index + 1, min(index + LONGEST_LIST_NAME, len(scan.tokens)) + 1):
        yield scan.text[scan.tokens[index].start : scan.tokens[end - 1].end], end


def _number(scan: Scan, index: int) -> Iterator[Found]:
    """`#12`, `task 12`, or a pronoun: never a title."""
    word = scan.word(index)
    if word in english.PRONOUNS:
        yield word, index + 1
    begin = index + 1 if word == "#" or word in english.TASK_NOUNS else index
    begin = begin + 1 if begin > index and scan.word(begin) == "#" else begin
    if begin > index and scan.word(begin).isdecimal():
        yield f"#{scan.word(begin)}", begin + 1


def _tags(scan: Scan, index: int) -> Iterator[Found]:
    """All the tags first, then fewer: what follows may need the last word."""
    found = read_tags(scan.text, scan.tokens, index)
    for count in range(len(found), 0, -1):
        yield tuple(tag for tag, _ in found[:count]), found[count - 1][1]


def _priority(scan: Scan, index: int) -> Iterator[Found]:
    if index >= len(scan.tokens):
        return
    if found := priority_at(scan.tokens, index):
        yield found
    token = scan.tokens[index]
    if token.kind is Kind.WORD and token.word in english.PRIORITIES:
        yield english.PRIORITIES[token.word], index + 1
