"""Times of day as they are written: `5pm`, `17:00`, `17h30`, `half past six`, `noon`."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from taskchat.language.numbers import match_number
from taskchat.language.patterns import Scan
from taskchat.language.tokens import Kind, Token
from taskchat.language.words import DateWords, Half, Part

MIDNIGHT = 24  # an hour: the end of a day, not its beginning
LATEST_MORNING_GUESS = 6  # hours up to this one mean the afternoon when nothing says which half
EVENING = 18


@dataclass(frozen=True, slots=True)
class Clock:
    """`sure` says that the hour is on the 24-hour clock; `bare` that it is a mere number so far."""

    hour: int
    minute: int = 0
    half: Half | None = None
    sure: bool = False
    bare: bool = False

    def readings(self, part: Part | None) -> tuple[tuple[int, int], ...]:
        """Hour and minute on the 24-hour clock, the likelier reading first."""
        if self.sure:
            return ((self.hour, self.minute),)
        half = self.half or (part.half if part else None)
        hour = self.hour % 12
        morning, afternoon = (hour, self.minute), (hour + 12, self.minute)
        if half is Half.MORNING:
            return (morning,)
        if half is Half.AFTERNOON:
            at_night = part is not None and part.hour >= EVENING and hour == 0 and not self.half
            return ((MIDNIGHT, self.minute),) if at_night else (afternoon,)
        if hour <= LATEST_MORNING_GUESS:
            return (afternoon, morning)
        return (morning, afternoon)


def past(clock: Clock, minutes: int) -> Clock | None:
    """`half past six`; None when the clock already has minutes."""
    if clock.minute or not 0 < minutes < 60:
        return None
    return replace(clock, minute=minutes, bare=False)


def before(clock: Clock, minutes: int) -> Clock | None:
    """`quarter to six`; None when the clock already has minutes."""
    if clock.minute or not 0 < minutes < 60:
        return None
    wrap = 24 if clock.sure else 12
    hour = (clock.hour - 1) % wrap or wrap
    return replace(clock, hour=hour, minute=60 - minutes)


def match_hour(words: DateWords, scan: Scan, index: int) -> Iterator[tuple[Clock, int]]:
    """A time, or a bare number that can be an hour."""
    if index >= len(scan.tokens):
        return
    token = scan.tokens[index]
    if token.word in words.moments:
        hour, minute = words.moments[token.word]
        yield Clock(hour, minute, sure=True), index + 1
    elif token.kind is Kind.NUMBER:
        yield from _digits(words, scan, index)
    else:
        yield from _spelled(words, scan, index)


def _digits(words: DateWords, scan: Scan, index: int) -> Iterator[tuple[Clock, int]]:
    text = scan.tokens[index].text
    if len(text) > 4:
        return
    if len(text) > 2:
        hour, minute, after, separator = int(text) // 100, int(text) % 100, index + 1, ""
    else:
        hour = int(text)
        minute, after, separator = _minute(scan, index + 1)
    if hour >= 24 or minute >= 60:
        return
    sure = hour == 0 or hour > 12 or (text.startswith("0") and bool(separator)) or separator == "h"
    bare = separator in {"", "."}
    yield from _with_half(words, scan, Clock(hour, minute, None, sure, bare), after)


def _minute(scan: Scan, index: int) -> tuple[int, int, str]:
    """Minutes after `:`, `.` or `h`, the index after them, and which mark it was; seconds are dropped."""
    mark = _glued(scan, index)
    if mark is None or mark.word not in {":", ".", "h"}:
        return 0, index, ""
    number = _glued(scan, index + 1)
    if number is None or number.kind is not Kind.NUMBER or len(number.text) != 2:
        return (0, index + 1, "h") if mark.word == "h" else (0, index, "")
    seconds, after = _glued(scan, index + 2), _glued(scan, index + 3)
    if seconds and after and seconds.word == ":" and after.kind is Kind.NUMBER:
        return int(number.text), index + 4, mark.word
    return int(number.text), index + 2, mark.word


def _spelled(words: DateWords, scan: Scan, index: int) -> Iterator[tuple[Clock, int]]:
    for hour, after in match_number(words, scan, index):
        if not 1 <= hour <= 12:
            continue
        for minute, end in match_number(words, scan, after):
            if 10 <= minute < 60 and scan.tokens[after].kind is Kind.WORD:
                yield from _with_half(words, scan, Clock(hour, minute, bare=True), end)
        yield from _with_half(words, scan, Clock(hour, bare=True), after)


def _with_half(
    words: DateWords, scan: Scan, clock: Clock, index: int
) -> Iterator[tuple[Clock, int]]:
    """The clock with the `am`, `p.m.` or `o'clock` that follows it, if any."""
    if scan.word(index) in words.hour_words:
        clock, index = replace(clock, bare=False), index + 1
    half, after = _half(words, scan, index)
    if half is None:
        yield clock, index
    elif clock.sure and clock.hour > 12:
        yield replace(clock, bare=False), after
    elif 1 <= clock.hour <= 12:
        yield replace(clock, half=half, sure=False, bare=False), after


def _half(words: DateWords, scan: Scan, index: int) -> tuple[Half | None, int]:
    word = scan.word(index)
    if word in words.halves:
        return words.halves[word], index + 1
    dotted = word + scan.word(index + 2)
    if dotted in words.halves and scan.word(index + 1) == ".":
        return words.halves[dotted], index + 4 if scan.word(index + 3) == "." else index + 3
    if word in words.glued_halves and _glued(scan, index):
        return words.glued_halves[word], index + 1
    return None, index


def _glued(scan: Scan, index: int) -> Token | None:
    if index < len(scan.tokens) and scan.tokens[index].glued:
        return scan.tokens[index]
    return None
