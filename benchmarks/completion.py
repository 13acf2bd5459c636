"""An answer of an OpenAI-compatible endpoint, byte by byte."""

import json

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def event(choice: dict[str, object]) -> bytes:
    chunk: dict[str, object] = {
        "id": "answer",
        "object": "chat.completion.chunk",
        "created": 1760000000,
        "model": "benchmark",
        "choices": [choice],
    }
    return _transfer_chunk(b"data: " + json.dumps(chunk).encode() + b"\n\n")


def text(words: str) -> bytes:
    return event({"index": 0, "delta": {"role": "assistant", "content": words}})


def end(reason: str) -> bytes:
    ending = event({"index": 0, "delta": {}, "finish_reason": reason})
    return ending + _transfer_chunk(b"data: [DONE]\n\n") + _transfer_chunk(b"")


def _transfer_chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"
