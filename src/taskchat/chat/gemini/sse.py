"""Cutting a reply's bytes into JSON payloads."""

import json
from enum import Enum

from taskchat.chat.gemini.payloads import read_json

LOOSE_BYTES = 1024 * 1024  # a whole completion of a server that does not stream


class Mark(Enum):
    """What a reply can hold instead of a JSON payload."""

    DONE = "done"
    BROKEN = "broken"
    NOT_A_STREAM = "not_a_stream"


type Payload = object


class EventReader:
    """Reads `data:` lines, and JSON outside of them: errors in mid-stream arrive bare."""

    def __init__(self) -> None:
        self._line = b""
        self._data: list[bytes] = []
        self._loose = b""

    def feed(self, data: bytes) -> list[Payload]:
        """Payloads that are complete now, in order; never raises, trouble is a Mark."""
        *lines, self._line = (self._line + data).split(b"\n")
        payloads: list[Payload] = []
        for line in lines:
            payloads.extend(self._take(line.rstrip(b"\r")))
        return payloads

    def close(self) -> list[Payload]:
        """The last event may come without the blank line that should end it."""
        rest, self._line = self._line, b""
        return [*self._take(rest.rstrip(b"\r")), *self._take(b"")]

    def _take(self, line: bytes) -> list[Payload]:
        if line.startswith(b"data:"):
            self._data.append(line[5:].strip())
            return []
        if not line:
            return self._flush()
        if line.startswith((b":", b"event:", b"id:", b"retry:")):
            return []
        return self._take_loose(line)

    def _flush(self) -> list[Payload]:
        if not self._data:
            return []
        data, self._data = b"\n".join(self._data), []
        if data == b"[DONE]":
            return [Mark.DONE]
        try:
            return [read_json(data)]
        except ValueError:
            return [Mark.BROKEN]

    def _take_loose(self, line: bytes) -> list[Payload]:
        self._loose += line + b"\n"
        if not self._loose.lstrip().startswith((b"{", b"[")) or len(self._loose) > LOOSE_BYTES:
            self._loose = b""
            return [Mark.NOT_A_STREAM]
        if not line.rstrip().endswith((b"}", b"]")):
            return []
        try:
            payload = json.loads(self._loose)
        except ValueError:
            return []
        self._loose = b""
        return [payload]
