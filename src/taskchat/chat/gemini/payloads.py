"""Reading JSON that others wrote: a value of another type than expected reads as an empty one."""

import json
from typing import cast

from pydantic_core import from_json

MOST = 2**40  # more than anybody counts, and what every database can hold

type JsonObject = dict[str, object]


def read_json(data: bytes) -> object:
    """Raises ValueError. What the quick reader is too strict for, such as half an emoji, the other reads."""
    try:
        return from_json(data)
    except ValueError:
        return parse_json(data)


def parse_json(data: bytes | str) -> object:
    """Raises ValueError, also for what is nested too deeply."""
    try:
        return json.loads(data)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def as_object(value: object) -> JsonObject:
    return cast(JsonObject, value) if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    return cast(list[object], value) if isinstance(value, list) else []


def as_text(value: object) -> str:
    return value if isinstance(value, str) else ""


def as_count(value: object) -> int:
    return min(value, MOST) if isinstance(value, int) and value > 0 else 0
