from datetime import UTC, date, datetime, time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from taskchat.domain.due import Due
from taskchat.domain.errors import Invalid
from taskchat.domain.recurrence import MAX_LENGTH, RecurrenceFrom, read
from taskchat.domain.series import begin, following
from tests.domain.repeating import RULES, calls_of

SATURDAY = Due(date(2026, 11, 21), time(17), "Europe/Berlin")
NOW = datetime(2026, 11, 21, 16, 46, tzinfo=UTC)
FEW_CALLS = 120_000  # the days of fifty years, when each of them has to be numbered


@pytest.mark.parametrize(
    ("rule", "plain"),
    [
        ("FREQ=DAILY", "FREQ=DAILY"),
        ("rrule:freq=weekly;byday=mo,fr", "FREQ=WEEKLY;BYDAY=MO,FR"),
        (" RRULE:FREQ=MONTHLY;BYDAY=+2TU; \n", "FREQ=MONTHLY;BYDAY=+2TU"),
        ("FREQ=DAILY;BYMONTH=6,7,8", "FREQ=DAILY;BYMONTH=6,7,8"),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        ),
    ],
)
def test_a_rule_is_read_into_its_plain_form(rule: str, plain: str) -> None:
    assert read(rule) == plain
    assert read(plain) == plain


REFUSED = [
    "",
    ";",
    "every day",
    "FREQ=",
    "FREQ",
    "INTERVAL=2",
    "FREQ=SECONDLY",
    "FREQ=SECONDLY;COUNT=1000000000000",
    "FREQ=MINUTELY;COUNT=3",
    "FREQ=HOURLY",
    "FREQ=DAILY;FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=0",
    "FREQ=DAILY;INTERVAL=1000",
    "FREQ=DAILY;INTERVAL=-1",
    "FREQ=DAILY;INTERVAL=1 2",
    "FREQ=DAILY;INTERVAL=\u0663",
    "FREQ=DA\u0131LY",
    "FREQ=DAILY\x00",
    "FREQ=DAILY;COUNT=0",
    "FREQ=DAILY;COUNT=1000000000000",
    "FREQ=DAILY;COUNT=2;UNTIL=20261231",
    "FREQ=DAILY;UNTIL=20261399",
    "FREQ=DAILY;UNTIL=19691231",
    "FREQ=DAILY;UNTIL=99991231T235959Z",
    "FREQ=DAILY;BYHOUR=9",
    "FREQ=DAILY;BYSECOND=0,1,2,3",
    "FREQ=YEARLY;BYEASTER=0",
    "FREQ=YEARLY;BYWEEKNO=53",
    "FREQ=YEARLY;BYYEARDAY=366",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
    "FREQ=DAILY;BYDAY=",
    "FREQ=DAILY;BYDAY=MO,,TU",
    "FREQ=WEEKLY;BYDAY=2MO",
    "FREQ=WEEKLY;BYMONTHDAY=3",
    "FREQ=MONTHLY;BYDAY=6MO",
    "FREQ=MONTHLY;BYDAY=0MO",
    "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=31",
    "FREQ=MONTHLY;BYMONTHDAY=32",
    "FREQ=MONTHLY;BYMONTHDAY=0",
    "FREQ=MONTHLY;BYSETPOS=1",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=32",
    "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=1",
    "FREQ=YEARLY;BYMONTH=13",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=YEARLY;BYMONTH=4,6;BYMONTHDAY=-31",
    "FREQ=YEARLY;BYMONTH=2;BYDAY=6MO",
    "FREQ=YEARLY;BYDAY=54MO",
    "FREQ=WEEKLY;WKST=XX",
    "FREQ=WEEKLY;BYDAY=" + ",".join(["MO"] * MAX_LENGTH),
    "RRULE:RRULE:FREQ=DAILY",
    "DTSTART:19700101T000000\nRRULE:FREQ=DAILY",
    "RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY",
    "RRULE:FREQ=DAILY\nEXDATE:20261122T170000",
    "FREQ=DAILY" + ";" * 10_000,
    "\u0130" * 10_000,
]


@pytest.mark.parametrize("rule", REFUSED, ids=lambda rule: ascii(rule)[:40])
def test_what_is_not_supported_or_never_comes_to_pass_is_refused_with_a_sentence(
    rule: str,
) -> None:
    with pytest.raises(Invalid) as refused:
        read(rule)
    assert refused.value.code == "recurrence_invalid"
    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 200


def answer(text: str, anchor: Due, recurrence_from: RecurrenceFrom) -> None:
    try:
        rule = read(text)
        series = begin("ser_1", rule, anchor)
    except Invalid:
        return
    assert read(rule) == rule
    came = following(rule, recurrence_from, series, due=anchor, now=NOW)
    assert came is None or came[1].number > 1


NAMES = (
    *("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"),
    *("BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"),
)
VALUES = (
    *("DAILY", "WEEKLY", "MONTHLY", "YEARLY", "MO", "5MO", "-1FR", "53SU", "MO,-1FR", "SA,SU"),
    *("1", "2", "7", "12", "-1", "31", "999", "20261231", "20261231T000000Z"),
)
PART = st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)).map("=".join)
PIECES = st.lists(PART, max_size=6).map(";".join)
ANY_TEXT = st.text(max_size=300) | st.text("FREQ=DAILY;BYSTPOUNC1059-+,:\n", max_size=80)
LONG_AGO = Due(date(1970, 1, 2), None, "Europe/Berlin")


@settings(deadline=None)
@given(PIECES | ANY_TEXT | RULES, st.sampled_from(RecurrenceFrom))
@example("FREQ=MONTHLY;BYDAY=1MO;BYSETPOS=5", RecurrenceFrom.SCHEDULE)
@example("FREQ=YEARLY;BYMONTHDAY=31;BYSETPOS=31", RecurrenceFrom.COMPLETION)
@example(
    "FREQ=YEARLY;BYMONTHDAY=31;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=31", RecurrenceFrom.SCHEDULE
)
@example("FREQ=YEARLY;BYMONTH=2;BYDAY=5MO;BYSETPOS=2", RecurrenceFrom.SCHEDULE)
@example("FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29", RecurrenceFrom.COMPLETION)
@example("FREQ=DAILY;INTERVAL=365;BYMONTH=1", RecurrenceFrom.SCHEDULE)
@example("FREQ=DAILY;INTERVAL=999;BYDAY=MO;BYMONTH=2;COUNT=1000", RecurrenceFrom.SCHEDULE)
@example("FREQ=DAILY;BYMONTH=2;BYDAY=MO;COUNT=1000", RecurrenceFrom.SCHEDULE)
@example("FREQ=MONTHLY;INTERVAL=12;BYMONTH=3;BYMONTHDAY=31", RecurrenceFrom.SCHEDULE)
@example("FREQ=DAILY;COUNT=1000", RecurrenceFrom.SCHEDULE)
def test_any_text_is_refused_or_has_an_answer_after_few_steps(
    text: str, recurrence_from: RecurrenceFrom
) -> None:
    assert calls_of(lambda: answer(text, SATURDAY, recurrence_from)) < FEW_CALLS
    assert calls_of(lambda: answer(text, LONG_AGO, recurrence_from)) < FEW_CALLS


@pytest.mark.parametrize("rule", REFUSED, ids=lambda rule: ascii(rule)[:40])
def test_a_refusal_takes_few_steps(rule: str) -> None:
    def refuse() -> None:
        with pytest.raises(Invalid):
            read(rule)

    refuse()  # the first call of some functions of Python's own imports a module
    assert calls_of(refuse) < 1_000
