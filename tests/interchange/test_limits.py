from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat.interchange.limits import fit, quote
from taskchat.interchange.record import Problem, TaskRecord
from tests.interchange.reading import ZONE, check_record

PLAIN = TaskRecord(
    "1", "line 2", "Title", due="2026-12-01", recurrence="FREQ=DAILY", remind_before=5
)
TEXTS = st.text() | st.text(max_size=3).map(lambda text: text * 2000)


def fitted(record: TaskRecord) -> tuple[TaskRecord | None, list[str]]:
    *problems, last = fit(record, ZONE)
    reasons = [each.reason for each in (*problems, last) if isinstance(each, Problem)]
    return (last if isinstance(last, TaskRecord) else None), reasons


def test_what_fits_stays_as_it_is() -> None:
    assert fitted(PLAIN) == (PLAIN, [])


def test_what_is_shortened_is_kept_in_the_description() -> None:
    title, tag = "t" * 300, "g" * 60
    record, reasons = fitted(
        replace(PLAIN, title=title, tags=(tag, *map(str, range(25))), description="words")
    )
    assert record
    assert (len(record.title), len(record.tags), len(record.tags[0])) == (255, 20, 50)
    assert record.description == f"{title}\n\nTag: {tag}\n\nTags: 19, 20, 21, 22, 23, 24\n\nwords"
    assert len(reasons) == 3


def test_a_description_that_is_too_long_is_cut_and_said() -> None:
    record, reasons = fitted(replace(PLAIN, description="d" * 2001))
    assert record
    assert record.description == "d" * 1999 + "…"
    assert reasons == ["The description has more than 2,000 characters and was shortened."]


def test_without_a_title_the_first_words_of_the_description_are_it() -> None:
    record, _ = fitted(replace(PLAIN, title=" \n", description="\n First \nSecond"))
    assert record
    assert record.title == "First"
    assert fitted(replace(PLAIN, title="", description=" \n")) == (None, ["The task has no title."])


def test_tags_that_a_person_would_call_the_same_are_one() -> None:
    record, reasons = fitted(replace(PLAIN, tags=("#Home", "home ", "", "#", "office")))
    assert record
    assert record.tags == ("Home", "office")
    assert not reasons


def test_characters_that_cannot_be_stored_are_left_out_and_said_once() -> None:
    record, reasons = fitted(
        replace(PLAIN, title="a\x00b\ud800", description="c\x07\td", tags=("e\x1b",))
    )
    assert record
    assert (record.title, record.description, record.tags) == ("ab", "c\td", ("e",))
    assert reasons == ["Characters that cannot be shown were left out."]


@pytest.mark.parametrize(
    "due",
    ["soon", "2026-02-30", "9999-12-31", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"],
)
def test_without_a_date_nothing_repeats_or_reminds(due: str) -> None:
    record, reasons = fitted(replace(PLAIN, due=due))
    assert record
    assert record.due is record.recurrence is record.remind_before is None
    assert record.description == f"Due: {due}\n\nRepeats: FREQ=DAILY"
    assert len(reasons) == 3


def test_rules_and_zones_that_do_not_exist_are_left_out() -> None:
    record, reasons = fitted(replace(PLAIN, recurrence="FREQ=SECONDLY", timezone="Mars/Base"))
    assert record
    assert record.recurrence is record.timezone is None
    assert record.description == "Repeats: FREQ=SECONDLY"
    assert len(reasons) == 2


@pytest.mark.parametrize("source_id", ["", "x" * 201, "a\x00"])
def test_ids_that_cannot_be_stored_are_refused(source_id: str) -> None:
    assert fitted(replace(PLAIN, source_id=source_id)) == (
        None,
        ["The task has no id that can be used."],
    )


def test_quotations_are_short_and_on_one_line() -> None:
    assert quote(" a\n\x00b ") == "“a b”"
    assert len(quote("x" * 10_000)) == 82


@given(TEXTS, TEXTS, st.lists(TEXTS, max_size=30), TEXTS, TEXTS, TEXTS)
def test_whatever_comes_out_fits(
    title: str, description: str, tags: list[str], due: str, rule: str, zone: str
) -> None:
    record = replace(
        PLAIN,
        title=title,
        description=description,
        tags=tuple(tags),
        due=due,
        recurrence=rule,
        timezone=zone,
    )
    found, _ = fitted(record)
    if found:
        check_record(found)
