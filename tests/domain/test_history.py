"""How a write is taken back, one field at a time."""

from dataclasses import replace
from datetime import date, time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat.domain.due import Due
from taskchat.domain.history import (
    compose,
    differences,
    project_state,
    take_back,
    task_state,
    visible,
    with_project_state,
    with_task_state,
)
from taskchat.domain.series import Series
from taskchat.domain.task import Priority, ProjectRef, Status, Task, TaskId
from tests.people import NOW
from tests.tasks.finding import make_project, make_task

BERLIN = "Europe/Berlin"
SECOND_HALF_PAST_TWO = Due(date(2026, 10, 25), time(2, 30), BERLIN, fold=1)

TASK = make_task(1, "Milk")
VARIANTS = st.builds(
    replace,
    st.just(TASK),
    title=st.sampled_from(["Milk", "Bread"]),
    priority=st.sampled_from(Priority),
    tags=st.sampled_from([(), ("home",), ("home", "work")]),
    project=st.sampled_from([None, ProjectRef("prj_1", "House")]),
    parent_id=st.sampled_from([None, TaskId("tsk_9")]),
    due=st.sampled_from([Due(date(2026, 11, 21), None, BERLIN), SECOND_HALF_PAST_TWO]),
    remind_before=st.sampled_from([None, 10]),
    recurrence=st.sampled_from([None, "FREQ=WEEKLY"]),
    series=st.sampled_from([None, Series("ser_1", "2026-11-21", "2026-11-28", 2)]),
    kept=st.sampled_from([{}, {"title": "Milk"}]),
    deleted_at=st.sampled_from([None, NOW]),
)


@given(VARIANTS, VARIANTS)
def test_taking_back_what_nobody_changed_since_gives_exactly_what_was(
    before: Task, after: Task
) -> None:
    net = differences(task_state(before), task_state(after))

    wanted, conflicts = take_back(task_state(after), net)

    assert conflicts == []
    restored = with_task_state(after, wanted, NOW, project=before.project)
    assert task_state(restored) == task_state(before)
    assert restored.version == after.version + 1


@given(VARIANTS, st.lists(VARIANTS, min_size=1, max_size=5))
def test_writes_in_a_row_come_to_the_difference_between_their_ends(
    first: Task, others: list[Task]
) -> None:
    states = [task_state(task) for task in (first, *others)]
    steps = [differences(old, new) for old, new in pairwise(states)]

    assert compose(steps) == differences(states[0], states[-1])


@given(VARIANTS, VARIANTS, VARIANTS)
def test_a_field_that_was_changed_since_is_never_set_and_always_told(
    before: Task, after: Task, since: Task
) -> None:
    net = differences(task_state(before), task_state(after))
    current = task_state(since)

    wanted, conflicts = take_back(current, net)

    edited = {name for name, pair in net.items() if current[name] not in pair}
    assert not edited & wanted.keys()
    assert {conflict.field for conflict in conflicts} >= edited - {"series", "kept"}


def test_what_belongs_together_is_taken_back_together_or_not_at_all() -> None:
    done = replace(TASK, status=Status.DONE, completed_at=NOW)
    net = differences(task_state(TASK), task_state(done))
    since = replace(TASK, status=Status.IN_PROGRESS)

    wanted, (conflict,) = take_back(task_state(since), net)

    assert wanted == {}
    assert (conflict.field, conflict.current) == ("status", "in_progress")


def test_what_was_made_goes_to_the_trash_unless_somebody_has_edited_it() -> None:
    net = differences(None, task_state(TASK))

    assert take_back(task_state(TASK), net) == ({"deleted": True}, [])
    wanted, (conflict,) = take_back(task_state(replace(TASK, title="Oat milk")), net)
    assert (wanted, conflict.field) == ({}, "title")
    assert take_back(task_state(replace(TASK, deleted_at=NOW)), net) == ({}, [])


def test_a_moment_that_the_clock_shows_twice_comes_back_as_the_one_it_was() -> None:
    due = replace(TASK, due=SECOND_HALF_PAST_TWO)
    net = differences(task_state(due), task_state(TASK))

    wanted, _ = take_back(task_state(TASK), net)

    assert with_task_state(TASK, wanted, NOW, project=None).due == SECOND_HALF_PAST_TWO


@pytest.mark.parametrize("archived_at", [None, NOW])
def test_a_project_is_taken_back_like_a_task(archived_at: object) -> None:
    before = make_project("House", archived_at=archived_at)
    after = replace(before, name="Home", color="blue", archived_at=None)
    net = differences(project_state(before), project_state(after))

    wanted, conflicts = take_back(project_state(after), net)

    assert conflicts == []
    assert project_state(with_project_state(after, wanted, NOW)) == project_state(before)


def test_what_only_undo_needs_is_not_shown() -> None:
    done = replace(TASK, status=Status.DONE, completed_at=NOW, position="zz")

    assert visible(differences(task_state(TASK), task_state(done))) == {"status": ("todo", "done")}
