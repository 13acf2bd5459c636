"""The filter language, see docs/filters.md: `overdue & (#home | p:high) & !tag:someday`."""

from collections.abc import Sequence

from taskchat.domain.filters.expression import Expression, Not, either, every
from taskchat.domain.filters.terms import read_words
from taskchat.domain.filters.tokens import FilterError, Token, read_tokens

MAX_NESTING = 20


def parse(text: str) -> Expression:
    """Raises FilterError, which is Invalid, with the column of what is not understood."""
    tokens = read_tokens(text)
    if not tokens:
        raise FilterError("a filter needs at least one word.", 1)
    parser = _Parser(tokens, len(text.rstrip()) + 1)
    expression = parser.read_either(0)
    parser.require_end()
    return expression


class _Parser:
    def __init__(self, tokens: Sequence[Token], end: int) -> None:
        self._tokens = tokens
        self._place = 0
        self._end = end  # the column behind the last character

    def read_either(self, depth: int) -> Expression:
        parts = [self._read_every(depth)]
        while self._take("|"):
            parts.append(self._read_every(depth))
        return either(parts)

    def require_end(self) -> None:
        if self._place < len(self._tokens):
            raise FilterError("this closes nothing.", self._column)

    def _read_every(self, depth: int) -> Expression:
        """What stands side by side must hold together, as with `&` between."""
        parts = [self._read_one(depth)]
        while self._take("&") or self._next not in ("|", ")", None):
            parts.append(self._read_one(depth))
        return every(parts)

    def _read_one(self, depth: int) -> Expression:
        if depth > MAX_NESTING:
            message = f"brackets and `!` go at most {MAX_NESTING} levels deep."
            raise FilterError(message, self._column)
        if self._take("!"):
            return Not(self._read_one(depth + 1))
        opening = self._column
        if self._take("("):
            inner = self.read_either(depth + 1)
            if not self._take(")"):
                raise FilterError("this bracket is not closed.", opening)
            return inner
        if self._next != "":
            raise FilterError("a word is missing here.", self._column)
        expression, used = read_words(self._tokens[self._place :])
        self._place += used
        return expression

    def _take(self, operator: str) -> bool:
        taken = self._next == operator
        self._place += taken
        return taken

    @property
    def _next(self) -> str | None:
        """The next operator, empty for a word, None at the end."""
        return self._tokens[self._place].operator if self._place < len(self._tokens) else None

    @property
    def _column(self) -> int:
        return self._tokens[self._place].column if self._place < len(self._tokens) else self._end
