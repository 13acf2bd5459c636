"""Cutting a reply's bytes into JSON payloads."""

from enum import Enum

from taskchat.chat.gemini.payloads import parse_json, read_json

LOOSE_BYTES = 1024 * 1024  # a whole completion of a server that does not stream
HELD_BYTES = 4 * 1024 * 1024  # of lines and events that do not end
LOOSE_TRIES = 50  # each reads all of it again


class Mark(Enum):
    """What a reply can hold instead of a JSON payload."""

    DONE = "done"
    BROKEN = "broken"
    NOT_A_STREAM = "not_a_stream"


type Payload = object


class EventReader:
    """Reads `data:` lines, and JSON outside of them: errors in mid-stream arrive bare."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._data: list[bytes] = []
        self._data_bytes = 0
        self._loose = bytearray()
        self._loose_tries = 0

    def feed(self, data: bytes) -> list[Payload]:
        """Payloads that are complete now, in order; never raises, trouble is a Mark."""
        *ends, rest = data.split(b"\n")
        payloads: list[Payload] = []
        for end in ends:
            payloads.extend(self._take(self._finished(end)))
            if self._data_bytes > HELD_BYTES:
                break
        self._line += rest
        if len(self._line) + self._data_bytes > HELD_BYTES:
            self._line.clear()
            self._drop_data()
            payloads.append(Mark.BROKEN)
        return payloads

    def close(self) -> list[Payload]:
        """The last event may come without the blank line that should end it."""
        payloads = [*self._take(self._finished(b"")), *self._take(b"")]
        return [*payloads, *self._read_loose()] if self._loose else payloads

    def _finished(self, end: bytes) -> bytes:
        line = bytes(self._line) + end if self._line else end
        self._line.clear()
        return line.rstrip(b"\r")

    def _take(self, line: bytes) -> list[Payload]:
        if line.startswith(b"data:"):
            self._data.append(line[5:].strip())
            self._data_bytes += len(line)
            return []
        if not line:
            return self._flush()
        if line.startswith((b":", b"event:", b"id:", b"retry:")):
            return []
        return self._take_loose(line)

    def _flush(self) -> list[Payload]:
        if not self._data:
            return []
        data = b"\n".join(self._data)
        self._drop_data()
        if data == b"[DONE]":
            return [Mark.DONE]
        try:
            return [read_json(data)]
        except ValueError:
            return [Mark.BROKEN]

    def _drop_data(self) -> None:
        self._data = []
        self._data_bytes = 0

    def _take_loose(self, line: bytes) -> list[Payload]:
        begins = bool(self._loose) or line.lstrip().startswith((b"{", b"["))
        self._loose += line + b"\n"
        if not begins or len(self._loose) > LOOSE_BYTES:
            self._drop_loose()
            return [Mark.NOT_A_STREAM]
        if self._loose_tries >= LOOSE_TRIES or not line.rstrip().endswith((b"}", b"]")):
            return []
        return self._read_loose()

    def _read_loose(self) -> list[Payload]:
        """Nothing while it is not whole."""
        self._loose_tries += 1
        try:
            payload = parse_json(bytes(self._loose))
        except ValueError:
            return []
        self._drop_loose()
        return [payload]

    def _drop_loose(self) -> None:
        self._loose.clear()
        self._loose_tries = 0
