from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrule, rrulestr
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from taskchat.domain.errors import Invalid
from taskchat.domain.recurrence import parse, read
from taskchat.domain.rules import Frequency, Rule, dates
from tests.domain.repeating import RULES

SATURDAY = date(2026, 11, 21)


def first_days(rule: str, number: int, anchor: date = SATURDAY) -> list[str]:
    return [day.isoformat() for day in islice(dates(parse(read(rule)), anchor, anchor), number)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=DAILY", ["2026-11-22", "2026-11-23"]),
        ("FREQ=DAILY;INTERVAL=3", ["2026-11-24", "2026-11-27"]),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", ["2026-11-23", "2026-11-24"]),
        ("FREQ=DAILY;BYMONTH=2", ["2027-02-01", "2027-02-02"]),
        ("FREQ=WEEKLY", ["2026-11-28", "2026-12-05"]),
        ("FREQ=WEEKLY;BYDAY=FR,MO", ["2026-11-23", "2026-11-27"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", ["2026-11-30", "2026-12-14"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU", ["2026-11-22", "2026-12-06"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU", ["2026-11-29", "2026-12-13"]),
        ("FREQ=MONTHLY", ["2026-12-21", "2027-01-21"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", ["2026-11-30", "2026-12-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=15,-1", ["2026-11-30", "2026-12-15", "2026-12-31"]),
        ("FREQ=MONTHLY;BYDAY=2TU", ["2026-12-08", "2027-01-12"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", ["2026-11-27", "2026-12-25"]),
        ("FREQ=MONTHLY;BYDAY=5MO", ["2026-11-30", "2027-03-29"]),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", ["2027-08-13", "2028-10-13"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", ["2026-11-30", "2026-12-31"]),
        ("FREQ=MONTHLY;BYMONTH=3,9", ["2027-03-21", "2027-09-21"]),
        ("FREQ=YEARLY", ["2027-11-21", "2028-11-21"]),
        ("FREQ=YEARLY;BYMONTH=5;BYDAY=2SU", ["2027-05-09", "2028-05-14"]),
        ("FREQ=YEARLY;BYDAY=53TH", ["2026-12-31", "2032-12-30"]),
        ("FREQ=YEARLY;BYDAY=SA;BYMONTHDAY=1;BYSETPOS=1", ["2027-05-01", "2028-01-01"]),
    ],
)
def test_a_rule_gives_the_days_that_follow(rule: str, expected: list[str]) -> None:
    assert first_days(rule, len(expected)) == expected


@pytest.mark.parametrize(
    ("rule", "anchor", "expected"),
    [
        ("FREQ=MONTHLY", "2027-01-31", ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]),
        ("FREQ=MONTHLY", "2028-01-30", ["2028-02-29", "2028-03-30"]),
        ("FREQ=MONTHLY;INTERVAL=3", "2026-11-30", ["2027-02-28", "2027-05-30"]),
        ("FREQ=MONTHLY;BYMONTH=2,4", "2027-01-31", ["2027-02-28", "2027-04-30", "2028-02-29"]),
        ("FREQ=YEARLY", "2024-02-29", ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]),
        ("FREQ=YEARLY;INTERVAL=2", "2096-02-29", ["2098-02-28", "2100-02-28", "2102-02-28"]),
        ("FREQ=YEARLY;BYMONTH=6", "2027-05-31", ["2027-06-30", "2028-06-30"]),
    ],
)
def test_a_day_that_the_rule_leaves_to_the_first_date_becomes_the_last_of_a_short_month(
    rule: str, anchor: str, expected: list[str]
) -> None:
    assert first_days(rule, len(expected), date.fromisoformat(anchor)) == expected


@pytest.mark.parametrize(
    ("rule", "anchor", "expected"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2027-01-31", ["2027-03-31", "2027-05-31", "2027-07-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-31", "2027-01-01", ["2027-03-01", "2027-05-01"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2096-02-29", ["2104-02-29", "2108-02-29"]),
        ("FREQ=MONTHLY;BYMONTH=2;BYDAY=5MO", "2016-02-29", ["2044-02-29", "2072-02-29"]),
    ],
)
def test_a_day_that_the_rule_names_is_left_out_where_there_is_none(
    rule: str, anchor: str, expected: list[str]
) -> None:
    assert first_days(rule, len(expected), date.fromisoformat(anchor)) == expected


def test_plain_and_numbered_weekdays_add_up() -> None:
    assert first_days("FREQ=MONTHLY;BYDAY=1MO,SU", 5, date(2026, 12, 1)) == [
        "2026-12-06",
        "2026-12-07",
        "2026-12-13",
        "2026-12-20",
        "2026-12-27",
    ]


def test_a_rule_ends_where_the_calendar_does() -> None:
    assert first_days("FREQ=YEARLY", 5, date(9996, 5, 1)) == ["9997-05-01", "9998-05-01"]
    assert first_days("FREQ=YEARLY;BYMONTHDAY=31", 9, date(9998, 10, 1)) == ["9998-10-31"]
    assert first_days("FREQ=WEEKLY;BYDAY=MO,FR", 9, date(9998, 12, 28)) == []
    assert first_days("FREQ=WEEKLY;INTERVAL=999", 5, date(9990, 1, 1)) == []


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=MONTHLY;BYDAY=1MO;BYSETPOS=5",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTH=3",
    ],
)
def test_a_rule_that_meets_no_date_gives_none(rule: str) -> None:
    assert first_days(rule, 1, date(2027, 2, 1)) == []


def oracle(rule: str, anchor: date) -> rrule:
    made = rrulestr(rule, dtstart=datetime.combine(anchor, time()))
    assert isinstance(made, rrule)
    return made


def is_read_alike(rule: Rule, anchor: date) -> bool:
    """Not where a day of the month is implied that some months do not have."""
    monthly = rule.frequency in {Frequency.MONTHLY, Frequency.YEARLY}
    return anchor.day <= 28 or rule.names_days() or not monthly


def later(rule: Rule, anchor: date, after: date) -> Iterator[date]:
    horizon = after + timedelta(days=20_000)
    return (day for day in dates(rule, anchor, after) if day < horizon)


@settings(deadline=None)
@given(
    RULES,
    st.dates(date(1971, 1, 1), date(2099, 12, 31)),
    st.integers(0, 1500),
)
@example("FREQ=YEARLY;BYDAY=-53MO", date(2000, 1, 1), 0)
@example("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU", date(2026, 12, 30), 3)
@example("FREQ=MONTHLY;BYDAY=MO,FR;BYSETPOS=2,-1", date(2026, 11, 30), 0)
def test_the_dates_are_those_that_dateutil_gives(text: str, anchor: date, gone: int) -> None:
    try:
        rule = parse(read(text))
    except Invalid:
        assume(False)
        return
    assume(is_read_alike(rule, anchor))
    after = anchor + timedelta(days=gone)

    ours = list(islice(later(rule, anchor, after), 15))

    theirs = oracle(text, anchor).xafter(datetime.combine(after, time()))
    assert ours == [moment.date() for moment in islice(theirs, len(ours))]
