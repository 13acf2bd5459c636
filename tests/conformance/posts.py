"""What a writer of the Durable Streams protocol asks for."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from starlette.datastructures import Headers

CLOSED = '{"closed":true}'  # an entry that no body can become: bodies are strings or come in a list
MOST_BYTES = 4 * 1024 * 1024
MOST_INTEGER = 2**53 - 1
WRITER = ("producer-id", "producer-epoch", "producer-seq")


@dataclass
class Refused(Exception):
    status: int
    reason: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Append:
    """`entries` end with CLOSED where the stream is closed; `producer` is empty for a plain writer."""

    entries: list[str]
    closes: bool
    sequence: str | None
    producer: str
    epoch: int = 0
    number: int = 0

    @property
    def only_closes(self) -> bool:
        return self.entries == [CLOSED]

    def check_writer(self, known: tuple[int, int] | None) -> bool:
        """Whether this is new; raises Refused for a writer that was replaced, or one that left something out."""
        if not self.producer:
            return True
        epoch, last = known or (self.epoch, -1)
        if self.epoch < epoch:
            raise Refused(403, "A newer writer took over.", {"Producer-Epoch": str(epoch)})
        if self.epoch > epoch and self.number:
            raise Refused(400, "A new epoch begins with 0.")
        expected = 0 if self.epoch > epoch else last + 1
        if self.number > expected:
            gap = {
                "Producer-Expected-Seq": str(expected),
                "Producer-Received-Seq": str(self.number),
            }
            raise Refused(409, "Something is missing before.", gap)
        return self.number == expected

    def echo(self, known: tuple[int, int] | None) -> dict[str, str]:
        if not self.producer:
            return {}
        epoch, number = known or (self.epoch, self.number)
        return {"Producer-Epoch": str(epoch), "Producer-Seq": str(number)}


def type_of(headers: Headers) -> str:
    given = headers.get("content-type", "application/octet-stream")
    return given.partition(";")[0].strip().lower()


def read_append(
    headers: Headers, body: bytes, content_type: str, *, creates: bool = False
) -> Append:
    closes = headers.get("stream-closed") == "true"
    if not body and not closes:
        raise Refused(400, "There is nothing to append.")
    if body and "content-type" not in headers and not creates:
        raise Refused(400, "The content type is missing.")
    if body and not creates and type_of(headers) != content_type:
        raise Refused(409, "The stream has another content type.")
    if len(body) > MOST_BYTES:
        raise Refused(413, "That is too much at once.")
    entries = _entries(body, content_type, creates=creates) if body else []
    producer, epoch, number = _writer(headers)
    if closes:
        entries.append(CLOSED)
    return Append(entries, closes, headers.get("stream-seq"), producer, epoch, number)


def _entries(body: bytes, content_type: str, *, creates: bool) -> list[str]:
    if content_type != "application/json":
        return [json.dumps(base64.b64encode(body).decode())]
    try:
        value: Any = json.loads(body)
    except ValueError:
        raise Refused(400, "That is no JSON.") from None
    values = cast("list[Any]", value) if isinstance(value, list) else [value]
    if not values and not creates:
        raise Refused(400, "There is nothing to append.")
    return [json.dumps(each, ensure_ascii=False, separators=(", ", ":")) for each in values]


def _writer(headers: Headers) -> tuple[str, int, int]:
    given = [headers.get(name) for name in WRITER]
    if all(value is None for value in given):
        return "", 0, 0
    producer, *numbers = (value or "" for value in given)
    if not producer or not all(n.isascii() and n.isdigit() for n in numbers):
        raise Refused(400, "A writer has a name, an epoch and a sequence number.")
    epoch, number = (int(n) for n in numbers)
    if max(epoch, number) > MOST_INTEGER:
        raise Refused(400, "That number is too large.")
    return producer, epoch, number
