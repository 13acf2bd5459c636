"""What an edit of a task that repeats means for the next one."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from taskchat.domain.due import Due
from taskchat.domain.errors import Invalid
from taskchat.domain.occurrence import Scope, follow_series, next_date, repeated, skipped
from taskchat.domain.series import Series
from taskchat.domain.task import Priority, Status, Task, TaskId
from tests.tasks.finding import ZONE, make_task

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
MONDAY = Due(date(2026, 11, 23), None, ZONE)
WEDNESDAY = Due(date(2026, 11, 25), None, ZONE)
NEXT_MONDAY = Due(date(2026, 11, 30), None, ZONE)


def weekly(**fields: object) -> Task:
    task = make_task(1, "Water plants", due=MONDAY, recurrence="FREQ=WEEKLY", **fields)
    return follow_series(None, task, None, "ser_1")


def edited(before: Task, scope: Scope | None = None, **fields: object) -> Task:
    return follow_series(before, replace(before, **fields), scope, "ser_2")


def following(task: Task) -> Task:
    coming = next_date(task, NOW)
    assert coming
    return repeated(task, *coming, task_id=TaskId("tsk_2"), number=2, now=NOW)


def test_a_task_with_a_rule_begins_a_series() -> None:
    assert weekly().series == Series("ser_1", "2026-11-23", "2026-11-23", 1)


@pytest.mark.parametrize("field", ["recurrence", "due"])
def test_without_a_rule_or_a_date_there_is_no_series(field: str) -> None:
    before = weekly(tags=("home",))
    stopped = edited(edited(before, Scope.THIS, tags=()), **{field: None})

    assert (stopped.series, stopped.kept, next_date(stopped, NOW)) == (None, {}, None)


def test_another_rule_begins_another_series() -> None:
    assert edited(weekly(), recurrence="FREQ=DAILY").series == Series(
        "ser_2", "2026-11-23", "2026-11-23", 1
    )


def test_a_rule_without_a_second_date_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        edited(weekly(), recurrence="FREQ=WEEKLY;UNTIL=20261124")

    assert refused.value.code == "recurrence_never"


@pytest.mark.parametrize("scope", [None, Scope.THIS])
def test_another_date_is_for_this_one_only(scope: Scope | None) -> None:
    moved = edited(weekly(), scope, due=WEDNESDAY)

    assert (moved.due, following(moved).due) == (WEDNESDAY, NEXT_MONDAY)


def test_another_date_for_all_that_follow_moves_them() -> None:
    moved = edited(weekly(), Scope.FOLLOWING, due=WEDNESDAY)

    assert following(moved).due == Due(date(2026, 12, 2), None, ZONE)


def test_what_is_changed_for_this_one_only_is_as_before_in_the_next() -> None:
    before = weekly(tags=("home",), remind_before=10)
    changed = edited(
        before,
        Scope.THIS,
        title="Water the palm",
        description="Twice",
        priority=Priority.HIGH,
        tags=("palm",),
        remind_before=None,
    )
    coming = following(changed)

    assert (coming.title, coming.description, coming.tags) == ("Water plants", "", ("home",))
    assert (coming.priority, coming.remind_before, coming.kept) == (Priority.MEDIUM, 10, {})


def test_of_several_edits_for_this_one_only_the_first_state_counts() -> None:
    once = edited(weekly(), Scope.THIS, title="First")
    twice = edited(once, Scope.THIS, title="Second")

    assert following(twice).title == "Water plants"


def test_a_later_edit_without_a_scope_is_for_the_following_ones_too() -> None:
    once = edited(weekly(), Scope.THIS, title="First")
    twice = edited(once, title="Second")

    assert following(twice).title == "Second"


def test_the_next_one_is_a_task_of_its_own() -> None:
    done = replace(weekly(), status=Status.DONE, completed_at=NOW, version=7)
    coming = following(done)

    assert (coming.id, coming.number, coming.version) == ("tsk_2", 2, 1)
    assert (coming.status, coming.completed_at, coming.created_at) == (Status.TODO, None, NOW)
    assert coming.series == Series("ser_1", "2026-11-23", "2026-11-30", 2)
    assert coming.position == done.position


def test_what_is_skipped_stays_the_same_task() -> None:
    task = edited(weekly(), Scope.THIS, title="First")
    coming = next_date(task, NOW)
    assert coming
    after = skipped(task, *coming)

    assert (after.id, after.number, after.title) == (task.id, task.number, "Water plants")
    assert after.due == NEXT_MONDAY


def test_a_time_that_the_clock_leaps_over_is_an_hour_later_that_once() -> None:
    late = Due(date(2027, 3, 21), time(2, 30), ZONE)
    task = follow_series(None, make_task(1, due=late, recurrence="FREQ=WEEKLY"), None, "ser_1")
    once = following(task)

    assert once.due == Due(date(2027, 3, 28), time(3, 30), ZONE)
    assert following(once).due == Due(date(2027, 4, 4), time(2, 30), ZONE)
