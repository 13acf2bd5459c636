"""ZIP files from outside, opened without trusting anything they say of themselves."""

import struct
import zlib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from taskchat.domain.errors import Invalid
from taskchat.interchange.limits import quote

MAX_ENTRIES = 1000
MAX_UNPACKED = 50_000_000  # bytes
MAX_RATIO = 200  # bytes that one packed byte may become; text packs to a tenth
SMALL = 100_000  # bytes that are no danger, however well they were packed
SIGNATURE = b"PK\x03\x04"
EMPTY_SIGNATURE = b"PK\x05\x06"
DIRECTORY_SIGNATURE = b"PK\x01\x02"
ENCRYPTED = 0x1
ARCHIVES = (".zip", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar", ".tar", ".jar")
# What the library raises for one broken archive or another.
BROKEN = (
    BadZipFile,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    OSError,
    EOFError,
    zlib.error,
    struct.error,
)


def is_archive(data: bytes) -> bool:
    return data.startswith((SIGNATURE, EMPTY_SIGNATURE))


def names(data: bytes) -> list[str]:
    """The paths in it; raises Invalid as `unpack` does."""
    with _opened(data) as archive:
        return archive.namelist()


def unpack(data: bytes, wants: Callable[[str], bool]) -> dict[str, bytes]:
    """Contents by path for the paths that are wanted, in the order of the archive.

    Raises Invalid for archives that are broken, encrypted, or hold other archives or more than the limits.
    """
    with _opened(data) as archive:
        return _contents(archive, wants)


@contextmanager
def _opened(data: bytes) -> Generator[ZipFile]:
    # Counted before the library looks, for it would read in a directory of any length.
    if data.count(DIRECTORY_SIGNATURE) > MAX_ENTRIES:
        message = f"The archive holds more than {MAX_ENTRIES:,} files."
        raise Invalid(message, code="archive_too_large")
    try:
        with ZipFile(BytesIO(data)) as archive:
            yield archive
    except BROKEN as error:
        raise Invalid("The archive is broken.", code="archive_broken") from error


def _contents(archive: ZipFile, wants: Callable[[str], bool]) -> dict[str, bytes]:
    contents: dict[str, bytes] = {}
    room = MAX_UNPACKED
    for entry in archive.infolist():
        _check(entry)
        if entry.is_dir() or not wants(entry.filename):
            continue
        with archive.open(entry) as file:
            content = file.read(room + 1)
        room -= len(content)
        if room < 0 or len(content) > max(SMALL, MAX_RATIO * entry.compress_size):
            raise Invalid("The archive unpacks to more than is allowed.", code="archive_too_large")
        if entry.filename in contents:
            message = f"The archive holds {quote(entry.filename)} twice."
            raise Invalid(message, code="archive_twice")
        if is_archive(content):
            raise _nested(entry)
        contents[entry.filename] = content
    return contents


def _check(entry: ZipInfo) -> None:
    if entry.flag_bits & ENCRYPTED:
        raise Invalid(
            "The archive is encrypted; save it without a password.", code="archive_encrypted"
        )
    if entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise Invalid(
            "The archive is packed in a way that is not supported.", code="archive_unsupported"
        )
    if entry.filename.lower().endswith(ARCHIVES):
        raise _nested(entry)


def _nested(entry: ZipInfo) -> Invalid:
    message = f"The archive holds another one, {quote(entry.filename)}; unpack it and choose the file itself."
    return Invalid(message, code="archive_nested")
