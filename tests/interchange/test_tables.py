import pytest

from taskchat.domain.errors import Invalid
from taskchat.interchange.files.tables import MAX_COLUMNS, MAX_FIELD, MAX_ROWS, decode, read_table

AB = frozenset({"a", "b"})


def cells(data: bytes) -> list[tuple[int, str, str]]:
    return [(row.line, row["a"], row["b"]) for row in read_table(data, AB)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_header_says_what_stands_between_cells(delimiter: str) -> None:
    data = "A,B\n1,2\n".replace(",", delimiter).encode()
    assert cells(data) == [(2, "1", "2")]


def test_rows_know_the_line_at_which_they_begin() -> None:
    data = b'"Made\non Monday"\nB,A\r\n\r\n"x","1\n2"\r\n , \n"y","3"\r"z","4"'
    assert cells(data) == [(5, "1\n2", "x"), (8, "3", "y"), (9, "4", "z")]


def test_rows_may_be_shorter_or_longer_than_the_header() -> None:
    assert cells(b"a,b\n1\n1,2,3\n") == [(2, "1", ""), (3, "1", "2")]


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b'a,b\n1,2\n"open,2\n3,4\n', 3),
        (b'a,b\n"x\ny",2\n"1"2,3\n', 4),
    ],
)
def test_broken_quotes_are_refused_with_the_line(data: bytes, line: int) -> None:
    with pytest.raises(Invalid, match=f"begins on line {line} ") as refusal:
        read_table(data, AB)
    assert refusal.value.code == "table_broken"


@pytest.mark.parametrize(
    "data",
    [
        b"a,b\n" + b"1,2\n" * (MAX_ROWS + 1),
        b"a,b\n" + b"," * (MAX_COLUMNS - 1) + b"x,\n",
        b"a,b\n" + b"x" * (MAX_FIELD + 1),
        b"a,b\n" + b"x" * 10 * MAX_FIELD,
    ],
)
def test_what_is_too_large_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        read_table(data, AB)
    assert refusal.value.code == "table_too_large"


def test_a_table_without_its_header_is_refused() -> None:
    for data in (b"", b"a\n", b"\n" * 20 + b"a,b\n"):
        with pytest.raises(Invalid, match="No line names the columns a, b"):
            read_table(data, AB)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("naïve".encode(), "naïve"),
        ("naïve".encode("utf-8-sig"), "naïve"),
        ("naïve".encode("utf-16"), "naïve"),
        ("naïve".encode("utf-16-be"), "naïve"),
        ("naïve".encode("cp1252"), "naïve"),
        (b"", ""),
    ],
)
def test_text_comes_in_several_encodings(data: bytes, text: str) -> None:
    assert decode(data) == text


def test_bytes_that_are_no_text_are_refused_with_the_line() -> None:
    for data in (b"a\nb\n\xff\x81", b"\xef\xbb\xbfa\nb\n\xff"):
        with pytest.raises(Invalid, match="Line 3 is not valid text"):
            decode(data)
