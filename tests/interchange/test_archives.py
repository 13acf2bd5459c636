from contextlib import suppress
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat.domain.errors import Invalid
from taskchat.interchange.files.archives import MAX_ENTRIES, MAX_UNPACKED, is_archive, names, unpack
from tests.interchange.reading import truncations, zipped


def code_of(data: bytes) -> str:
    with pytest.raises(Invalid) as refusal:
        unpack(data, lambda path: path.endswith(".csv"))
    return refusal.value.code


def test_only_what_is_wanted_is_unpacked() -> None:
    data = zipped({"a/one.csv": b"1", "two.txt": b"2", "b/three.csv": b"3"})
    assert is_archive(data)
    assert names(data) == ["a/one.csv", "two.txt", "b/three.csv"]
    assert unpack(data, lambda path: path.endswith(".csv")) == {
        "a/one.csv": b"1",
        "b/three.csv": b"3",
    }


def test_an_archive_of_too_many_files_is_refused() -> None:
    files = {f"{number}.csv": b"" for number in range(MAX_ENTRIES)}
    assert len(unpack(zipped(files), lambda _: True)) == MAX_ENTRIES
    assert code_of(zipped({**files, "one more.csv": b""})) == "archive_too_large"


def test_a_file_that_packs_far_too_well_is_refused() -> None:
    assert code_of(zipped({"bomb.csv": b"0" * 10_000_000})) == "archive_too_large"


def test_files_that_are_too_large_together_are_refused() -> None:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as archive:
        for number in range(5):
            archive.writestr(f"{number}.csv", bytes(MAX_UNPACKED // 5 + 1))
    assert code_of(buffer.getvalue()) == "archive_too_large"


def test_a_file_longer_than_it_says_is_refused() -> None:
    data = zipped({"a.csv": b"0123456789" * 10})
    shorter = data.replace((100).to_bytes(4, "little"), (7).to_bytes(4, "little"))
    assert shorter != data
    assert code_of(shorter) == "archive_broken"


def test_archives_in_archives_are_refused() -> None:
    inner = zipped({"a.csv": b"1"})
    assert code_of(zipped({"inner.zip": inner})) == "archive_nested"
    assert code_of(zipped({"inner.tar.gz": b""})) == "archive_nested"
    assert code_of(zipped({"inner.csv": inner})) == "archive_nested"


def test_encrypted_files_are_refused() -> None:
    data = bytearray(zipped({"a.csv": b"1"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    assert code_of(bytes(data)) == "archive_encrypted"


def test_unusual_packing_is_refused() -> None:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_BZIP2) as archive:
        archive.writestr("a.csv", b"1")
    assert code_of(buffer.getvalue()) == "archive_unsupported"


def test_the_same_path_twice_is_refused() -> None:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.csv", b"2")
    assert code_of(buffer.getvalue()) == "archive_twice"


def test_an_archive_cut_anywhere_is_refused() -> None:
    for data in truncations(zipped({"a.csv": b"1,2,3", "b.csv": b"4"})):
        assert code_of(data) == "archive_broken"


@given(st.data())
def test_garbled_archives_are_refused_or_unpacked(draw: st.DataObject) -> None:
    data = bytearray(zipped({"a.csv": b"1,2,3" * 20, "b.csv": b"4"}))
    changes = st.tuples(st.integers(0, len(data) - 1), st.integers(0, 255))
    for position, value in draw.draw(st.lists(changes, min_size=1, max_size=6)):
        data[position] = value
    with suppress(Invalid):
        assert len(unpack(bytes(data), lambda _: True)) <= 2


@given(st.binary())
def test_anything_that_begins_like_an_archive_is_refused(data: bytes) -> None:
    assert code_of(b"PK\x03\x04" + data) == "archive_broken"
