"""JSON from outside: refused with line and column where it is not what the standard says."""

import json
import re
from collections.abc import Sequence
from itertools import chain, pairwise
from typing import NoReturn, cast

from taskchat.domain.errors import Invalid

MAX_DEPTH = 50
MAX_VALUES = 1_000_000  # objects and arrays
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\]:,]|-?[A-Za-z]++', re.DOTALL)

type Entry = dict[str, object]


class _Refused(Exception):
    """Something the parser lets pass, at a place that it does not know."""


def decode_json(data: bytes) -> str:
    """Raises Invalid, with line and column, for what is not UTF-8."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(errors="replace")
        raise _invalid("This is not UTF-8", before, len(before)) from error


def read_json(text: str, first_line: int = 1) -> object:
    """Raises Invalid for broken JSON, deep nesting, the same key twice, and numbers that JSON does not have."""
    if text.count("{") + text.count("[") > MAX_VALUES:
        raise Invalid(f"The file holds more than {MAX_VALUES:,} values.", code="json_too_large")
    try:
        value = cast(
            "object", json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
        )
    except json.JSONDecodeError as error:
        raise _invalid(error.msg, text, error.pos, first_line) from error
    except (RecursionError, _Refused):
        pass
    except ValueError as error:  # digits without end
        raise Invalid("The file holds a number that is too long.", code="json_invalid") from error
    else:
        if _depth(value) <= MAX_DEPTH:
            return value
    raise _located(text, first_line)


def entry(value: object) -> Entry:
    """Raises Invalid when it is no object."""
    if not isinstance(value, dict):
        raise Invalid("This is not an object.", code="json_invalid")
    return cast("Entry", value)


def entries(value: object) -> list[object]:
    """What a list holds, nothing for what is not there; raises Invalid when it is no list."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise Invalid("A list is missing.", code="json_invalid")
    return cast("list[object]", value)


def text_of(entry: Entry, name: str) -> str:
    """Empty when it is not there; raises Invalid when it is neither text nor a number."""
    value = entry.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Invalid(f"“{name}” is not text.", code="json_invalid")
    return f"{value:.0f}" if isinstance(value, float) else str(value)


def _object(pairs: Sequence[tuple[str, object]]) -> Entry:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise _Refused
    return made


def _constant(_name: str) -> NoReturn:
    raise _Refused


def _depth(value: object) -> int:
    """How far lists and objects are nested, counted to just past what is allowed."""
    level, depth = [value], 0
    while level and depth <= MAX_DEPTH:
        below: list[object] = []
        for each in level:
            if isinstance(each, dict):
                below.extend(cast("Entry", each).values())
            elif isinstance(each, list):
                below.extend(cast("list[object]", each))
        level, depth = below, depth + 1
    return depth


def _located(text: str, first_line: int) -> Invalid:
    """The first place that is refused: a second look, for what the parser does not place."""
    open_keys: list[set[str] | None] = []
    for token, following in pairwise(chain(TOKEN.finditer(text), [None])):
        if token is None:
            break
        word = token[0]
        if word in "{[":
            open_keys.append(set() if word == "{" else None)
        elif word in "}]" and open_keys:
            open_keys.pop()
        reason = _reason(word, following is not None and following[0] == ":", open_keys)
        if reason:
            return _invalid(reason, text, token.start(), first_line)
    return Invalid("The file is not valid JSON.", code="json_invalid")


def _reason(word: str, is_key: bool, open_keys: Sequence[set[str] | None]) -> str:
    if len(open_keys) > MAX_DEPTH:
        return f"Nested deeper than {MAX_DEPTH} levels"
    if word in {"NaN", "Infinity", "-Infinity"}:
        return f"{word} is no number of JSON"
    keys = open_keys[-1] if open_keys else None
    if not is_key or keys is None:
        return ""
    key = cast("str", json.loads(word))
    if key in keys:
        return "The same key stands twice"
    keys.add(key)
    return ""


def _invalid(reason: str, text: str, position: int, first_line: int = 1) -> Invalid:
    line = text.count("\n", 0, position) + first_line
    column = position - text.rfind("\n", 0, position)
    return Invalid(f"{reason}: line {line}, column {column}.", code="json_invalid")
