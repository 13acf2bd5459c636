"""Identifiers that nobody can guess and that never collide."""

import secrets

RANDOM_BYTES = 16


def new_id(prefix: str) -> str:
    """`prefix`, an underscore and 128 random bits in hex."""
    return f"{prefix}_{secrets.token_hex(RANDOM_BYTES)}"
