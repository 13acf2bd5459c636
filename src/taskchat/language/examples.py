"""Commands that would have been understood, nearest to what was said."""

import difflib
from collections.abc import Iterable

from taskchat.language.english import commands as english
from taskchat.language.patterns import Scan
from taskchat.language.tokens import Kind

MOST_EXAMPLES = 3
MOST_WORDS = 12
LONGEST_SUGGESTION = 60


def nearest_examples(text: str, *, as_title: bool) -> tuple[str, ...]:
    """The text itself as a new task comes first when it could be one (`as_title`)."""
    tokens = Scan.of(text).tokens[:MOST_WORDS]
    words = [token.word for token in tokens if token.kind is Kind.WORD and len(token.text) < 20]
    known = frozenset(word for keywords, _ in english.EXAMPLES for word in keywords)
    meant = [_near(word, known) if index < 3 else word for index, word in enumerate(words)]
    scored = [(_score(meant, keywords), example) for keywords, example in english.EXAMPLES]
    scored.sort(key=lambda pair: -pair[0])
    found = [example for score, example in scored if score > 0]
    own = [f"add {' '.join(text.split())}"] if as_title and len(text) <= LONGEST_SUGGESTION else []
    return tuple(dict.fromkeys([*own, *found, *english.USUAL_EXAMPLES]))[:MOST_EXAMPLES]


def _near(word: str, known: frozenset[str]) -> str:
    """The known word that this one may be a slip of."""
    if word in known or len(word) < 4:
        return word
    return next(iter(difflib.get_close_matches(word, known, 1, 0.8)), word)


def _score(words: Iterable[str], keywords: frozenset[str]) -> float:
    """Words count less the later they stand: the verb comes first."""
    return sum(1 / (index + 1) for index, word in enumerate(words) if word in keywords)
