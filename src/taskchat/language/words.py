"""The shape of a language's words about time; each language fills one of these."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from taskchat.language.patterns import Pattern, PatternBook


class Half(Enum):
    """Which half of the day an hour on a twelve-hour clock means."""

    MORNING = auto()
    AFTERNOON = auto()


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of time; only one of the three is not zero."""

    months: int = 0
    days: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day: when it is, and which half an hour beside it falls in."""

    hour: int
    half: Half


@dataclass(frozen=True, slots=True)
class DateWords:
    numbers: Mapping[str, int]
    tens: Mapping[str, int]
    ordinals: Mapping[str, int]
    ordinal_suffixes: frozenset[str]
    articles: frozenset[str]
    few: Mapping[tuple[str, ...], float]
    half_words: frozenset[str]
    and_words: frozenset[str]
    of_words: frozenset[str]
    units: Mapping[str, Unit]
    glued_units: Mapping[str, Unit]
    weekdays: Mapping[str, int]
    months: Mapping[str, int]
    named_days: Mapping[str, int]
    which: Mapping[str, int]
    nights: frozenset[str]
    parts: Mapping[str, Part]
    moments: Mapping[str, tuple[int, int]]
    halves: Mapping[str, Half]
    glued_halves: Mapping[str, Half]
    hour_words: frozenset[str]
    clock_leads: frozenset[str]
    part_openers: frozenset[tuple[str, ...]]
    zones: frozenset[str]
    universal_zones: frozenset[str]
    shy: frozenset[str]
    never: frozenset[str]
    range_words: frozenset[str]
    range_openers: frozenset[str]
    repeaters: frozenset[str]
    repeated: frozenset[str]
    adverbs: frozenset[str]
    leads: tuple[Pattern, ...]
    connectors: tuple[Pattern, ...]
    clocks: tuple[Pattern, ...]
    days: tuple[Pattern, ...]

    def openers(self) -> dict[str, frozenset[str]]:
        """The words each slot can begin with; `0` stands for any number."""
        counting = frozenset({"0", *self.numbers, *self.tens})
        ordinals = frozenset({"0", *self.ordinals, *self.tens})
        few = frozenset(words[0] for words in self.few)
        return {
            "weekday": frozenset(self.weekdays),
            "month": frozenset(self.months),
            "named": frozenset(self.named_days),
            "which": frozenset(self.which),
            "part": frozenset(self.parts),
            "ordinal": ordinals,
            "dom": ordinals,
            "spelled": counting,
            "n": counting,
            "minutes": counting,
            "hour": counting | frozenset(self.moments),
            "span": counting | self.articles | few | self.half_words,
            "year": frozenset({"0"}),
            "numeric": frozenset({"0"}),
        }


@dataclass(frozen=True, slots=True)
class DateLanguage:
    """A language's words with its patterns looked up by first word."""

    words: DateWords
    days: PatternBook
    clocks: PatternBook
    leads: PatternBook
    connectors: PatternBook

    @classmethod
    def of(cls, words: DateWords) -> "DateLanguage":
        openers = words.openers()
        return cls(
            words,
            PatternBook.of(words.days, openers),
            PatternBook.of(words.clocks, openers),
            PatternBook.of(words.leads, openers),
            PatternBook.of(words.connectors, openers),
        )
