"""Which task a person means: `#12`, a title, or `it`."""

import re
from dataclasses import dataclass

from taskchat.language.english import commands as english
from taskchat.language.patterns import Scan
from taskchat.language.tokens import Kind, Token, unquote

_NUMBERS_ONLY = re.compile(r"(?:#?[0-9]{1,9}(?: ?, ?(?:and )?| and | ?& ?| )?)+")
_NUMBER = re.compile(r"[0-9]{1,9}")
LONGEST_LIST = 8  # tokens, with the words around the name


@dataclass(frozen=True, slots=True)
class Ref:
    """`text` is what a tool takes: `#12` or a title. Empty when only the conversation tells which task is meant."""

    text: str = ""
    position: int = 0  # counted from 1, in the list shown last
    quoted: bool = False

    @property
    def numbered(self) -> bool:
        return self.text.startswith("#")


def read_refs(text: str) -> tuple[Ref, ...]:
    """More than one only for a list of numbers; none when no task is named."""
    text = strip_list(text)[0].strip(" .!?,:;")
    quoted = unquote(text)
    if quoted is not None:
        return (Ref(quoted, quoted=True),)
    tokens = Scan.of(text).tokens
    begin = _past_nouns(tokens)
    bare = text[tokens[begin].start :] if begin < len(tokens) else ""
    if bare and _NUMBERS_ONLY.fullmatch(bare):
        return tuple(Ref(f"#{int(number)}") for number in _NUMBER.findall(bare))
    if position := _position(tokens):
        return (Ref(position=position),)
    if _is_pronoun(tokens, begin):
        return (Ref(),)
    title = unquote(bare) or _without_noun(bare)
    return (Ref(title, quoted=unquote(bare) is not None),) if title else ()


def strip_list(text: str) -> tuple[str, str | None]:
    """The text without `on my … list`, and the list's name; None when no list is named."""
    tokens = Scan.of(text).tokens
    end = len(tokens)
    while end and tokens[end - 1].kind is Kind.MARK and tokens[end - 1].word in {".", "!", "?"}:
        end -= 1
    found: tuple[int, str] | None = None
    for start in range(end - 2, max(end - LONGEST_LIST, -1), -1):
        name = _list_name(tokens[start:end])
        if name is not None and (found is None or name in english.PLAIN_LISTS):
            found = start, name
            if name in english.PLAIN_LISTS:
                break
    if found is None:
        return text, None
    return text[: tokens[found[0]].start].strip(), found[1]


def _list_name(tokens: tuple[Token, ...]) -> str | None:
    """What stands between `to my` and `list`; empty for `to my todos`, which needs no such word."""
    words = [token.word for token in tokens]
    if words[0] not in english.LIST_JOINTS:
        return None
    owned = words[1] in english.LIST_OWNERS
    if words[-1] in english.LIST_NOUNS:
        return " ".join(words[2 if owned else 1 : -1])
    return (
        "" if owned and " ".join(words[2:]) in english.PLAIN_LISTS - {"", "main", "due"} else None
    )


def _past_nouns(tokens: tuple[Token, ...]) -> int:
    """The index after `the task`, `task called`, `number` and the like."""
    index = 0
    if tokens and tokens[0].word in english.DEFINITE and len(tokens) > 1:
        index = 1 if tokens[1].word in english.TASK_NOUNS or tokens[1].word == "to" else 0
    noun = index + 1 < len(tokens) and tokens[index].word in english.TASK_NOUNS
    if noun and not (tokens[index + 1].glued and tokens[index + 1].kind is not Kind.MARK):
        index += 1
    elif [token.word for token in tokens[index : index + 2]] == ["to", "do"]:
        index += 2
    for word in ("called", "named", "titled", "that", "to", ":", "number", "no"):
        if (
            index < len(tokens) - 1
            and tokens[index].word == word
            and (index or word in {"number", "no"})
        ):
            index += 1
    return index + 1 if index < len(tokens) - 1 and index and tokens[index].word == "." else index


def _is_pronoun(tokens: tuple[Token, ...], begin: int) -> bool:
    rest = [token.word for token in tokens]
    if len(rest) == 1:
        return rest[0] in english.PRONOUNS or rest[0] in english.TASK_NOUNS
    nouns = english.TASK_NOUNS | {"one"}
    return len(rest) == 2 and begin <= 1 and rest[0] in english.DEFINITE and rest[1] in nouns


def _position(tokens: tuple[Token, ...]) -> int:
    """`the second task`, `the 3rd one`; 0 when no position is named."""
    words = [token.word for token in tokens if token.word != "the"]
    if len(words) in {2, 3} and words[-1] in english.TASK_NOUNS | {"one"}:
        if words[0] in english.POSITIONS and len(words) == 2:
            return english.POSITIONS[words[0]]
        if words[0].isdecimal() and len(words) == 3 and words[1] in {"st", "nd", "rd", "th"}:
            return int(words[0])
    return 0


def _without_noun(text: str) -> str:
    """`the buy milk task` names `buy milk`."""
    tokens = Scan.of(text).tokens
    if len(tokens) > 2 and tokens[-1].word in {"task", "todo"} and tokens[0].word == "the":
        return text[tokens[1].start : tokens[-1].start].strip()
    return text.strip()
