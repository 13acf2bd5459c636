"""Text as both databases can hold it: no NUL, no lone surrogates, one Unicode form."""

import unicodedata

from taskchat.domain.errors import Invalid


def clean(text: str) -> str:
    """NFC with line ends as `\\n`; raises Invalid for what PostgreSQL or UTF-8 cannot hold."""
    if "\x00" in text:
        raise Invalid("Text must not contain the NUL character.", code="text_not_storable")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise Invalid("Text must be valid Unicode.", code="text_not_storable")
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def clean_line(text: str) -> str:
    """Cleaned, on one line, with single spaces and none at the ends."""
    return " ".join(clean(text).split())


def fold(text: str) -> str:
    """What two texts share when a person would call them the same title or tag."""
    return clean_line(text).casefold()
