"""Due dates in a person's own words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Final

from taskchat.domain.due import EARLIEST, LATEST
from taskchat.language.clock import MIDNIGHT, Clock
from taskchat.language.english.dates import ENGLISH_DATES
from taskchat.language.patterns import Scan
from taskchat.language.phrases import Phrase, PhraseReader, at_offset
from taskchat.language.tokens import LONGEST_CLAUSE, Kind, stands_alone
from taskchat.language.words import Part

LATEST_HOUR: Final = 24


@dataclass(frozen=True, slots=True)
class When:
    """A day, or with `at` a moment on the clock of the place where `now` was taken."""

    day: date
    at: time | None = None


@dataclass(frozen=True, slots=True)
class DueMatch:
    """`start` and `end` include the words that announce the date, such as `due by`; `text` does not."""

    when: When
    text: str
    start: int
    end: int
    announced: bool


def read_due(text: str, now: datetime, *, day_first: bool = False) -> When | None:
    """What the text means when all of it is a date; None otherwise."""
    if len(text) > LONGEST_CLAUSE:
        return None
    scan = Scan.of(text.strip().rstrip(".!,;"))
    reader = PhraseReader(scan, ENGLISH_DATES, now, day_first)
    begin = reader.lead_at(0)
    for start in {begin, 0}:
        phrase = reader.phrase_at(start, after=scan.word(start - 1) if start else "")
        if phrase and phrase.end == len(scan.tokens) and not phrase.broken:
            return _resolve(phrase, now)
    return None


def find_due(
    text: str, now: datetime, *, day_first: bool = False, past: bool = False
) -> DueMatch | None:
    """The one date that the text sets; None when there is none, or no telling which. `past` admits days gone by."""
    if len(text) > LONGEST_CLAUSE:
        return None
    finder = _Finder(PhraseReader(Scan.of(text), ENGLISH_DATES, now, day_first), past)
    found = list(finder.find())
    for chosen in (
        [match for match in found if match.announced],
        [match for match in found if not text[match.end :].strip(" .!?,;)")],
        [match for match in found if not text[: match.start].strip()],
    ):
        if chosen:
            return chosen[-1]
    return found[0] if len(found) == 1 else None


def due_at(reader: PhraseReader, index: int) -> tuple[When, int] | None:
    """The date that begins at the token, and the index after it; a mere ordinal or number is none."""
    begin = reader.lead_at(index)
    for start in {begin, index}:
        phrase = reader.phrase_at(start, after=reader.scan.word(start - 1) if start else "")
        if (
            phrase is None
            or phrase.broken
            or phrase.pieces[0].meaning in {"date_soon", "bare_month"}
        ):
            continue
        when = _resolve(phrase, reader.now)
        if when:
            return when, phrase.end
    return None


@dataclass(slots=True)
class _Finder:
    reader: PhraseReader
    past: bool

    @property
    def scan(self) -> Scan:
        return self.reader.scan

    def find(self) -> Iterator[DueMatch]:
        """Single dates from left to right; ranges, lists of dates and repetitions are passed over."""
        if self._repeats():
            return
        index = 0
        while index < len(self.scan.tokens):
            begin, phrase = self._next(index)
            if phrase is None:
                index += 1
                continue
            beyond = self._beyond_range(phrase)
            match = None if beyond else self._match(index, begin, phrase)
            if match:
                yield match
            index = beyond or phrase.end

    def _next(self, index: int) -> tuple[int, Phrase | None]:
        """The phrase at the index, begun by announcing words when it goes on longer that way."""
        plain = self.reader.phrase_at(index, after=self.scan.word(index - 1) if index else "")
        begin = self.reader.lead_at(index)
        if begin == index:
            return index, plain
        led = self.reader.phrase_at(begin, after=self.scan.word(begin - 1))
        return (begin, led) if led and not (plain and plain.end >= led.end) else (index, plain)

    def _match(self, lead: int, begin: int, phrase: Phrase) -> DueMatch | None:
        words = self.reader.language.words
        tokens, text = self.scan.tokens, self.scan.text
        start, end = tokens[begin].start, tokens[phrase.end - 1].end
        if phrase.broken or not stands_alone(text, start, end) or self._adverb_beside(lead, phrase):
            return None
        if self._ends_range(lead, phrase):
            return None
        announced = tokens[lead].word in {"due", "deadline"} or (
            begin > lead and tokens[begin - 1].word == "by"
        )
        if not self._trusted(lead, begin, phrase) or text[start:end] in words.never:
            return None
        if any(piece.distant for piece in phrase.pieces) and not (
            self.past or tokens[lead].word == "due"
        ):
            return None
        when = _resolve(phrase, self.reader.now)
        if begin > lead and phrase.pieces[0].shy and isinstance(phrase.pieces[0].value, Clock):
            start = tokens[begin - 1].start
        return when and DueMatch(when, text[start:end], tokens[lead].start, end, announced)

    def _trusted(self, lead: int, begin: int, phrase: Phrase) -> bool:
        """Whether this is a date and not words that look like one."""
        tokens = self.scan.tokens
        whole = lead == 0 and phrase.end == len(tokens)
        first, company = phrase.pieces[0], phrase.pieces[1:]
        if whole or company or not first.shy:
            return True
        ends = phrase.end == len(tokens) or tokens[phrase.end].kind is Kind.MARK
        meaning = first.meaning
        if meaning in {"date_soon", "clock"}:
            return begin > lead and ends
        if begin > lead:
            return meaning != "numeric" or ends
        return ends and (tokens[begin].capital or meaning == "numeric")

    def _ends_range(self, lead: int, phrase: Phrase) -> bool:
        """`between …` and the like: the phrase is the far end, or opens after the word itself."""
        words = self.reader.language.words
        before = [token.word for token in self.scan.tokens[max(lead - 4, 0) : lead]]
        if not before or before[-1] not in words.range_words | words.range_openers:
            return False
        numbered = len(before) > 1 and before[-2].isdecimal() and phrase.clock() is not None
        return numbered or not words.range_openers.isdisjoint(before)

    def _beyond_range(self, phrase: Phrase) -> int | None:
        """The index after the other end, when the phrase is one end of a range or one of several dates."""
        words = self.reader.language.words
        if self.scan.word(phrase.end) not in words.range_words:
            return None
        after = phrase.end + 1
        after = after + 1 if self.scan.word(after) == "the" else after
        other = self.reader.phrase_at(after, after="at")
        if other:
            return other.end
        numbered = phrase.pieces[-1].meaning in {"date", "date_soon", "weekday_date"}
        number = after < len(self.scan.tokens) and self.scan.tokens[after].kind is Kind.NUMBER
        return after + 1 if numbered and number else None

    def _repeats(self) -> bool:
        words = self.reader.language.words
        repeated = words.repeated | words.weekdays.keys() | words.months.keys()
        return any(
            token.word in words.repeaters
            and (following.word in repeated or following.kind is Kind.NUMBER)
            for token, following in pairwise(self.scan.tokens)
        )

    def _adverb_beside(self, lead: int, phrase: Phrase) -> bool:
        adverbs = self.reader.language.words.adverbs
        return (lead > 0 and self.scan.word(lead - 1) in adverbs) or self.scan.word(
            phrase.end
        ) in adverbs


def _resolve(phrase: Phrase, now: datetime) -> When | None:
    """One day or moment from the pieces; None when they contradict each other."""
    days = phrase.days()
    clock, part = phrase.clock(), phrase.part()
    moments = [piece.value for piece in days if isinstance(piece.value, datetime)]
    if moments:
        return None if clock or part else _bounded(moments[0])
    day = next((piece.value for piece in reversed(days) if isinstance(piece.value, date)), None)
    if clock:
        moment = _with_clock(day, clock, part, now)
        return _bounded(
            at_offset(moment, phrase.offset, now) if phrase.offset is not None else moment
        )
    if part:
        return _with_part(day, part, now)
    return When(day) if day else None


def _with_clock(day: date | None, clock: Clock, part: Part | None, now: datetime) -> datetime:
    """The likeliest reading; with no day the first one still ahead, today or tomorrow."""
    readings = clock.readings(part)
    today = now.date()
    ahead = [moment for moment in (_moment(today, *r) for r in readings) if moment > _local(now)]
    if day is None:
        return ahead[0] if ahead else _moment(today + timedelta(days=1), *readings[0])
    if day == today and ahead:
        return ahead[0]
    return _moment(day, *readings[0])


def _with_part(day: date | None, part: Part, now: datetime) -> When:
    """With no day the next such part of a day. A part of today that is over leaves only the day."""
    at = time(part.hour)
    today = now.date()
    over = at <= now.time()
    if day is None:
        return When(today + timedelta(days=1) if over else today, at)
    return When(day) if day == today and over else When(day, at)


def _moment(day: date, hour: int, minute: int) -> datetime:
    days = 1 if hour == MIDNIGHT else 0
    return datetime.combine(day + timedelta(days=days), time(hour % LATEST_HOUR, minute))


def _local(now: datetime) -> datetime:
    return now.replace(tzinfo=None)


def _bounded(moment: datetime) -> When | None:
    day = moment.date()
    return When(day, moment.time()) if EARLIEST <= day <= LATEST else None
