"""The exact bytes of Gemini's replies, and the pauses and cuts between them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

type Json = dict[str, object]

STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
)
STREAM_END = b"0\r\n\r\n"
DONE = b"data: [DONE]\n\n"
OVERLOADED: Json = {
    "error": {
        "code": 503,
        "message": "The model is overloaded. Please try again later.",
        "status": "UNAVAILABLE",
    }
}
REASONS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float


class Cut(Enum):
    """How a connection ends before its reply does."""

    CLOSE = "close"
    RESET = "reset"


type Step = bytes | Pause | Cut


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent, in order; `refusal` names the rule that the request broke."""

    steps: tuple[Step, ...]
    refusal: str = ""

    def after(self, seconds: float) -> "Reply":
        return replace(self, steps=(Pause(seconds), *self.steps))


def event(payload: object) -> bytes:
    return b"data: " + compact(payload) + b"\n\n"


def compact(payload: object) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def chunk(
    model: str = "gemini-3.5-flash-lite", usage: Json | None = None, **choice: object
) -> bytes:
    """One `chat.completion.chunk`; keyword arguments are the fields of its only choice."""
    payload: Json = {
        "choices": [{**choice, "index": 0}],
        "created": 1760000000,
        "id": "R1",
        "model": model,
        "object": "chat.completion.chunk",
    }
    return event(payload if usage is None else {**payload, "usage": usage})


def text(content: str, *, finish: str | None = None, thought: bool = False) -> bytes:
    delta: Json = {"content": content, "role": "assistant"}
    if thought:
        delta["extra_content"] = {"google": {"thought": True}}
    return _chunk_of(delta, finish)


def calls(*tool_calls: Json, finish: str | None = None) -> bytes:
    return _chunk_of({"role": "assistant", "tool_calls": list(tool_calls)}, finish)


def finish(reason: str) -> bytes:
    return chunk(delta={"role": "assistant"}, finish_reason=reason)


def _chunk_of(delta: Json, finish: str | None) -> bytes:
    return chunk(delta=delta) if finish is None else chunk(delta=delta, finish_reason=finish)


def call(
    call_id: str | None, name: str, arguments: str, *, signature: str = "", index: int | None = None
) -> Json:
    """One entry of `tool_calls`; an id or index of None leaves the key out."""
    entry: Json = {"function": {"arguments": arguments, "name": name}, "type": "function"}
    if call_id is not None:
        entry["id"] = call_id
    if index is not None:
        entry["index"] = index
    return {**entry, **signed(signature)} if signature else entry


def signed(signature: str) -> Json:
    return {"extra_content": {"google": {"thought_signature": signature}}}


def stream(*events: Step, end: Step = STREAM_END, pace: float = 0.0) -> Reply:
    """A chunked reply; `pace` is the pause in seconds after each event."""
    steps: list[Step] = [STREAM_HEAD]
    for part in events:
        steps.append(transfer_chunk(part) if isinstance(part, bytes) else part)
        if pace and isinstance(part, bytes):
            steps.append(Pause(pace))
    return Reply((*steps, end))


def transfer_chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def error(
    code: int,
    status: str,
    message: str,
    *,
    details: Sequence[Json] = (),
    listed: bool = True,
    refusal: str = "",
) -> Reply:
    """An error as Google sends it: pretty-printed, and wrapped into a list."""
    inner: Json = {"code": code, "message": message, "status": status}
    if details:
        inner["details"] = list(details)
    body = json.dumps({"error": inner}, indent=2)
    if listed:
        body = f"[{body}\n]"
    return plain(code, "application/json; charset=UTF-8", f"{body}\n", refusal=refusal)


def plain(code: int, content_type: str, body: str, *, refusal: str = "") -> Reply:
    data = body.encode()
    head = (
        f"HTTP/1.1 {code} {REASONS.get(code, 'OK')}\r\n"
        f"Content-Type: {content_type}\r\n"
        f"Content-Length: {len(data)}\r\n"
        "\r\n"
    )
    return Reply((head.encode() + data,), refusal)
