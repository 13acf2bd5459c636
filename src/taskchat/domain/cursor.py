"""Where a page ended, as an opaque word that a client hands back."""

import base64
import binascii
import json

from taskchat.domain.errors import Invalid

type Key = str | int


def encode(*keys: Key) -> str:
    return base64.urlsafe_b64encode(json.dumps(keys).encode()).decode().rstrip("=")


def decode(cursor: str, *types: type[Key]) -> list[Key]:
    """The keys that `encode` was given; raises Invalid for anything else."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        keys = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        keys = None
    if not isinstance(keys, list) or [type(key) for key in keys] != list(types):
        raise Invalid("The cursor is not one that a page gave.", code="cursor_invalid")
    if any(isinstance(key, int) and abs(key) >= 2**63 for key in keys):
        raise Invalid("The cursor is not one that a page gave.", code="cursor_invalid")
    return keys
