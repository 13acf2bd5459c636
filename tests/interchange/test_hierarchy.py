from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from taskchat.interchange.hierarchy import parents_first
from taskchat.interchange.record import Problem, TaskRecord


def ordered(parents: Mapping[str, str | None]) -> tuple[list[tuple[str, str | None]], list[str]]:
    """Ids with their parents, and the places of all problems."""
    given = [
        TaskRecord(name, f"at {name}", name, parent=parent) for name, parent in parents.items()
    ]
    found = list(parents_first(given))
    records = [(each.source_id, each.parent) for each in found if isinstance(each, TaskRecord)]
    return records, [each.place for each in found if isinstance(each, Problem)]


def test_parents_come_before_their_subtasks_and_siblings_stay_in_order() -> None:
    parents = {"c": "a", "x": None, "a": None, "b": "a", "d": "c"}
    assert ordered(parents) == ([("x", None), ("a", None), ("c", "a"), ("d", "c"), ("b", "a")], [])


def test_a_parent_that_is_missing_is_forgotten_and_said() -> None:
    assert ordered({"a": "gone", "b": "a"}) == ([("a", None), ("b", "a")], ["at a"])


def test_circles_are_cut_once() -> None:
    assert ordered({"a": "b", "b": "a", "c": "c"}) == (
        [("a", None), ("b", "a"), ("c", None)],
        ["at a", "at c"],
    )


def test_the_second_task_of_one_id_is_left_out() -> None:
    first, second = TaskRecord("1", "line 1", "A"), TaskRecord("1", "line 2", "B")
    assert list(parents_first([first, second])) == [
        Problem("line 2", "The same task stands at line 1 already."),
        first,
    ]


def test_a_long_line_of_subtasks_is_no_trouble() -> None:
    records, problems = ordered({str(number): str(number + 1) for number in range(20_000)})
    assert len(records) == 20_000
    assert problems == ["at 19999"]


@given(st.dictionaries(st.integers(0, 9).map(str), st.none() | st.integers(0, 12).map(str)))
def test_every_task_comes_out_once_after_its_parent(parents: dict[str, str | None]) -> None:
    records, _ = ordered(parents)
    assert sorted(name for name, _ in records) == sorted(parents)
    seen: set[str | None] = {None}
    for name, parent in records:
        assert parent in seen
        seen.add(name)
