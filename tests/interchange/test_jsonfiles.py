import pytest

from taskchat.domain.errors import Invalid
from taskchat.interchange.files.jsonfiles import MAX_DEPTH, decode_json, read_json, text_of


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1,\n "b": tru}', "Expecting value: line 2, column 7."),
        ('{"a": 1,\n "a": 2}', "The same key stands twice: line 2, column 2."),
        ('[{"a": "{\\"a\\":"}, {"\\u0061": 1, "b": {"a": 2}, "a": 3}]', "The same key stands twice: line 1, column 49."),
        ('{"a": [1,\n  NaN]}', "NaN is no number of JSON: line 2, column 3."),
        ("[-Infinity]", "-Infinity is no number of JSON: line 1, column 2."),
        ("\n" + "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "Nested deeper than 50 levels: line 2, column 51."),
        ("[" * 100_000 + "]" * 100_000, "Nested deeper than 50 levels: line 1, column 51."),
        ("[" * 1_000_001, "The file holds more than 1,000,000 values."),
        ("1" * 5000, "The file holds a number that is too long."),
        ("", "Expecting value: line 1, column 1."),
        ("[] 1", "Extra data: line 1, column 4."),
    ],
)  # fmt: skip
def test_what_is_no_json_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_json(text)
    assert str(refusal.value) == message


def test_what_is_allowed_is_read() -> None:
    deepest = "[" * (MAX_DEPTH - 1) + "1" + "]" * (MAX_DEPTH - 1)
    assert read_json(deepest)
    assert read_json('{"a": "NaN [[[", "b": [{"a": 1}, {"a": 2}]}') == {
        "a": "NaN [[[",
        "b": [{"a": 1}, {"a": 2}],
    }


def test_bytes_that_are_not_utf_8_are_refused_with_their_place() -> None:
    assert decode_json(b"\xef\xbb\xbf{}") == "{}"
    with pytest.raises(Invalid, match=r"This is not UTF-8: line 2, column 3\."):
        decode_json('{\n"ä'.encode() + b"\xff")


def test_texts_may_be_numbers() -> None:
    entry: dict[str, object] = {"a": 5, "b": 1763632800.0, "c": True, "d": float("inf")}
    assert [text_of(entry, name) for name in "abdx"] == ["5", "1763632800", "inf", ""]
    with pytest.raises(Invalid, match="“c” is not text"):
        text_of(entry, "c")
