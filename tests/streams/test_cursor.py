import pytest

from taskchat.domain.errors import Unreadable
from taskchat.streams.cursor import Cursor


@pytest.mark.parametrize("text", ["0", "17", "17-5", "999999999999999999-1"])
def test_a_cursor_comes_back_as_it_was_given(text: str) -> None:
    assert str(Cursor.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "-1",
        "1-",
        "1--2",
        "1-2-3",
        "+1",
        " 1",
        "1 ",
        "1.0",
        "1e3",
        "abc",
        "٣",
        "1\x00",
        "1" * 19,
    ],
)
def test_what_no_log_ever_gave_is_refused(text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        Cursor.parse(text)
    assert refused.value.code == "cursor_invalid"


def test_deltas_come_after_their_fact_and_before_the_next() -> None:
    texts = ["17", "17-1", "17-2", "17-10", "18", "100"]
    assert [str(cursor) for cursor in sorted(map(Cursor.parse, reversed(texts)))] == texts
