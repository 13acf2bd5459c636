"""The text of a filter cut into operators and words, each with the column where it stands."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import override

from taskchat.domain.errors import Invalid
from taskchat.domain.text import is_storable

MAX_LENGTH = 500
OPERATORS = {"&": "&", "|": "|", "!": "!", "and": "&", "or": "|", "not": "!", "(": "(", ")": ")"}
PIECE = re.compile(
    r"""\s*(?:
        (?P<operator>[&|!()])
      | (?P<word>(?:(?:due|created|completed)\s*[<>]=?\s*)?(?:"[^"]*"|[^\s&|()"])+)
      | (?P<open>")
    )""",
    re.VERBOSE | re.IGNORECASE,
)


class FilterError(Invalid):
    """`column` counts characters from 1."""

    code = "filter_invalid"

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"Column {column}: {message}")
        self._column = column

    @property
    @override
    def details(self) -> Mapping[str, object]:
        return {"column": self._column}


@dataclass(frozen=True, slots=True)
class Token:
    """`operator` is one of `& | ! ( )` however it was written, or empty for a word; `text` keeps its quotes."""

    operator: str
    text: str
    column: int


def read_tokens(text: str) -> list[Token]:
    """Raises FilterError where the text is too long or a quote is not closed."""
    if len(text) > MAX_LENGTH:
        message = f"a filter has at most {MAX_LENGTH} characters."
        raise FilterError(message, MAX_LENGTH + 1)
    if not is_storable(text):
        raise FilterError("this is not text.", 1)
    return list(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    end = len(text.rstrip())
    place = 0
    while place < end:
        piece = PIECE.match(text, place)
        if piece is None:
            raise FilterError("this is not understood.", place + 1)
        kind, place = piece.lastgroup or "", piece.end()
        said, column = piece[kind], piece.start(kind) + 1
        if kind == "open":
            raise FilterError("this quote is not closed.", column)
        yield Token(OPERATORS.get(said.lower(), ""), said, column)
