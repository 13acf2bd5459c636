import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat.domain import recurrence
from taskchat.domain.recurrence import parse
from taskchat.domain.rules import dates
from taskchat.language.dates import When
from taskchat.language.recurrences import read_recurrence
from taskchat.language.rhythms import Rhythm
from taskchat.language.tokens import LONGEST_CLAUSE

NOW = datetime(2026, 11, 21, 16, 0, tzinfo=ZoneInfo("Europe/Berlin"))  # a Saturday

CASES = [
    ("every day", "FREQ=DAILY", "2026-11-21"),
    ("Every 3 days", "FREQ=DAILY;INTERVAL=3", "2026-11-21"),
    ("every other day", "FREQ=DAILY;INTERVAL=2", "2026-11-21"),
    ("every second day", "FREQ=DAILY;INTERVAL=2", "2026-11-21"),
    ("everyday", "FREQ=DAILY", "2026-11-21"),
    ("daily", "FREQ=DAILY", "2026-11-21"),
    ("weekly", "FREQ=WEEKLY", "2026-11-21"),
    ("every 2 weeks", "FREQ=WEEKLY;INTERVAL=2", "2026-11-21"),
    ("every fortnight", "FREQ=WEEKLY;INTERVAL=2", "2026-11-21"),
    ("monthly", "FREQ=MONTHLY", "2026-11-21"),
    ("every quarter", "FREQ=MONTHLY;INTERVAL=3", "2026-11-21"),
    ("yearly", "FREQ=YEARLY", "2026-11-21"),
    ("annually", "FREQ=YEARLY", "2026-11-21"),
    ("every monday, wednesday", "FREQ=WEEKLY;BYDAY=MO,WE", "2026-11-23"),
    ("every fri, tue and monday", "FREQ=WEEKLY;BYDAY=MO,TU,FR", "2026-11-23"),
    ("each sunday", "FREQ=WEEKLY;BYDAY=SU", "2026-11-22"),
    ("every other tuesday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "2026-11-24"),
    ("every mon-fri", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-11-23"),
    ("every saturday through monday", "FREQ=WEEKLY;BYDAY=MO,SA,SU", "2026-11-21"),
    ("every weekday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-11-23"),
    ("every business day", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-11-23"),
    ("every weekend", "FREQ=WEEKLY;BYDAY=SA", "2026-11-21"),
    ("every 2 weeks on friday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "2026-11-27"),
    ("every 15th", "FREQ=MONTHLY;BYMONTHDAY=15", "2026-12-15"),
    ("every 27", "FREQ=MONTHLY;BYMONTHDAY=27", "2026-11-27"),
    ("every fifteenth", "FREQ=MONTHLY;BYMONTHDAY=15", "2026-12-15"),
    ("every 2nd day of the month", "FREQ=MONTHLY;BYMONTHDAY=2", "2026-12-02"),
    ("every 1st and 15th of the month", "FREQ=MONTHLY;BYMONTHDAY=1,15", "2026-12-01"),
    ("every month on the 1st and 15th", "FREQ=MONTHLY;BYMONTHDAY=1,15", "2026-12-01"),
    ("monthly on the last day", "FREQ=MONTHLY;BYMONTHDAY=-1", "2026-11-30"),
    ("every last day of the month", "FREQ=MONTHLY;BYMONTHDAY=-1", "2026-11-30"),
    ("every 31st", "FREQ=MONTHLY;BYMONTHDAY=31", "2026-12-31"),
    ("every first monday of the month", "FREQ=MONTHLY;BYDAY=1MO", "2026-12-07"),
    ("every 3rd friday", "FREQ=MONTHLY;BYDAY=3FR", "2026-12-18"),
    ("every last friday of each month", "FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27"),
    ("every 2nd and 4th tuesday", "FREQ=MONTHLY;BYDAY=2TU,4TU", "2026-11-24"),
    ("every 3 months on the second tuesday", "FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU", "2026-12-08"),
    ("every first workday", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", "2026-12-01"),
    ("every last weekday of the month", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-11-30"),
    ("every 3rd friday of jan, jul", "FREQ=YEARLY;BYMONTH=1,7;BYDAY=3FR", "2027-01-15"),
    ("every year on 3 march", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=3", "2027-03-03"),
    ("every jan 27", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=27", "2027-01-27"),
    ("every 27th of january", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=27", "2027-01-27"),
    ("every feb 29", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2028-02-29"),
    ("every day until june", "FREQ=DAILY;UNTIL=20270601", "2026-11-21"),
    ("every day ending 24 dec", "FREQ=DAILY;UNTIL=20261224", "2026-11-21"),
    ("every day for 3 weeks", "FREQ=DAILY;UNTIL=20261211", "2026-11-21"),
    ("every monday for 10 times", "FREQ=WEEKLY;BYDAY=MO;COUNT=10", "2026-11-23"),
    ("every monday 10 times", "FREQ=WEEKLY;BYDAY=MO;COUNT=10", "2026-11-23"),
    ("every 2nd monday starting feb 1 until dec 1", "FREQ=MONTHLY;BYDAY=2MO;UNTIL=20271201", "2027-02-08"),
    ("every 3 days from monday", "FREQ=DAILY;INTERVAL=3", "2026-11-23"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "rule", "first"), CASES)
def test_what_repeats_is_read_with_its_first_day(words: str, rule: str, first: str) -> None:
    found = read_recurrence(words, NOW)
    assert found
    assert (found.rule, found.from_completion) == (rule, False)
    assert found.first == When(date.fromisoformat(first))
    assert recurrence.read(rule) == rule


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("every day at 9am", When(date(2026, 11, 22), time(9))),
        ("every day at 6pm", When(date(2026, 11, 21), time(18))),
        ("every day @ 7pm", When(date(2026, 11, 21), time(19))),
        ("every day at 10:00", When(date(2026, 11, 22), time(10))),
        ("every monday, wednesday at 9am", When(date(2026, 11, 23), time(9))),
        ("every saturday at noon", When(date(2026, 11, 28), time(12))),
        ("every morning", When(date(2026, 11, 22), time(9))),
        ("every monday morning", When(date(2026, 11, 23), time(9))),
        ("every day in the evening", When(date(2026, 11, 21), time(18))),
        ("every night", When(date(2026, 11, 21), time(21))),
        ("every week at 9am", When(date(2026, 11, 21), time(9))),
        ("every day starting 3 aug at 8am", When(date(2027, 8, 3), time(8))),
        ("every day 9am until 24 dec", When(date(2026, 11, 22), time(9))),
    ],
)
def test_a_time_goes_with_every_day(words: str, first: When) -> None:
    found = read_recurrence(words, NOW)
    assert found
    assert found.first == first


def test_an_exclamation_mark_counts_from_completion() -> None:
    found = read_recurrence("every! 3 days at 9am", NOW)
    assert found
    assert (found.rule, found.from_completion) == ("FREQ=DAILY;INTERVAL=3", True)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "tomorrow",
        "every",
        "every hour",
        "every 12 hours",
        "every second",
        "every 9am",
        "every 0 days",
        "every 2 weekdays",
        "every feb 30",
        "every 32nd",
        "every 6th monday",
        "every may",
        "every day tomorrow",
        "every day at",
        "every day until",
        "every day until yesterday",
        "every day until 24 dec until 31 dec",
        "every day until 24 dec at 9am",
        "every day for 3 weeks until june",
        "every day for 3 hours",
        "every day for 9000 years",
        "every day for a song",
        "every day in 2 hours",
        "every day call mum",
        "call mum every day",
        "jeden Tag",
        "every day " * 60,
    ],
)
def test_other_words_are_no_recurrence(words: str) -> None:
    assert read_recurrence(words, NOW) is None


@pytest.mark.parametrize("day", [date(9998, 12, 30), date(9999, 12, 30), date(1970, 1, 2)])
def test_the_ends_of_the_calendar_are_no_trouble(day: date) -> None:
    now = datetime.combine(day, time(12), NOW.tzinfo)
    for words, _, _ in CASES:
        read_recurrence(words, now)


def names_its_days(rule: str) -> bool:
    return "BY" in rule and not {"INTERVAL", "UNTIL"} & set(re.split("[;=]", rule))


@pytest.mark.parametrize(
    ("rule", "first"), [(rule, first) for _, rule, first in CASES if names_its_days(rule)]
)
def test_the_first_day_is_the_first_that_the_rule_gives(rule: str, first: str) -> None:
    yesterday = NOW.date() - timedelta(days=1)
    assert next(dates(parse(rule), yesterday, yesterday)).isoformat() == first


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("every 3 days starting 2026-11-17", date(2026, 11, 23)),
        ("every 3 days starting 2026-11-18", date(2026, 11, 21)),
        ("every 2 weeks starting 2026-11-09", date(2026, 11, 23)),
        ("every month starting 2026-01-31", date(2026, 11, 30)),
        ("every month starting 2026-01-15", date(2026, 12, 15)),
        ("every 2 years starting 2020-03-01", date(2028, 3, 1)),
        ("every monday starting 2020-01-01", date(2026, 11, 23)),
    ],
)
def test_a_start_that_is_gone_keeps_the_step(words: str, first: date) -> None:
    found = read_recurrence(words, NOW)
    assert found
    assert found.first.day == first


def test_a_rhythm_that_never_comes_ends() -> None:
    assert Rhythm("YEARLY", month_days=(31,), months=(2,)).first(NOW.date()) is None


WORDS = st.sampled_from(
    ['every', 'each', 'ev', '!', 'other', '1st', '2nd', 'last', '3', '15', 'day', 'days', 'week', 'month', 'year', 'weekday', 'monday', 'fri', 'march', 'jan', 'on', 'the', 'of', 'and', ',', '-', 'at', '9am', '17:00', 'morning', 'starting', 'until', 'ending', 'for', 'times', 'from', 'in', 'second', 'first', '0', '31']
)  # fmt: skip


@given(
    st.lists(WORDS, max_size=12).map(lambda words: " ".join(["every", *words]))
    | st.text(max_size=LONGEST_CLAUSE + 5)
)
def test_any_words_are_read_or_not(words: str) -> None:
    found = read_recurrence(words, NOW)
    if found:
        assert found.rule.startswith("FREQ=")
