import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat.chat.titles import FALLBACK, LONGEST, title_of
from taskchat.domain.text import is_storable


@pytest.mark.parametrize(
    ("message", "title"),
    [
        ("add milk", "Add milk"),
        ("  What is\n due   today?", "What is due today"),
        ("Please, add milk!", "Add milk"),
        ("hello can you list my tasks", "Can you list my tasks"),
        ("hello", "Hello"),
        ("hi!", "Hi!"),
        ("...", "..."),
        ("", FALLBACK),
        (" \n\t ", FALLBACK),
        ("émigré papers", "Émigré papers"),
        ("🎉 party", "🎉 party"),
        ("word " * 30, "Word" + " word" * 11 + "…"),
        ("x" * 100, "X" + "x" * (LONGEST - 1) + "…"),
    ],
)
def test_a_conversation_is_called_by_the_beginning_of_its_first_message(
    message: str, title: str
) -> None:
    assert title_of(message) == title


@given(st.text().filter(is_storable))
def test_any_message_gives_a_short_title_on_one_line(message: str) -> None:
    title = title_of(message)

    assert 0 < len(title) <= LONGEST + 3
    assert len(title.splitlines()) == 1
    assert title == title.strip()
