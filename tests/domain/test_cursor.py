import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat.domain.cursor import Key, decode, encode
from taskchat.domain.errors import Invalid
from taskchat.domain.text import is_storable

NUMBERS = st.integers(-(2**63) + 1, 2**63 - 1)
TEXTS = st.text().filter(is_storable)


@given(st.lists(NUMBERS | TEXTS, max_size=5))
def test_a_cursor_handed_back_gives_the_keys_it_was_made_of(keys: list[Key]) -> None:
    cursor = encode(*keys)

    assert decode(cursor, *(type(key) for key in keys)) == keys
    assert set(cursor) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


@given(st.text(max_size=100))
def test_no_text_breaks_the_reader(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        decode(text, int, int, int)
    assert refused.value.code == "cursor_invalid"


@pytest.mark.parametrize(
    "payload",
    [
        '"text"',
        "7",
        "null",
        "{}",
        "[]",
        '["1", 1]',
        '[1, "1"]',
        "[1, true]",
        "[1, 1.0]",
        "[1, null]",
        "[1, 1, 1]",
        "[1, NaN]",
        f"[1, {2**63}]",
        f"[1, {-(2**63)}]",
        f"[1, {'9' * 5000}]",
        "[" * 100_000,
        "[1, 1",
    ],
)
def test_what_no_page_gave_is_refused(payload: str) -> None:
    with pytest.raises(Invalid):
        decode(base64.urlsafe_b64encode(payload.encode()).decode(), int, int)


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_text_that_no_database_holds_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        decode(base64.urlsafe_b64encode(json.dumps([text]).encode()).decode(), str)
