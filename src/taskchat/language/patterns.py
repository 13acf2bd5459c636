"""Patterns over tokens, written as text: `mark {task} as? done|finished`.

A plain element is one word or mark (`a|b` either), `?` makes an element optional, braces name a
slot, which a matcher fills. Patterns are looked up by the words they can begin with, so text that
holds none of these words costs next to nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from taskchat.language.tokens import Token, tokenize

type Found = tuple[object, int]  # what a slot holds, and the index of the token after it
type Matcher = Callable[["Scan", int], Iterable[Found]]


@dataclass(slots=True)
class Scan:
    """One text being read. Remembers what each slot found at each place, so that no place is read twice."""

    text: str
    tokens: tuple[Token, ...]
    memory: dict[tuple[str, int], tuple[Found, ...]] = field(default_factory=dict)
    steps: int = 0

    @classmethod
    def of(cls, text: str) -> "Scan":
        return cls(text, tokenize(text))

    def word(self, index: int) -> str:
        """The folded word at the index; empty past the end."""
        return self.tokens[index].word if index < len(self.tokens) else ""

    def slot(self, name: str, matcher: Matcher, index: int) -> tuple[Found, ...]:
        """Everything the slot can hold at the index; empty while the very same question is open."""
        key = (name, index)
        if key not in self.memory:
            self.memory[key] = ()
            self.memory[key] = tuple(matcher(self, index))
        return self.memory[key]


@dataclass(frozen=True, slots=True)
class Element:
    words: frozenset[str]
    slot: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """`meaning` says what a match stands for, `constants` fix slots the text does not spell out."""

    meaning: str
    elements: tuple[Element, ...]
    constants: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Match:
    meaning: str
    slots: Mapping[str, object]
    end: int


def read_pattern(meaning: str, text: str, **constants: object) -> Pattern:
    """Compiles the notation above."""
    return Pattern(meaning, tuple(_read_element(part) for part in text.split()), constants)


def _read_element(text: str) -> Element:
    optional = len(text) > 1 and text.endswith("?")
    body = text.removesuffix("?") if optional else text
    if body.startswith("{"):
        return Element(frozenset(), body[1:-1], optional)
    return Element(frozenset(body.split("|")), "", optional)


def find_matches(
    pattern: Pattern, scan: Scan, index: int, matchers: Mapping[str, Matcher]
) -> Iterator[Match]:
    """Every way the pattern fits from this token on; an optional element is taken when it can be."""
    for slots, end in _walk(pattern.elements, 0, scan, index, matchers):
        yield Match(pattern.meaning, {**pattern.constants, **slots}, end)


def _walk(
    elements: Sequence[Element],
    at: int,
    scan: Scan,
    index: int,
    matchers: Mapping[str, Matcher],
) -> Iterator[tuple[dict[str, object], int]]:
    scan.steps += 1
    if at == len(elements):
        yield {}, index
        return
    element = elements[at]
    if element.slot:
        for value, after in scan.slot(element.slot, matchers[element.slot], index):
            for slots, end in _walk(elements, at + 1, scan, after, matchers):
                yield {element.slot: value, **slots}, end
    elif scan.word(index) in element.words:
        yield from _walk(elements, at + 1, scan, index + 1, matchers)
    if element.optional:
        yield from _walk(elements, at + 1, scan, index, matchers)


@dataclass(frozen=True, slots=True)
class PatternBook:
    """Patterns by the words they can begin with. `openers` are the words each slot can begin with."""

    by_word: Mapping[str, tuple[Pattern, ...]]
    anywhere: tuple[Pattern, ...]

    @classmethod
    def of(
        cls, patterns: Iterable[Pattern], openers: Mapping[str, frozenset[str]]
    ) -> "PatternBook":
        by_word: dict[str, list[Pattern]] = {}
        anywhere: list[Pattern] = []
        for pattern in patterns:
            words = _first_words(pattern, openers)
            if words is None:
                anywhere.append(pattern)
            for word in words or ():
                by_word.setdefault(word, []).append(pattern)
        fixed = {word: tuple(found) for word, found in by_word.items()}
        return cls(MappingProxyType(fixed), tuple(anywhere))

    def opening_with(self, word: str) -> Iterator[Pattern]:
        """Every pattern that could begin with the word. A number is looked up as `0`."""
        yield from self.by_word.get("0" if word[:1].isdecimal() else word, ())
        yield from self.anywhere


def _first_words(pattern: Pattern, openers: Mapping[str, frozenset[str]]) -> set[str] | None:
    words: set[str] = set()
    for element in pattern.elements:
        if element.slot:
            if element.slot not in openers:
                return None
            words |= openers[element.slot]
        else:
            words |= element.words
        if not element.optional:
            break
    return words
