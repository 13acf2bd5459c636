"""Moments that travel in texts: when something was sent, by the clock that all processes share."""

import re
import time

DIGITS = 18  # of nanoseconds, so that every stamp is as long as the others
LENGTH = 1 + DIGITS
STAMP = re.compile(rb"@(\d{%d})" % DIGITS)


def stamp() -> str:
    return f"@{time.monotonic_ns():0{DIGITS}}"


def unfinished(data: bytes) -> bytes:
    """The beginning of a stamp at the end of `data`, whose rest comes with the next read."""
    place = data.rfind(b"@", max(0, len(data) - LENGTH + 1))
    return data[place:] if place >= 0 else b""
