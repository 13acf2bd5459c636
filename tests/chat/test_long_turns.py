"""What is kept of turns that are too long, and of those that are long ago."""

import json
from collections.abc import Sequence
from datetime import timedelta

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from taskchat.chat.context import turns
from taskchat.chat.context.bounds import HEAD, MOST_OF_A_TURN, TAIL, bounded, size_of
from taskchat.chat.context.turns import Answered, Call, Turn, Words
from tests.chat.conversations import ZONE, Item, Told, created, line, listed
from tests.people import NOW


def assistant_words(items: Sequence[Item]) -> list[str]:
    return [item["content"] for item in items if item.get("role") == "assistant"]


def test_an_answer_that_was_too_long_keeps_its_end_so_that_it_can_go_on() -> None:
    answer = " ".join(f"Word{number}" for number in range(4_000))
    told = Told().said("Tell me everything").answered("First. " * 400).answered(answer)
    told.said("Continue")
    first, last = assistant_words(told.read())
    assert last.startswith(answer[: HEAD - 1])
    assert last.endswith(answer[-TAIL + 10 :])
    assert len(first) <= 1_000
    assert first.endswith("…")


def test_an_answer_in_letters_of_several_bytes_keeps_its_end_too() -> None:
    answer = "".join(chr(0x4E00 + number) for number in range(20_000))
    told = Told().said("Tell me everything").answered(answer).said("Continue")
    (kept,) = assistant_words(told.read())
    assert kept.startswith(answer[:100])
    assert kept.endswith(answer[-2_000:])


type Repeated = tuple[str, int]

repeated = st.tuples(st.text(max_size=9), st.integers(0, 3_000))


@given(repeated, repeated, st.lists(repeated, max_size=6), st.integers(0, 400), st.integers(0, 300))
@settings(max_examples=60, deadline=None, phases=[Phase.generate])
def test_a_turn_is_never_longer_than_it_may_be(
    text: Repeated, quotation: Repeated, said: list[Repeated], calls: int, notes: int
) -> None:
    made = [created(number, "A task", f"c{number}") for number in range(calls)]
    card_calls = [Call(card, json.dumps(card.arguments), "{}") for card in made]
    words = [Words(letters * times) for letters, times in said]
    answer: list[Answered] = [*card_calls, *[Words("Done.")] * notes, *words]
    whole = Turn(NOW, text[0] * text[1], quotation[0] * quotation[1], answer)
    turn = bounded(whole)
    assert size_of(turn) <= MOST_OF_A_TURN
    assert bool(turn.text) == bool(whole.text)


def test_what_the_oldest_of_very_many_calls_did_is_told_in_a_line() -> None:
    told = Told().said("Add a lot").used(*(created(n, f"Task {n}") for n in range(1, 101)))
    told.answered("Done.").said("Thanks")
    items = told.read()
    _, left_out, said, first, *_ = [line(item) for item in items]
    count = int(left_out.removeprefix("developer: ").split()[0])
    assert (
        f'{count} calls are left out of the answer to this message: created #1 "Task 1"' in left_out
    )
    assert said == "user: Add a lot"
    assert first == f"create_task call_{count + 1}"
    assert line(items[-3]) == "assistant: Done."


def test_turns_before_the_window_are_in_the_summary() -> None:
    told = Told().said("Add milk").used(created(7, "Milk")).answered("Done.")
    told.said("Add bread").used(created(8, "Bread"))
    earlier = told.rows()
    told = Told().answered("Done.").said("Hello").answered("Hi.").said("Thanks")
    summary, *rest = [line(item) for item in told.read(earlier=earlier)]
    assert summary.split("\n")[1:] == [
        '- 2026-11-20 "Add milk": created #7 "Milk"',
        '- 2026-11-20 "Add bread": created #8 "Bread"',
    ]
    assert [said for said in rest if said.startswith("user")] == ["user: Hello", "user: Thanks"]
    assert "Done." not in str(rest)


def test_it_is_said_that_there_were_turns_of_which_nothing_is_told() -> None:
    earlier = Told().said("Add milk").used(created(7, "Milk")).rows()
    summary, *_ = Told().said("Hello").read(earlier=earlier, has_more_before=True)
    assert summary["content"].split("\n")[1:] == [
        "- earlier turns are not told here",
        '- 2026-11-20 "Add milk": created #7 "Milk"',
    ]


def test_the_summary_of_earlier_turns_stays_while_the_window_does() -> None:
    earlier = Told().said("Add milk").used(created(7, "Milk")).rows()
    told = Told().said("Hello")
    before = told.read(earlier=earlier)
    told.answered("Hi.").said("Thanks")
    assert told.read(earlier=earlier)[: len(before)] == before


def test_a_message_that_was_answered_again_later_comes_after_the_time_of_that() -> None:
    told = Told().said("What is due today?")
    a_day_later = told.now + timedelta(days=1)
    begun = {told.items[0].id: a_day_later}
    asked = told.read(a_day_later, begun=begun)
    assert asked[0]["content"] == f"Now it is Saturday 2026-11-21 19:01 in {ZONE}."
    told.answered("Nothing.").said("Thanks")
    assert told.read(a_day_later, begun=begun)[:2] == asked


def test_only_calls_that_are_not_long_are_remembered() -> None:
    short, long = Told().said("A").used(listed("short", 3)), Told().said("A").used(listed("l", 200))
    known = turns._known_call  # pyright: ignore[reportPrivateUsage]
    known.cache_clear()
    assert len(short.said("B").read()) == len(long.said("B").read())
    assert known.cache_info().currsize == 1
