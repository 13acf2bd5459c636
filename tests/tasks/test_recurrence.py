from datetime import date, time
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat.domain.due import Due
from taskchat.domain.errors import Invalid
from taskchat.tasks.recurrence import MAX_LENGTH, following, read

SATURDAY = Due(date(2026, 11, 21), time(17), "Europe/Berlin")


def days(rule: str, number: int, anchor: Due = SATURDAY) -> list[str]:
    coming = following(read(rule), anchor, anchor)
    return [due.day.isoformat() for due in islice(coming, number)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=DAILY", ["2026-11-22", "2026-11-23"]),
        ("FREQ=DAILY;INTERVAL=3", ["2026-11-24", "2026-11-27"]),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", ["2026-11-23", "2026-11-24"]),
        ("rrule:freq=weekly;byday=mo,fr", ["2026-11-23", "2026-11-27"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", ["2026-11-30", "2026-12-14"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=SU", ["2026-11-30", "2026-12-14"]),
        ("FREQ=MONTHLY", ["2026-12-21", "2027-01-21"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", ["2026-11-30", "2026-12-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31", ["2026-12-31", "2027-01-31", "2027-03-31"]),
        ("FREQ=MONTHLY;BYDAY=2TU", ["2026-12-08", "2027-01-12"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", ["2026-11-27", "2026-12-25"]),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", ["2027-08-13", "2028-10-13"]),
        ("FREQ=YEARLY", ["2027-11-21", "2028-11-21"]),
        ("FREQ=YEARLY;BYMONTH=5;BYDAY=2SU", ["2027-05-09", "2028-05-14"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", ["2028-02-29", "2032-02-29"]),
        ("FREQ=DAILY;COUNT=2", ["2026-11-22"]),
        ("FREQ=DAILY;UNTIL=20261123", ["2026-11-22", "2026-11-23"]),
        ("FREQ=DAILY;UNTIL=20261123T160000Z", ["2026-11-22", "2026-11-23"]),
        ("FREQ=DAILY;UNTIL=20261123T155959Z", ["2026-11-22"]),
        ("FREQ=DAILY;UNTIL=20261123T165959", ["2026-11-22"]),
    ],
)
def test_a_rule_gives_the_days_that_follow(rule: str, expected: list[str]) -> None:
    found = days(rule, len(expected) if "COUNT" not in rule and "UNTIL" not in rule else 9)
    assert found == expected


def test_days_stay_days_and_hours_stay_hours() -> None:
    day = Due(date(2027, 3, 27), None, "Europe/Berlin")
    hour = Due(date(2027, 3, 27), time(18, 30), "Europe/Berlin")

    assert next(following("FREQ=DAILY", day, day)).text() == "2027-03-28"
    assert next(following("FREQ=DAILY", hour, hour)).text() == "2027-03-28T18:30:00+02:00"


def test_a_rule_ends_where_the_calendar_does() -> None:
    assert days("FREQ=YEARLY", 5, Due(date(9996, 5, 1), None, "UTC")) == [
        "9997-05-01",
        "9998-05-01",
    ]


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "every day",
        "FREQ=",
        "INTERVAL=2",
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=3",
        "FREQ=HOURLY",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=1000",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;INTERVAL=\u0663",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=1000000000000",
        "FREQ=DAILY;COUNT=2;UNTIL=20261231",
        "FREQ=DAILY;UNTIL=20261399",
        "FREQ=DAILY;UNTIL=99991231T235959Z",
        "FREQ=DAILY;BYSETPOS=1",
        "FREQ=DAILY;BYHOUR=9",
        "FREQ=YEARLY;BYEASTER=0",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=2MO",
        "FREQ=WEEKLY;BYMONTHDAY=3",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYDAY=0MO",
        "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYDAY=6MO",
        "FREQ=YEARLY;BYDAY=54MO",
        "FREQ=WEEKLY;WKST=XX",
        "FREQ=WEEKLY;BYDAY=" + ",".join(["MO"] * MAX_LENGTH),
    ],
)
def test_what_is_not_supported_or_never_comes_to_pass_is_refused_with_a_sentence(
    rule: str,
) -> None:
    with pytest.raises(Invalid) as refused:
        read(rule)
    assert refused.value.code == "recurrence_invalid"
    assert str(refused.value).endswith(".")


PARTS = st.sampled_from(
    ["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "WKST", "BYSETPOS"]
)
VALUES = st.sampled_from(
    ["DAILY", "WEEKLY", "MONTHLY", "YEARLY", "1", "2", "7", "12", "-1", "31", "MO", "5MO", "-1FR"]
)


@given(st.lists(st.tuples(PARTS, VALUES), max_size=5))
def test_any_rule_is_refused_or_has_an_answer(parts: list[tuple[str, str]]) -> None:
    try:
        rule = read(";".join(f"{name}={value}" for name, value in parts))
    except Invalid:
        return
    assert read(rule) == rule
    assert all(due.day > SATURDAY.day for due in islice(following(rule, SATURDAY, SATURDAY), 2))
