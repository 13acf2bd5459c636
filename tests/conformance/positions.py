"""Offsets and bodies of the Durable Streams protocol, as entries of a log."""

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from taskchat.streams.tail import Entry
from tests.conformance.posts import CLOSED, Refused

DIGITS = 16  # so that offsets sort as text
OFFSET = re.compile(rf"[0-9]{{{DIGITS}}}")


def position(cursor: int) -> str:
    return f"{cursor:0{DIGITS}}"


def at(offset: str) -> int:
    if offset == "-1":
        return 0
    if not OFFSET.fullmatch(offset):
        raise Refused(400, "That is no offset of this stream.")
    return int(offset)


@dataclass(frozen=True)
class Page:
    """Consecutive entries; `reached` is the cursor of the last one, 0 when there is none."""

    payloads: tuple[str, ...]
    reached: int

    def __bool__(self) -> bool:
        return bool(self.payloads)

    @property
    def is_end(self) -> bool:
        return CLOSED in self.payloads

    @property
    def _said(self) -> list[str]:
        return [payload for payload in self.payloads if payload != CLOSED]

    def body(self, content_type: str) -> bytes:
        if content_type == "application/json":
            return f"[{','.join(self._said)}]".encode()
        return b"".join(base64.b64decode(json.loads(payload)) for payload in self._said)

    def texts(self, content_type: str) -> list[str]:
        """What server-sent events carry; empty where only the end was told."""
        if not self._said:
            return []
        if content_type == "application/json" or content_type.startswith("text/"):
            return [self.body(content_type).decode()]
        return [json.loads(payload) for payload in self._said]


def page_of(entries: Sequence[Entry]) -> Page:
    payloads = tuple(entry.payload for entry in entries)
    return Page(payloads, entries[-1].cursor.fact if entries else 0)
