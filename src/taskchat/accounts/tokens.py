"""API tokens: secrets that programs send. Only their hashes are kept."""

import hashlib
import re
import secrets

PREFIX = "tc_"
RANDOM_BYTES = 32

_SECRET = re.compile(PREFIX + f"[0-9a-f]{{{2 * RANDOM_BYTES}}}")


def new_secret() -> str:
    return PREFIX + secrets.token_hex(RANDOM_BYTES)


def is_secret(text: str) -> bool:
    """Whether it has the form of one."""
    return _SECRET.fullmatch(text) is not None


def digest(secret: str) -> str:
    """SHA-256 in hex. Fast is safe here: 256 random bits cannot be guessed as a password can."""
    return hashlib.sha256(secret.encode()).hexdigest()
