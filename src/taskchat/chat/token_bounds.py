"""How many tokens a text has at most, without the tokenizer that counts them."""

import json
import re
from functools import lru_cache
from math import ceil
from types import MappingProxyType
from typing import cast

from taskchat.domain.due import WEEKDAYS
from taskchat.domain.task import Priority, Status

# Letters in a row share tokens, and the space before them belongs to them. These are the most that the worst texts
# needed with Gemma's vocabulary; English needs a third of it.
PER_WORD, PER_LETTER, PER_HUMP = 0.35, 0.65, 0.45
PER_KEY = 4  # `,"weekday":` with the quote that opens the value
OF_WORDS = MappingProxyType({str(word): 3 for word in (*WEEKDAYS, *Priority, *Status)})
"""Those that stand in every list, and are known to be in the vocabulary."""
WORD = re.compile(r" ?[A-Za-z]+")
PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
HUMP = re.compile(r"[a-z][A-Z]|(?<![A-Za-z ])[A-Z][a-z](?![A-Za-z])")
"""Also words such as the last one of `1Zv`: of those nearly each letter has a token, where no space is before."""

# Where every letter, or nearly, has a token of its own. Any other character may cost a token for each of its bytes.
KNOWN = re.compile(
    "[\u00a0-\u01b8\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u040c\u040e-\u045f"
    "\u05d0-\u05ea\u0620-\u0652\u0904-\u0939\u093c-\u094d"
    "\u0e01-\u0e25\u0e27-\u0e3a\u0e3f-\u0e4d\u1ea0-\u1ef9\u200b-\u2030\u3041-\u3094\u30a1-\u30f6"
    "\U0001f300-\U0001f320\U0001f330-\U0001f393\U0001f3a0-\U0001f3f0\U0001f400-\U0001f4fd"
    "\U0001f600-\U0001f64f\U0001f680-\U0001f6c3]"
)
RARE = frozenset("硷谰耪砿詑柁硲ऄऌऒ")
DAILY = (("gb2312", range(0xB0, 0xD8)), ("euc_jp", range(0xB0, 0xD0)))
"""Encodings of Chinese and Japanese, and the first bytes of the characters in daily use."""


def most_tokens(value: object) -> int:
    """Of a JSON value as it is sent."""
    return ceil(_of(value))


def clip(text: str, most: int) -> str:
    """The text, or as much of its beginning as has at most so many tokens, with an ellipsis."""
    if _is_short(text, most) or _of_text(text) <= most:
        return text
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if _of_text(text[:middle]) <= most - 1:
            fits = middle
        else:
            too_long = middle
    return f"{text[:fits].rstrip()}…"


def _is_short(text: str, most: int) -> bool:
    """No token has less than a byte, so this tells most texts without a closer look."""
    return len(text.encode(errors="replace")) <= most and PLAIN.fullmatch(text) is not None


def _of(value: object) -> float:
    if isinstance(value, str):
        return OF_WORDS.get(value) or 1 + _of_text(value)
    if isinstance(value, dict):
        return 1 + sum(PER_KEY + _of(each) for each in cast("dict[str, object]", value).values())
    if isinstance(value, list | tuple):
        return 1 + sum(1 + _of(each) for each in cast("list[object]", value))
    return len(str(value))


@lru_cache(maxsize=5_000)  # days, tags and projects come again and again
def _of_text(text: str) -> float:
    written = text if PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)[1:-1]
    words = WORD.findall(written)
    letters = sum(map(len, words))
    others = WORD.sub("", written)
    in_words = PER_WORD * len(words) + PER_LETTER * letters
    humps = PER_HUMP * len(HUMP.findall(written)) if written != written.lower() else 0
    alone = len(others) if others.isascii() else sum(map(_of_character, others))
    return in_words + humps + alone


@lru_cache(maxsize=20_000)
def _of_character(character: str) -> int:
    is_known = character.isascii() or KNOWN.match(character) or _is_daily(character)
    return 1 if is_known and character not in RARE else len(character.encode(errors="replace"))


def _is_daily(character: str) -> bool:
    if not "一" <= character <= "鿿":
        return False
    codes = ((character.encode(encoding, "ignore"), first) for encoding, first in DAILY)
    return any(code and code[0] in first for code, first in codes)
