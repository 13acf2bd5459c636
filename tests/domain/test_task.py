from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat.domain.due import Due
from taskchat.domain.errors import Candidate, Invalid, StaleVersion, UnclearReference
from taskchat.domain.ids import new_id
from taskchat.domain.task import (
    SHOWN,
    Priority,
    Revision,
    Status,
    Task,
    TaskId,
    differences,
    revise,
    revision_of,
    set_status,
)

THEN = datetime(2026, 11, 20, 18, tzinfo=UTC)
NOW = THEN + timedelta(hours=1)
MILK = Task(TaskId("tsk_1"), 1, "Milk", THEN, THEN, "Europe/Berlin")

dues = st.builds(
    Due, st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.just(time(9)), st.just("UTC")
)
revisions = st.builds(
    Revision,
    title=st.text(min_size=1),
    description=st.text(),
    status=st.sampled_from(Status),
    priority=st.sampled_from(Priority),
    tags=st.lists(st.text()).map(tuple),
    due=st.none() | dues,
    remind_before=st.none() | st.integers(0, 40_320),
    recurrence=st.none() | st.just("FREQ=DAILY"),
    timezone=st.just("UTC"),
)


@given(revisions)
def test_a_revised_task_has_the_fields_of_the_revision_and_one_version_more(
    revision: Revision,
) -> None:
    revised = revise(MILK, revision, NOW)

    assert revision_of(revised) == revision
    assert (revised.id, revised.number, revised.created_at) == (MILK.id, 1, THEN)
    assert (revised.version, revised.updated_at) == (2, NOW)
    assert revise(revised, revision, NOW + timedelta(hours=1)) is revised


@given(revisions, revisions)
def test_a_task_has_a_time_of_completion_exactly_while_it_is_done(
    first: Revision, second: Revision
) -> None:
    task = revise(revise(MILK, first, THEN), second, NOW)

    assert (task.completed_at is not None) == (task.status is Status.DONE)
    if first.status is second.status is Status.DONE:
        assert task.completed_at == THEN


def test_a_revision_that_changes_nothing_leaves_the_very_same_task() -> None:
    assert revise(MILK, revision_of(MILK), NOW) is MILK
    assert set_status(MILK, Status.TODO, NOW) is MILK


def test_opening_a_task_again_forgets_when_it_was_done() -> None:
    done = set_status(MILK, Status.DONE, THEN)
    opened = set_status(done, Status.IN_PROGRESS, NOW)

    assert (done.completed_at, opened.completed_at) == (THEN, None)
    assert (opened.status, opened.version) == (Status.IN_PROGRESS, 3)


@given(revisions)
def test_differences_are_what_a_person_sees_change(revision: Revision) -> None:
    revised = revise(MILK, revision, NOW)
    shown = differences(MILK, revised)

    changed = {name for name in SHOWN if getattr(MILK, name) != getattr(revised, name)}
    assert set(shown) == changed


def test_a_new_and_a_deleted_task_differ_in_everything_they_have() -> None:
    task = replace(MILK, tags=("home",), due=Due(date(2027, 1, 1), None, "UTC"))
    shown = {
        "title": "Milk",
        "description": "",
        "status": "todo",
        "priority": "medium",
        "tags": ["home"],
        "due": "2027-01-01",
    }

    assert differences(None, task) == {name: (None, value) for name, value in shown.items()}
    assert differences(task, None) == {name: (value, None) for name, value in shown.items()}
    assert differences(None, MILK).keys() == shown.keys() - {"due"}
    assert differences(None, None) == {}


def test_a_refusal_is_a_sentence_with_a_stable_word_and_what_programs_need() -> None:
    unclear = UnclearReference(
        "Which one?", code="ambiguous_task", candidates=[Candidate(1, "Milk")]
    )
    stale = StaleVersion({"version": 2})

    assert (str(unclear), unclear.code) == ("Which one?", "ambiguous_task")
    assert unclear.details == {"candidates": [{"number": 1, "title": "Milk"}]}
    assert (stale.code, stale.details) == ("stale_version", {"current": {"version": 2}})
    assert (Invalid("No.").code, Invalid("No.", code="why").code) == ("invalid", "why")
    assert Invalid("No.").details == {}


@pytest.mark.parametrize("prefix", ["tsk", "usr"])
def test_ids_hold_128_random_bits_and_say_what_they_name(prefix: str) -> None:
    ids = {new_id(prefix) for _ in range(100)}
    assert len(ids) == 100
    assert {len(name) for name in ids} == {len(prefix) + 1 + 32}
    assert {name.split("_")[0] for name in ids} == {prefix}
