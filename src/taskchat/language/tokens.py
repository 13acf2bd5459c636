"""Text cut into words, numbers, marks and quotations, each knowing where it stands."""

import re
from dataclasses import dataclass
from enum import Enum, auto

LONGEST_CLAUSE = 500  # characters; longer text is refused before anything looks inside it

_QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»", "`": "`", "'": "'", "\u2018": "\u2019"}
_PIECE = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*|[0-9]+|\S")
_OPENING = frozenset("([{<\"'“\u2018„«,;:!?*~…")
_CLOSING = frozenset(")]}>\"'”\u2019»,;:!?.…*~")
_DASHES = frozenset("-\u2013—")


class Kind(Enum):
    WORD = auto()
    NUMBER = auto()
    MARK = auto()
    QUOTED = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """`word` is the folded form that is compared; `glued` means no space before it."""

    text: str
    word: str
    kind: Kind
    start: int
    end: int
    glued: bool

    @property
    def capital(self) -> bool:
        return self.text[:1].isupper()


def tokenize(text: str) -> tuple[Token, ...]:
    """A quotation is one token; `5pm` is a number and a word glued to it."""
    tokens: list[Token] = []
    position, previous_end = 0, -1
    while piece := _PIECE.search(text, position):
        start, end = piece.span()
        quoted_end = _quotation_end(text, start)
        if quoted_end:
            end = quoted_end
        raw = text[start:end]
        kind = Kind.QUOTED if quoted_end else _kind(raw)
        word = raw.casefold().replace("\u2019", "'")
        tokens.append(Token(raw, word, kind, start, end, start == previous_end))
        position = previous_end = end
    return tuple(tokens)


def _kind(raw: str) -> Kind:
    if raw[0].isalpha():
        return Kind.WORD
    return Kind.NUMBER if "0" <= raw[0] <= "9" else Kind.MARK


def _quotation_end(text: str, start: int) -> int:
    """Where the quotation that opens at `start` ends; 0 when none opens there."""
    closing = _QUOTES.get(text[start])
    if closing is None or (start and text[start - 1].isalnum()):
        return 0
    end = text.find(closing, start + 1)
    while end != -1 and closing in "'\u2019" and text[end + 1 : end + 2].isalnum():
        end = text.find(closing, end + 1)
    return 0 if end <= start + 1 else end + 1


def unquote(text: str) -> str | None:
    """What stands between the quotation marks; None when the text is not one quotation."""
    if len(text) > 2 and _quotation_end(text, 0) == len(text):
        return text[1:-1].strip()
    return None


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether nothing but space and punctuation touches the span, so that it is no part of a word."""
    before = start - 1
    while before >= 0 and text[before] in _OPENING:
        before -= 1
    if before >= 0 and text[before] in _DASHES:
        before -= 1
    after = end
    while after < len(text) and text[after] in _CLOSING:
        after += 1
    if after < len(text) and text[after] in _DASHES:
        after += 1
    return (before < 0 or text[before].isspace()) and (after >= len(text) or text[after].isspace())
