"""Text as both databases can hold it: no NUL, no lone surrogates, one Unicode form."""

import re
import unicodedata

from taskchat.domain.errors import Invalid

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Whether PostgreSQL and UTF-8 can hold it."""
    return UNSTORABLE.search(text) is None


def clean(text: str) -> str:
    """NFC with line ends as `\\n`; raises Invalid for what cannot be stored."""
    if not is_storable(text):
        message = "Text must be valid Unicode without the NUL character."
        raise Invalid(message, code="text_not_storable")
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def clean_line(text: str) -> str:
    """Cleaned, on one line, with single spaces and none at the ends."""
    return " ".join(clean(text).split())


def fold(text: str) -> str:
    """What two texts share when a person would call them the same title or tag."""
    line = clean_line(text)
    if line.isascii():
        return line.lower()
    # Marks have to stand alone while the case is folded: some are letters of their own then.
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", line).casefold())


def plain(text: str) -> str:
    """For searching: without case, accents and other forms of the same letter."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))
