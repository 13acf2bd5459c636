from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat.language.dates import When, find_due, read_due
from taskchat.language.english.dates import ENGLISH_DATES
from taskchat.language.patterns import Scan
from taskchat.language.phrases import PhraseReader
from taskchat.language.tokens import LONGEST_CLAUSE

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=BERLIN)  # a Friday
MOST_STEPS = 40_000


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("today", When(date(2026, 11, 20))),
        ("tomorrow", When(date(2026, 11, 21))),
        ("the day after tomorrow", When(date(2026, 11, 22))),
        ("tonight", When(date(2026, 11, 20), time(20))),
        ("tomorrow morning", When(date(2026, 11, 21), time(9))),
        ("tomorrow at 5pm", When(date(2026, 11, 21), time(17))),
        ("at 5pm tomorrow", When(date(2026, 11, 21), time(17))),
        ("due by tomorrow 17:00", When(date(2026, 11, 21), time(17))),
        ("in 3 days", When(date(2026, 11, 23))),
        ("in 3 days at 9:30", When(date(2026, 11, 23), time(9, 30))),
        ("in 2 hours", When(date(2026, 11, 20), time(17))),
        ("in an hour and a half", When(date(2026, 11, 20), time(16, 30))),
        ("monday", When(date(2026, 11, 23))),
        ("friday", When(date(2026, 11, 27))),
        ("this friday", When(date(2026, 11, 20))),
        ("next friday", When(date(2026, 11, 27))),
        ("next week", When(date(2026, 11, 23))),
        ("wednesday of next week", When(date(2026, 11, 25))),
        ("this weekend", When(date(2026, 11, 21))),
        ("end of month", When(date(2026, 11, 30))),
        ("end of next month", When(date(2026, 12, 31))),
        ("next month", When(date(2026, 12, 1))),
        ("on Dec 3rd 9:30", When(date(2026, 12, 3), time(9, 30))),
        ("3 December 2027", When(date(2027, 12, 3))),
        ("Sunday, December 6, 2026", When(date(2026, 12, 6))),
        ("march 3", When(date(2027, 3, 3))),
        ("feb 29", When(date(2028, 2, 29))),
        ("the 5th", When(date(2026, 12, 5))),
        ("2026-12-01", When(date(2026, 12, 1))),
        ("2026-12-01T17:00:00+05:30", When(date(2026, 12, 1), time(12, 30))),
        ("12/24", When(date(2026, 12, 24))),
        ("24.12.2026", When(date(2026, 12, 24))),
        ("half past six", When(date(2026, 11, 20), time(18, 30))),
        ("at noon", When(date(2026, 11, 21), time(12))),
        ("midnight", When(date(2026, 11, 21), time(0))),
        ("2pm", When(date(2026, 11, 21), time(14))),
        ("at 8 in the evening", When(date(2026, 11, 20), time(20))),
        ("first monday of january", When(date(2027, 1, 4))),
    ],
)
def test_a_phrase_means_this_day_or_moment(words: str, expected: When) -> None:
    assert read_due(words, NOW) == expected


@pytest.mark.parametrize(
    "words",
    [
        "",
        "5",
        "buy milk",
        "tomorrow or sunday",
        "august 32",
        "2026-02-30",
        "28pm",
        "5pm EST",
        "in 9999 years",
    ],
)
def test_what_is_not_wholly_a_date_is_none(words: str) -> None:
    assert read_due(words, NOW) is None


def test_day_first_is_an_option() -> None:
    assert read_due("4/12", NOW, day_first=True) == When(date(2026, 12, 4))
    assert read_due("4/12", NOW) == When(date(2027, 4, 12))


def test_a_span_of_hours_is_counted_on_the_clock_over_a_change_of_summer_time() -> None:
    before_change = datetime(2026, 10, 25, 1, 30, tzinfo=BERLIN)
    assert read_due("in 3 hours", before_change) == When(date(2026, 10, 25), time(3, 30))


@pytest.mark.parametrize(
    ("text", "words", "left"),
    [
        ("buy milk tomorrow at 5pm", "tomorrow at 5pm", "buy milk "),
        ("submit the report by Friday", "Friday", "submit the report "),
        ("book a flight for dec 3 by friday", "friday", "book a flight for dec 3 "),
        ('watch "Friday Night Lights" tomorrow', "tomorrow", 'watch "Friday Night Lights" '),
        ("call Bob at 8", "at 8", "call Bob "),
        ("pay the rent on the 5th", "the 5th", "pay the rent "),
    ],
)
def test_a_date_is_found_with_the_words_that_announce_it(text: str, words: str, left: str) -> None:
    match = find_due(text, NOW)
    assert match is not None
    assert match.text == words
    assert text[: match.start] + text[match.end :] == left
    assert read_due(match.text, NOW) == match.when


@pytest.mark.parametrize(
    "text",
    [
        "read The 5th Wave",
        "renovation and paprika",
        "I may march on",
        "fix the light on the 5th floor",
        "buy 1/2 cup of sugar",
        "look at 3 flats",
        "get some sun cream",
        "be available 24/7",
        "call 'mom tomorrow'",
        "prepare today's meeting",
        "vacation monday - friday",
        "lunch on friday or saturday",
        "meet between 3 and 5pm",
        "water the plants every friday",
        "sales-2026-11-21.xlsx",
        "discuss what happened yesterday at work",
    ],
)
def test_words_that_only_look_like_a_due_date_stay_words(text: str) -> None:
    assert find_due(text, NOW) is None


@given(st.text(max_size=LONGEST_CLAUSE))
def test_any_text_is_read_without_an_error(text: str) -> None:
    match = find_due(text, NOW)
    assert match is None or 0 <= match.start < match.end <= len(text)
    assert read_due(text, NOW) is None or text.strip()


_PIECES = st.sampled_from(
    [
        "1",
        "12",
        "5",
        "1/1",
        "1:30",
        "day",
        "days",
        "hour",
        "after",
        "from",
        "in",
        "and",
        "a",
        "half",
        "next",
        "last",
        "friday",
        "may",
        "of",
        "the",
        "at",
        "by",
        "on",
        ",",
        ".",
        "-",
        "/",
        ":",
        "pm",
        "week",
    ]
)


@given(st.lists(_PIECES, max_size=250).map(" ".join).map(lambda text: text[:LONGEST_CLAUSE]))
def test_reading_takes_a_bounded_number_of_steps(text: str) -> None:
    scan = Scan.of(text)
    reader = PhraseReader(scan, ENGLISH_DATES, NOW, day_first=False)
    for index in range(len(scan.tokens)):
        reader.lead_at(index)
        reader.phrase_at(index, after="at")
    assert scan.steps <= MOST_STEPS


def test_text_that_is_too_long_is_not_looked_at() -> None:
    assert find_due("x" * LONGEST_CLAUSE + " tomorrow", NOW) is None
    assert read_due("tomorrow" + " " * LONGEST_CLAUSE, NOW) is None
