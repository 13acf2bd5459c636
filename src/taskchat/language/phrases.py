"""Pieces of a date phrase, and how pieces join: `tomorrow` `at` `5pm`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import partial

from taskchat.language.clock import Clock, before, match_hour, past
from taskchat.language.days import Slots, read_day
from taskchat.language.numbers import (
    match_day_of_month,
    match_number,
    match_ordinal,
    match_span,
    match_spelled_day,
    match_year,
)
from taskchat.language.numeric import Digits, match_digits
from taskchat.language.patterns import Found, Match, Matcher, PatternBook, Scan, find_matches
from taskchat.language.tokens import Kind
from taskchat.language.words import DateLanguage, Part

RELATIVE = frozenset(
    {"shifted_day", "weekday", "this_weekday", "offset", "week", "weekday_of_week"}
)
SHY_MEANINGS = frozenset({"date_soon", "bare_month", "feast"})


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a date phrase. `shy` pieces are common words too, and count only in company."""

    meaning: str
    value: date | datetime | Clock | Part
    end: int
    shy: bool = False
    part: Part | None = None
    distant: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Pieces that belong together, from the token `start` up to the token `end`."""

    start: int
    end: int
    pieces: tuple[Piece, ...]
    offset: timedelta | None = None
    broken: bool = False

    def days(self) -> tuple[Piece, ...]:
        return tuple(p for p in self.pieces if isinstance(p.value, date))

    def clock(self) -> Clock | None:
        return next((p.value for p in self.pieces if isinstance(p.value, Clock)), None)

    def part(self) -> Part | None:
        parts = (p.value if isinstance(p.value, Part) else p.part for p in self.pieces)
        return next((part for part in parts if part), None)


@dataclass(slots=True)
class PhraseReader:
    """Finds the pieces in one text; remembers what it found where."""

    scan: Scan
    language: DateLanguage
    now: datetime
    day_first: bool
    matchers: dict[str, Matcher] = field(init=False)

    def __post_init__(self) -> None:
        words = self.language.words
        self.matchers = {
            "n": partial(match_number, words),
            "minutes": partial(match_number, words),
            "ordinal": partial(match_ordinal, words),
            "dom": partial(match_day_of_month, words),
            "spelled": partial(match_spelled_day, words),
            "year": partial(match_year, words),
            "span": partial(match_span, words),
            "hour": partial(match_hour, words),
            "numeric": match_digits,
            "weekday": partial(_lookup, words.weekdays),
            "month": partial(_lookup, words.months),
            "named": partial(_lookup, words.named_days),
            "which": partial(_lookup, words.which),
            "part": partial(_lookup, words.parts),
            "day": self._days,
        }

    def phrase_at(self, index: int, *, after: str) -> Phrase | None:
        """The longest phrase that begins here; `after` is the word that led to it."""
        pieces: list[Piece] = []
        position, lead, broken = index, after, False
        while True:
            piece, joint = self._joined(position, pieces, lead)
            if piece is None or not self._fits(piece, pieces, joint):
                break
            pieces.append(piece)
            broken = broken or piece.meaning == "broken"
            position, lead = piece.end, ""
        if not pieces:
            return None
        offset, position, foreign = self._zone(position, pieces)
        return Phrase(index, position, tuple(pieces), offset, broken or foreign)

    def lead_at(self, index: int) -> int:
        """The index after the words that announce a date, such as `due by`; the same index if none do."""
        ends = (match.end for match in self._matches(self.language.leads, index))
        return max(ends, default=index)

    def _joined(self, index: int, pieces: list[Piece], lead: str) -> tuple[Piece | None, str]:
        piece = self._piece(index, pieces, lead)
        if piece or not pieces:
            return piece, ""
        ends = sorted({match.end for match in self._matches(self.language.connectors, index)})
        if self.scan.word(index) == "t" and self.scan.tokens[index].glued:
            ends = [index + 1]
        for end in reversed(ends):
            joint = self.scan.word(end - 1)
            piece = self._piece(end, pieces, joint)
            if piece:
                return piece, joint
        return None, ""

    def _piece(self, index: int, pieces: list[Piece], lead: str) -> Piece | None:
        candidates = [
            piece
            for piece in (self._day(index), self._clock(index, lead), self._part(index, pieces))
            if piece
        ]
        return max(candidates, key=lambda piece: piece.end, default=None)

    def _day(self, index: int) -> Piece | None:
        best: Match | None = None
        for match in self._matches(self.language.days, index):
            if best is None or match.end > best.end:
                best = match
        if best is None:
            return None
        value = read_day(best.meaning, Slots(best.slots, self.now, self.day_first))
        if value is None:
            return Piece("broken", date.max, best.end)
        part = best.slots.get("part")
        words = self.language.words
        for token in self.scan.tokens[index : best.end]:
            part = words.parts[token.word] if token.word in words.nights else part
        distant = best.slots.get("sign") == -1 or best.slots.get("which") == -1
        distant = distant or (
            best.meaning in {"shifted_day", "last_weekday"} and _date(value) < self.now.date()
        )
        return Piece(
            best.meaning,
            value,
            best.end,
            self._is_shy(best, index),
            part if isinstance(part, Part) else None,
            distant,
        )

    def _is_shy(self, match: Match, index: int) -> bool:
        words = self.language.words
        if match.meaning in SHY_MEANINGS:
            return True
        digits = match.slots.get("numeric")
        if isinstance(digits, Digits) and digits.year is None:
            return True
        if self.scan.word(index) not in words.shy:
            return False
        in_text = (
            match.end < len(self.scan.tokens) and self.scan.tokens[match.end].kind is Kind.WORD
        )
        plain = match.end == index + 2 and self.scan.tokens[index + 1].kind is Kind.NUMBER
        return match.end == index + 1 or (plain and in_text)

    def _clock(self, index: int, lead: str) -> Piece | None:
        best: tuple[int, Clock] | None = None
        for match in self._matches(self.language.clocks, index):
            clock, minutes = match.slots["hour"], match.slots.get("minutes", 0)
            if not isinstance(clock, Clock) or not isinstance(minutes, int):
                continue
            value = {"past": past, "to": before}.get(match.meaning, _unchanged)(clock, minutes)
            if (
                value
                and self._is_time(value, match.end, lead)
                and (not best or match.end > best[0])
            ):
                best = match.end, value
        return (
            Piece(
                "clock",
                best[1],
                best[0],
                shy=best[1].bare or self.scan.word(index) in self.language.words.shy,
            )
            if best
            else None
        )

    def _is_time(self, clock: Clock, end: int, lead: str) -> bool:
        """A bare number is a time only after `at`, or before a part of the day."""
        words = self.language.words
        if lead in words.clock_leads:
            return True
        if not clock.bare:
            return self.scan.word(end - 1) not in words.shy
        if self.scan.word(end) in words.nights:
            return clock.minute == 0
        in_part = end + 2 < len(self.scan.tokens) and self.scan.word(end + 2) in words.parts
        return in_part and self.scan.word(end) in {"in", "at"}

    def _part(self, index: int, pieces: list[Piece]) -> Piece | None:
        """A part of the day after other pieces, or on its own when introduced: `in the morning`."""
        words = self.language.words
        introduced = tuple(self.scan.word(index + step) for step in range(2)) in words.part_openers
        at = index + 2 if introduced else index
        part = words.parts.get(self.scan.word(at))
        return Piece("part", part, at + 1) if part and (pieces or introduced) else None

    def _fits(self, piece: Piece, pieces: list[Piece], joint: str) -> bool:
        """Whether the piece adds to the phrase instead of starting another one."""
        if isinstance(piece.value, Clock | Part):
            return not any(isinstance(other.value, type(piece.value)) for other in pieces)
        others = [other for other in pieces if isinstance(other.value, date)]
        if not others:
            return True
        kinds = {others[0].meaning in RELATIVE, piece.meaning in RELATIVE}
        agree = _date(others[0].value) == _date(piece.value)
        return (
            len(others) == 1
            and joint in {"", ",", "on", "of"}
            and (kinds == {True, False} or agree)
        )

    def _zone(self, index: int, pieces: list[Piece]) -> tuple[timedelta | None, int, bool]:
        """An offset after the time; the last value says that a zone is named that cannot be read."""
        if index >= len(self.scan.tokens) or not isinstance(pieces[-1].value, Clock):
            return None, index, False
        token = self.scan.tokens[index]
        if token.word in self.language.words.universal_zones:
            return timedelta(0), index + 1, False
        if token.glued and token.word in {"+", "-"}:
            found = list(match_hour(self.language.words, self.scan, index + 1))
            if found and not found[0][0].bare:
                hours = timedelta(hours=found[0][0].hour, minutes=found[0][0].minute)
                return (hours if token.word == "+" else -hours), found[0][1], False
        known = token.word in self.language.words.zones
        return None, index, known and (len(token.word) > 2 or token.text.isupper())

    def _days(self, scan: Scan, index: int) -> Iterator[Found]:
        piece = self._day(index)
        if scan is self.scan and piece and type(piece.value) is date:
            yield piece.value, piece.end

    def _matches(self, book: PatternBook, index: int) -> Iterator[Match]:
        for pattern in book.opening_with(self.scan.word(index)):
            yield from find_matches(pattern, self.scan, index, self.matchers)


def at_offset(moment: datetime, offset: timedelta, now: datetime) -> datetime:
    """The moment, given on the clock of a place with that offset, on the clock of `now`."""
    return moment.replace(tzinfo=timezone(offset)).astimezone(now.tzinfo)


def _lookup(table: Mapping[str, object], scan: Scan, index: int) -> Iterator[Found]:
    if scan.word(index) in table:
        yield table[scan.word(index)], index + 1


def _unchanged(clock: Clock, _minutes: int) -> Clock:
    return clock


def _date(value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.max
