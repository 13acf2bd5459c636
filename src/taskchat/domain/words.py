"""The words of a text as a search sees them, and what it is searched for."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from taskchat.domain.text import plain

MAX_PHRASES = 20
MAX_WORD = 40  # characters; of a longer word only the beginning counts
MARK = slice(4, 12)  # of an id: enough to tell people's words apart, though not for certain
QUOTED = re.compile('"([^"]*)"?|([^"\\s]+)')
ASCII_WORD = re.compile("[a-z0-9]+")
PARTS_OF_WORDS = frozenset("LNM")
IDEOGRAPHS = (("\u2e80", "\u9fff"), ("\uf900", "\ufaff"), ("\U00020000", "\U0003ffff"))


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that follow each other; of the last one only the beginning where `is_prefix`."""

    words: tuple[str, ...]
    is_prefix: bool


def words(text: str) -> list[str]:
    """Letters and digits that stand together, and alone each ideograph and each symbol such as 🎉."""
    simple = plain(text)
    found = ASCII_WORD.findall(simple) if simple.isascii() else _words(simple)
    return [word[:MAX_WORD] for word in found]


def marked_words(owner: str, text: str) -> str:
    """The words with a mark of their owner, so that an index keeps each person's words together."""
    return " ".join(owner[MARK] + word for word in words(text))


def read_phrases(text: str) -> tuple[Phrase, ...]:
    """What is in quotes is meant as it stands, everything else as the beginning of a word."""
    found: dict[Phrase, None] = {}
    for quoted, loose in QUOTED.findall(text):
        if together := tuple(words(quoted or loose)):
            found[Phrase(together, is_prefix=not quoted)] = None
    return tuple(found)[:MAX_PHRASES]


def _words(text: str) -> Iterator[str]:
    word = ""
    for char in text:
        category = unicodedata.category(char)
        alone = category == "So" or any(first <= char <= last for first, last in IDEOGRAPHS)
        if category[0] in PARTS_OF_WORDS and not alone:
            word += char
            continue
        if word:
            yield word
        word = ""
        if alone:
            yield char
    if word:
        yield word
