"""The filter language: what it says, and where it is not understood."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat.domain.errors import Invalid
from taskchat.domain.filters import parse, resolve
from taskchat.domain.filters.expression import (
    TODAY,
    All,
    Any,
    Between,
    Day,
    Days,
    Expression,
    Feature,
    Has,
    InProject,
    InState,
    Mentions,
    Moment,
    Not,
    Overdue,
    Prioritised,
    Tagged,
    Undated,
)
from taskchat.domain.task import OPEN, Priority, Status
from tests.domain.filtering import EXPRESSIONS, write

HOME, HIGH = Tagged("home"), Prioritised(Priority.HIGH)
FRIDAY_NIGHT = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # Saturday in Berlin


def due(first: Day | None, last: Day | None) -> Days:
    return Days(Moment.DUE, first, last)


def on(month: int, day: int) -> Day:
    return Day(date(2026, month, day))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("#home", HOME),
        ("tag:home", HOME),
        ('#"two words"', Tagged("two words")),
        ('tag:"two words"', Tagged("two words")),
        ("p:high", HIGH),
        ("P1", HIGH),
        ("priority:low", Prioritised(Priority.LOW)),
        ("p3", Prioritised(Priority.LOW)),
        ("+Garden", InProject("Garden")),
        ('project:"Long name"', InProject("Long name")),
        ("project:none", InProject(None)),
        ("is:open", InState(OPEN)),
        ("status:in_progress", InState((Status.IN_PROGRESS,))),
        ("is:overdue", Overdue()),
        ("overdue", Overdue()),
        ("recurring", Has(Feature.RECURRENCE)),
        ("has:subtasks", Has(Feature.SUBTASKS)),
        ("has:due", Not(Undated(Moment.DUE))),
        ("today", due(TODAY, TODAY)),
        ("due:today", due(TODAY, TODAY)),
        ("Tomorrow", due(Day(away=1), Day(away=1))),
        ("no date", Undated(Moment.DUE)),
        ("due:none", Undated(Moment.DUE)),
        ("this week", due(Day(unit="week"), Day(unit="week"))),
        ("due:week", due(Day(unit="week"), Day(unit="week"))),
        ('due:"next week"', due(Day(away=1, unit="week"), Day(away=1, unit="week"))),
        ("next 7 days", due(TODAY, Day(away=6))),
        ("due<2026-12-01", due(None, on(11, 30))),
        ("due <= 2026-12-01", due(None, on(12, 1))),
        ("due>=today", due(TODAY, None)),
        ("due > tomorrow", due(Day(away=2), None)),
        ("due:2026-11-21..2026-11-30", due(on(11, 21), on(11, 30))),
        ("due:..2026-11-30", due(None, on(11, 30))),
        ("created>=-7d", Days(Moment.CREATED, Day(away=-7), None)),
        ("completed:yesterday", Days(Moment.COMPLETED, Day(away=-1), Day(away=-1))),
        ("milk", Mentions("milk")),
        ('"due:today"', Mentions('"due:today"')),
        ('"not"', Mentions('"not"')),
    ],
)
def test_a_word_is_a_condition(text: str, meant: Expression) -> None:
    assert parse(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "overdue & (#home | p:high) & !tag:someday",
        "overdue and (#home or p:high) and not tag:someday",
        "overdue (#home|p:high) !tag:someday",
        "  OVERDUE&(#home|P1)AND NOT #someday ",
    ],
)
def test_operators_are_signs_or_words_and_may_be_left_out_between(text: str) -> None:
    assert parse(text) == All((Overdue(), Any((HOME, HIGH)), Not(Tagged("someday"))))


def test_not_binds_closer_than_and_and_that_closer_than_or() -> None:
    both = All((Not(HOME), HIGH))
    assert parse("!#home & p1 | overdue") == Any((both, Overdue()))
    assert parse("overdue | !#home p1") == Any((Overdue(), both))


@given(EXPRESSIONS)
def test_what_is_written_is_read_as_it_was_meant(expression: Expression) -> None:
    assert parse(write(expression)) == expression


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("", 1, "at least one word"),
        ("   ", 1, "at least one word"),
        ("#home &", 8, "missing"),
        ("#home & | p1", 9, "missing"),
        ("(#home", 1, "not closed"),
        ("p1 & (#home | (overdue)", 6, "not closed"),
        ("#home) & p1", 6, "closes nothing"),
        ("()", 2, "missing"),
        ("p1 !", 5, "missing"),
        ('buy "milk', 5, "not closed"),
        ("p1 & colour:red", 6, "“colour:” is not one of"),
        ("p1 & p:urgent", 8, "high, medium, low"),
        ("is:late", 4, "todo, in_progress, done, open"),
        ("has:money", 5, "reminder, description"),
        ("due:someday", 5, "2026-11-21, today"),
        ("due:2026-02-30", 5, "a day is"),
        ("due:20261121", 5, "a day is"),
        ("due:2026-11-21..sometime", 17, "a day is"),
        ("due < never", 7, "a day is"),
        ("due:..", 5, "a day is missing"),
        ("due>9999-12-31", 5, "between 1970 and 9998"),
        ("tag:", 5, "a tag is missing"),
        ("project:", 9, "name is missing"),
        ("p1 & ...", 6, "no word to look for"),
        ("#", 1, "no word to look for"),
        ("x" * 501, 501, "500 characters"),
        ("!" * 21 + "p1", 22, "20 levels"),
        ("(" * 500, 22, "20 levels"),
        ("p1 \x00", 1, "not text"),
        ("\ud800", 1, "not text"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_column(
    text: str, column: int, says: str
) -> None:
    with pytest.raises(Invalid) as refused:
        parse(text)
    assert refused.value.code == "filter_invalid"
    assert refused.value.details == {"column": column}
    assert str(refused.value).startswith(f"Column {column}: ")
    assert says in str(refused.value)


@given(st.text(max_size=600) | st.text('#!&|()" :.<>=+-pdue129today', max_size=600))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse(text)
    except Invalid as refused:
        column = refused.details["column"]
        assert isinstance(column, int)
        assert 1 <= column <= len(text) + 1


def instants(text: str, zone: str) -> tuple[datetime | None, datetime | None]:
    span = resolve(parse(text), now=FRIDAY_NIGHT, zone=zone)
    assert isinstance(span, Between)
    return span.since, span.until


def test_days_are_those_of_the_persons_clock() -> None:
    at = datetime.fromisoformat
    assert instants("today", "UTC") == (at("2026-11-20T00:00Z"), at("2026-11-21T00:00Z"))
    assert instants("today", "Europe/Berlin") == (at("2026-11-20T23:00Z"), at("2026-11-21T23:00Z"))
    assert instants("this week", "UTC") == (at("2026-11-16T00:00Z"), at("2026-11-23T00:00Z"))
    assert instants("due>next-week", "UTC") == (at("2026-11-30T00:00Z"), None)
    assert instants("next 1 day", "UTC") == instants("today", "UTC")
    # Clocks went back in New York on 1 November.
    assert instants("due:2026-11-01", "America/New_York") == (
        at("2026-11-01T04:00Z"),
        at("2026-11-02T05:00Z"),
    )


def test_overdue_is_what_is_open_and_was_due_before_now() -> None:
    before = Between(Moment.DUE, None, FRIDAY_NIGHT)
    assert resolve(Overdue(), now=FRIDAY_NIGHT, zone="UTC") == All((InState(OPEN), before))
    inner = resolve(parse("!(overdue & p1) | #home"), now=FRIDAY_NIGHT, zone="UTC")
    assert inner == Any((Not(All((InState(OPEN), before, HIGH))), HOME))
