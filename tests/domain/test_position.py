import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat.domain.position import between, numbered


def test_later_numbers_stand_further_down() -> None:
    places = [numbered(number) for number in range(1, 10_000)]

    assert places == sorted(places)
    assert len(set(places)) == len(places)


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_any_two_numbers_stand_in_their_order(one: int, other: int) -> None:
    assert (numbered(one) < numbered(other)) is (one < other)


@given(st.lists(st.tuples(st.integers(0, 200), st.booleans()), max_size=60))
def test_there_is_room_between_any_two_however_often_something_is_put_there(
    moves: list[tuple[int, bool]],
) -> None:
    places = [numbered(number) for number in range(58, 66)]
    for place, is_first in moves:
        index = 0 if is_first else place % len(places)
        before = places[index - 1] if index else ""
        places.insert(index, between(before, places[index]))

    assert places == sorted(set(places))


@pytest.mark.parametrize("number", [1, 61, 62, 3782, 3783])
def test_there_is_always_room_just_before_and_just_after_a_place(number: int) -> None:
    before = ""
    for _ in range(100):
        new = between(before, numbered(number))
        assert before < new < numbered(number)
        before = new
    after = numbered(number + 1)
    for _ in range(100):
        new = between(numbered(number), after)
        assert numbered(number) < new < after
        after = new


def test_the_end_of_a_list_stays_short() -> None:
    last = numbered(1)
    for number in range(2, 500):
        last = between(last, numbered(number))
        assert len(last) < 10
