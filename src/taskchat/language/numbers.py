"""Matchers for numbers, ordinals, years and stretches of time."""

from collections.abc import Iterator
from dataclasses import dataclass

from taskchat.language.patterns import Scan
from taskchat.language.tokens import Kind
from taskchat.language.words import DateWords, Unit

LONGEST_NUMBER = 4  # digits; nobody counts days or writes years with more


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time. Days and months follow the calendar, seconds the clock."""

    months: int = 0
    days: int = 0
    seconds: int = 0

    def plus(self, amount: float, unit: Unit) -> "Span | None":
        """None when the calendar has no such part of a unit."""
        if unit.seconds:
            return Span(self.months, self.days, self.seconds + round(amount * unit.seconds))
        if amount == int(amount):
            whole = int(amount)
            return Span(
                self.months + whole * unit.months, self.days + whole * unit.days, self.seconds
            )
        return Span(self.months, self.days, round(amount * 86400)) if unit.days == 1 else None


def match_number(words: DateWords, scan: Scan, index: int) -> Iterator[tuple[int, int]]:
    """`7`, `seven`, `twenty five`, `twenty-five`."""
    if index >= len(scan.tokens):
        return
    token = scan.tokens[index]
    if token.kind is Kind.NUMBER and len(token.text) <= LONGEST_NUMBER:
        yield int(token.text), index + 1
    if token.word in words.tens:
        after = index + 2 if scan.word(index + 1) == "-" else index + 1
        ones = words.numbers.get(scan.word(after), 10)
        if ones < 10:
            yield words.tens[token.word] + ones, after + 1
        yield words.tens[token.word], index + 1
    if token.word in words.numbers:
        yield words.numbers[token.word], index + 1


def match_ordinal(words: DateWords, scan: Scan, index: int) -> Iterator[tuple[int, int]]:
    """`3rd`, `third`, `twenty third`."""
    if index >= len(scan.tokens):
        return
    token = scan.tokens[index]
    if token.kind is Kind.NUMBER and len(token.text) <= LONGEST_NUMBER:
        if scan.word(index + 1) in words.ordinal_suffixes and scan.tokens[index + 1].glued:
            yield int(token.text), index + 2
    elif token.word in words.tens:
        after = index + 2 if scan.word(index + 1) == "-" else index + 1
        ones = words.ordinals.get(scan.word(after), 10)
        if ones < 10:
            yield words.tens[token.word] + ones, after + 1
    elif token.word in words.ordinals:
        yield words.ordinals[token.word], index + 1


def match_day_of_month(words: DateWords, scan: Scan, index: int) -> Iterator[tuple[int, int]]:
    """An ordinal, or digits that are not the beginning of a time."""
    for value, after in match_ordinal(words, scan, index):
        if 1 <= value <= 31:
            yield value, after
    for value, after in match_number(words, scan, index):
        digits = scan.tokens[index].kind is Kind.NUMBER
        if digits and 1 <= value <= 31 and not _goes_on(words, scan, after):
            yield value, after


def match_spelled_day(words: DateWords, scan: Scan, index: int) -> Iterator[tuple[int, int]]:
    """`twenty nine`, as it can follow a month."""
    for value, after in match_number(words, scan, index):
        if scan.tokens[index].kind is Kind.WORD and 1 <= value <= 31:
            yield value, after


def _goes_on(words: DateWords, scan: Scan, index: int) -> bool:
    """Whether a number before this token belongs to a time, a decimal or a longer number."""
    if index >= len(scan.tokens):
        return False
    token = scan.tokens[index]
    if token.word in words.halves or token.word in words.units:
        return True
    if not token.glued:
        return False
    following = scan.tokens[index + 1] if index + 1 < len(scan.tokens) else None
    joined = following is not None and following.glued and following.kind is Kind.NUMBER
    if token.kind is Kind.MARK:
        return joined and token.word in {":", ".", "/", "-"}
    return token.kind is Kind.WORD and token.word not in words.months


def match_year(_words: DateWords, scan: Scan, index: int) -> Iterator[tuple[int, int]]:
    """Four digits, or two that can be no day of a month."""
    if index >= len(scan.tokens) or scan.tokens[index].kind is not Kind.NUMBER:
        return
    text = scan.tokens[index].text
    glued_on = index + 1 < len(scan.tokens) and scan.tokens[index + 1].glued
    if glued_on and scan.tokens[index + 1].kind is Kind.WORD:
        return
    if len(text) == 4 and 1900 <= int(text) <= 3000:
        yield int(text), index + 1
    elif len(text) == 2 and int(text) > 31:
        yield 1900 + int(text), index + 1


def match_span(words: DateWords, scan: Scan, index: int) -> Iterator[tuple[Span, int]]:
    """`3 days`, `2h30m`, `an hour and a half`, `half an hour`, `1 day, 2 hours and 5 minutes`."""
    span, after = Span(), index
    longest: list[tuple[Span, int]] = []
    while (step := _amount(words, scan, after)) is not None:
        amount, unit, end = step
        grown = span.plus(amount, unit)
        if grown is None:
            break
        span, after = grown, end
        longest.append((span, after))
        after = _past_joint(words, scan, after)
    yield from reversed(longest)


def _past_joint(words: DateWords, scan: Scan, index: int) -> int:
    if scan.word(index) == ",":
        index += 1
    return index + 1 if scan.word(index) in words.and_words else index


def _amount(words: DateWords, scan: Scan, index: int) -> tuple[float, Unit, int] | None:
    for amount, after in _counts(words, scan, index):
        if scan.word(after) in words.units:
            unit = words.units[scan.word(after)]
            extra, end = _and_a_half(words, scan, after + 1)
            return amount + extra, unit, end
        token = scan.tokens[after] if after < len(scan.tokens) else None
        if token and token.glued and token.word in words.glued_units:
            return amount, words.glued_units[token.word], after + 1
    return None


def _and_a_half(words: DateWords, scan: Scan, index: int) -> tuple[float, int]:
    """`an hour and a half`: the half comes after the unit."""
    if scan.word(index) in words.and_words:
        after = index + 2 if scan.word(index + 1) in words.articles else index + 1
        if scan.word(after) in words.half_words and scan.word(after + 1) not in words.articles:
            return 0.5, after + 1
    return 0.0, index


def _counts(words: DateWords, scan: Scan, index: int) -> Iterator[tuple[float, int]]:
    for number, after in match_number(words, scan, index):
        value = float(number)
        yield from _with_fraction(scan, value, after)
        extra, end = _and_a_half(words, scan, after)
        if extra:
            yield value + extra, end
        yield value, after
    for phrase, value in words.few.items():
        if all(scan.word(index + step) == word for step, word in enumerate(phrase)):
            after = index + len(phrase)
            yield value, after + 1 if scan.word(after) in words.of_words else after
    if scan.word(index) in words.half_words:
        yield 0.5, index + 2 if scan.word(index + 1) in words.articles else index + 1
    elif scan.word(index) in words.articles:
        yield 1.0, index + 1


def _with_fraction(scan: Scan, whole: float, index: int) -> Iterator[tuple[float, int]]:
    """`1.5 hours`, `1/2 hour`, `3/4 hour`."""
    mark, part = scan.word(index), scan.word(index + 1)
    if not part.isdecimal() or not scan.tokens[index].glued or len(part) > 2:
        return
    if mark == ".":
        yield float(f"{int(whole)}.{part}"), index + 2
    elif mark == "/" and int(part):
        yield whole / int(part), index + 2
