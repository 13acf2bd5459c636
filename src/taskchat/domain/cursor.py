"""Where a page ended, as an opaque word that a client hands back."""

import base64
import binascii
import json
from typing import cast

from taskchat.domain.errors import Invalid
from taskchat.domain.text import is_storable

type Key = str | int


def encode(*keys: Key) -> str:
    return (
        base64.urlsafe_b64encode(json.dumps(keys, ensure_ascii=False).encode()).decode().rstrip("=")
    )


def decode(cursor: str, *types: type[Key]) -> list[Key]:
    """The keys that `encode` was given; raises Invalid for anything else."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        decoded: object = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        decoded = None
    keys = cast("list[Key]", decoded) if isinstance(decoded, list) else []
    if [type(key) for key in keys] != list(types) or not all(map(_fits, keys)):
        raise Invalid("The cursor is not one that a page gave.", code="cursor_invalid")
    return keys


def _fits(key: Key) -> bool:
    """Whether a database can compare it with a column."""
    return abs(key) < 2**63 if isinstance(key, int) else is_storable(key)
