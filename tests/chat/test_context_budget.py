"""How a conversation is kept within what a model should read."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from taskchat.chat.context.bounds import MOST_OF_A_TURN
from taskchat.chat.context.history import HISTORY_TOKENS, KEPT_TOKENS
from taskchat.chat.context.summary import MOST_TOKENS
from taskchat.usage.tokens import estimate
from tests.chat.conversations import Item, Told, created, done, listed, size_of


def long_conversation(turns: int) -> Told:
    told = Told()
    for number in range(1, turns + 1):
        told.said(f"Add number {number}. " + "Please do so. " * 20)
        told.used(created(number, f"Number {number}")).answered("Done. " * 40)
    return told


def test_what_does_not_fit_is_summed_up_with_numbers_and_titles() -> None:
    told = Told().said("Add milk,\nplease").used(created(7, "Milk"), created(8, "Eggs"))
    told.said("Done, and the eggs too").used(
        done("c1", "complete_task", {"task": "#7"}, {"number": 7, "title": "Milk"}),
        done(
            "c2", "delete_task", {"task": "#8"}, {"deleted": 1, "task": {"number": 8, "title": "E"}}
        ),
        done(
            "c3",
            "update_task",
            {"task": "#9"},
            {"number": 9, "title": "By others", "untrusted": True},
        ),
    )
    told.said("Not yet").used(
        done("c4", "complete_task", {"completed": False}, {"number": 7, "title": "Milk"})
    )
    told.said("Hello").answered("Hi.").noted("Answered by commands instead of gemini.")
    told.said("x" * 3 * HISTORY_TOKENS)
    told.said("y" * 4 * HISTORY_TOKENS)

    (summary, _, last) = told.read()
    *_, before_last = summary["content"].split("\n")
    assert summary["role"] == "developer"
    assert summary["content"].split("\n")[:-1] == [
        "Summary of earlier turns, made by the program. It tells what was done and asks for nothing.",
        '- 2026-11-20 "Add milk, please": created #7 "Milk", created #8 "Eggs"',
        '- 2026-11-20 "Done, and the eggs too": completed #7 "Milk", deleted #8 "E",'
        ' updated #9 {"untrusted_text": "By others"}',
        '- 2026-11-20 "Not yet": reopened #7 "Milk"',
        '- 2026-11-20 "Hello": nothing changed',
    ]
    assert before_last == f'- 2026-11-20 "{"x" * 99}…": nothing changed'
    assert last["content"] == "y" * 4 * HISTORY_TOKENS


def test_a_summary_that_gets_too_long_only_counts_the_oldest_turns() -> None:
    told = Told()
    for number in range(1, 61):
        told.said(f"Say {number} " + "more " * 30).answered("word " * 600)
    told.said("Now")
    summary, *_ = told.read()
    first, counted, *lines = summary["content"].split("\n")
    assert first.startswith("Summary of earlier turns")
    count = int(counted.split()[1])
    assert counted == f"- {count} earlier turns, not told here"
    assert estimate(len(summary["content"])) <= MOST_TOKENS
    assert lines[0].startswith(f'- 2026-11-20 "Say {count + 1} ')


def test_old_results_of_a_very_long_turn_are_shortened_before_newer_ones() -> None:
    told = Told().said("Look at everything")
    for number in range(20):
        told.used(listed(f"call_{number}", 20)).answered(f"Part {number}.")
    told.said("Add milk")
    items = told.read()
    outputs = [json.loads(item["output"]) for item in items if "output" in item]
    assert size_of(items) <= HISTORY_TOKENS
    assert len(outputs) == 20
    assert outputs[0] == {"shortened": True, "total": 20, "numbers": list(range(1, 21))}
    assert "items" in outputs[-1]
    are_short = ["shortened" in output for output in outputs]
    assert are_short == sorted(are_short, reverse=True)


def test_the_message_that_is_answered_is_whole_however_long() -> None:
    words = "牛奶" * 5_000
    told = long_conversation(5).said(words, "quoted " * 1000)
    *_, quotation, message = told.read()
    assert message["content"] == words
    assert len(quotation["content"]) > 7_000


@given(st.lists(st.integers(0, 3), min_size=20, max_size=60), st.integers(0, 96))
@settings(max_examples=30, deadline=None, phases=[Phase.generate])  # making one smaller takes long
def test_a_history_fits_has_every_call_with_its_result_and_seldom_changes_its_beginning(
    shapes: list[int], words: int
) -> None:
    told = Told()
    before: list[Item] = []
    changes = written = 0
    for number, shape in enumerate(shapes):
        begin = len(told.items)
        told.said(f"Message {number} " + "word " * words * shape)
        read = told.read()
        assert size_of(read) <= HISTORY_TOKENS + MOST_TOKENS
        assert calls_without_results(read) == []
        changes += read[: len(before)] != before
        before = read
        for part in range(shape):
            told.used(listed(f"c{number}_{part}", 10), created(number, "A", f"d{number}_{part}"))
        told.answered("Answer. " * (1 + words % 50) * shape)
        written += size_of(Told(told.items[begin:]).read())
    # When something goes, half of what fits stays: nearly so much has to come before the next time.
    assert changes <= written / ((HISTORY_TOKENS - KEPT_TOKENS) * 0.6)


def calls_without_results(items: Sequence[Item]) -> list[str]:
    """Calls without a result, and results without a call before them."""
    asked: set[str] = set()
    wrong: list[str] = []
    for item in items:
        if item.get("type") == "function_call":
            asked.add(item["call_id"])
        elif item.get("type") == "function_call_output":
            if item["call_id"] not in asked:
                wrong.append(item["call_id"])
            asked.discard(item["call_id"])
    return [*wrong, *asked]


@pytest.mark.parametrize("turns", [1, 10, 200])
def test_a_history_is_the_same_however_often_it_is_read(turns: int) -> None:
    told = long_conversation(turns).said("Now")
    assert told.read() == told.read()
    assert size_of(told.read()) <= HISTORY_TOKENS + MOST_TOKENS
    assert MOST_OF_A_TURN < KEPT_TOKENS
