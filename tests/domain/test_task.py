from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat.domain.due import Due
from taskchat.domain.errors import Candidate, Invalid, StaleVersion, UnclearReference
from taskchat.domain.ids import new_id
from taskchat.domain.task import (
    Priority,
    Status,
    Task,
    TaskId,
    is_past,
    reminds_at,
    require_due,
    touch,
)

THEN = datetime(2026, 11, 20, 18, tzinfo=UTC)
NOW = THEN + timedelta(hours=1)
MILK = Task(TaskId("tsk_1"), 1, "Milk", THEN, THEN, "Europe/Berlin", "a1")
AT_NINE = Due(date(2026, 11, 21), time(9), "Europe/Berlin")

edits: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "title": st.text(min_size=1),
        "status": st.sampled_from(Status),
        "priority": st.sampled_from(Priority),
        "tags": st.lists(st.text()).map(tuple),
    }
)


@given(edits)
def test_an_edited_task_has_its_fields_and_one_version_more(edit: dict[str, Any]) -> None:
    edited = touch(MILK, replace(MILK, **edit), NOW)

    assert {name: getattr(edited, name) for name in edit} == edit
    assert (edited.id, edited.number, edited.created_at) == (MILK.id, 1, THEN)
    if edited is not MILK:
        assert (edited.version, edited.updated_at) == (2, NOW)


@given(edits)
def test_the_same_edit_once_more_changes_nothing(edit: dict[str, Any]) -> None:
    edited = touch(MILK, replace(MILK, **edit), NOW)

    assert touch(edited, replace(edited, **edit), NOW + timedelta(hours=1)) is edited


@given(edits, edits)
def test_a_task_has_a_time_of_completion_exactly_while_it_is_done(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    once = touch(MILK, replace(MILK, **first), NOW)
    twice = touch(once, replace(once, **second), NOW + timedelta(hours=1))

    assert (twice.completed_at is not None) == (twice.status is Status.DONE)
    if once.status is twice.status is Status.DONE:
        assert twice.completed_at == NOW


def test_a_task_in_the_trash_is_not_open_and_reminds_of_nothing() -> None:
    due = replace(MILK, due=AT_NINE, remind_before=30)

    assert reminds_at(due) == datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
    assert reminds_at(replace(due, deleted_at=NOW)) is None
    assert reminds_at(replace(due, status=Status.DONE)) is None
    assert not replace(due, deleted_at=NOW).is_open


def test_a_reminder_of_a_day_counts_from_the_morning() -> None:
    day = replace(MILK, due=replace(AT_NINE, at=None), remind_before=60)

    assert reminds_at(day) == datetime(2026, 11, 21, 7, tzinfo=UTC)
    assert not is_past(day, datetime(2026, 11, 21, 8, tzinfo=UTC))
    assert is_past(day, datetime(2026, 11, 21, 8, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("remind_before", "recurrence", "code"),
    [(10, None, "reminder_needs_due"), (None, "FREQ=DAILY", "recurrence_needs_due")],
)
def test_reminders_and_rules_need_a_due_date(
    remind_before: int | None, recurrence: str | None, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        require_due(None, remind_before=remind_before, recurrence=recurrence)

    assert refused.value.code == code


def test_ids_are_long_and_never_the_same() -> None:
    ids = {new_id("tsk") for _ in range(1000)}

    assert len(ids) == 1000
    assert all(len(id_) == len("tsk_") + 32 for id_ in ids)


def test_an_unclear_reference_tells_its_candidates() -> None:
    error = UnclearReference("Which?", code="ambiguous_task", candidates=[Candidate(3, "Milk")])

    assert error.details == {"candidates": [{"number": 3, "title": "Milk"}]}


def test_a_stale_version_tells_the_current_task() -> None:
    assert StaleVersion({"version": 3}).details == {"current": {"version": 3}}
