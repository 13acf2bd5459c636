import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from taskchat.domain.errors import Invalid
from taskchat.domain.text import clean, clean_line, fold, is_storable

TEXTS = st.text().filter(is_storable)


@given(TEXTS)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(TEXTS)
def test_clean_text_is_in_one_unicode_form_with_one_kind_of_line_end(text: str) -> None:
    cleaned = clean(text)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert "\r" not in cleaned
    cleaned.encode()


@given(TEXTS)
def test_a_clean_line_has_single_spaces_and_none_at_its_ends(text: str) -> None:
    line = clean_line(text)
    assert line == line.strip()
    assert "  " not in line
    assert len(line.splitlines()) <= 1


@given(TEXTS)
@example("\u1fe7")
def test_texts_that_differ_only_in_case_are_the_same_when_folded(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(text.upper()) == fold(text.upper().casefold())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "STRASSE"),
        ("cafe\u0301", "CAFÉ"),
        ("  Buy\u00a0 milk\n", "buy MILK"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
    ],
)
def test_what_a_person_calls_the_same_title_is_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_every_line_end_becomes_a_newline() -> None:
    assert clean("a\r\nb\rc\nd\r\r\n") == "a\nb\nc\nd\n\n"


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "a\udfff", "\ud83d \ude00"])
def test_what_cannot_be_stored_is_refused(text: str) -> None:
    assert not is_storable(text)
    for read in (clean, clean_line, fold):
        with pytest.raises(Invalid) as refused:
            read(text)
        assert refused.value.code == "text_not_storable"
