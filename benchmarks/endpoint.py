"""A model endpoint that costs next to nothing: `python -m benchmarks.endpoint PORT`.

It answers any message with a few words. A message with CALL in it gets a call of `create_task`
first, whose title says when it was sent.
"""

import argparse
import asyncio
import json
import time
from typing import Any, cast, override

import uvloop

HOST = "127.0.0.1"
PATH = "/v1beta/openai/chat/completions"
CALL = "[call a tool]"
STAMP = "Sent at"
PACE_SECONDS = 0.005  # between two pieces of an answer

PIECES = ("First words ", "of an answer, ", "then more, ", "then the last.")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
ALIVE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
END_OF_HEAD = b"\r\n\r\n"


class Talk(asyncio.Protocol):
    """One connection, kept for any number of requests, one after the other."""

    def __init__(self) -> None:
        self._received = b""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    @override
    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, rest = self._received.partition(END_OF_HEAD)
        if not found or len(rest) < (length := _content_length(head)):
            return
        self._received = rest[length:]
        if head.startswith(b"GET "):
            self._transport.write(ALIVE)
        elif _wants_call(json.loads(rest[:length])):
            self._transport.write(HEAD + _call() + _end("tool_calls"))
        else:
            self._transport.write(HEAD)
            self._say(0)

    def _say(self, place: int) -> None:
        if self._transport.is_closing():
            return
        delta = {"role": "assistant", "content": PIECES[place]}
        piece = _event({"index": 0, "delta": delta})
        if place + 1 == len(PIECES):
            self._transport.write(piece + _end("stop"))
            return
        self._transport.write(piece)
        asyncio.get_running_loop().call_later(PACE_SECONDS, self._say, place + 1)


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def _wants_call(body: dict[str, Any]) -> bool:
    """Only until the tool's result is there."""
    last = body["messages"][-1]
    return last["role"] == "user" and CALL in json.dumps(last["content"])


def _call() -> bytes:
    arguments = json.dumps({"title": f"{STAMP} {time.monotonic_ns()}"})
    function = {"name": "create_task", "arguments": arguments}
    call = {"index": 0, "id": "call_1", "type": "function", "function": function}
    return _event({"index": 0, "delta": {"role": "assistant", "tool_calls": [call]}})


def _event(choice: dict[str, object]) -> bytes:
    chunk: dict[str, object] = {
        "id": "answer",
        "object": "chat.completion.chunk",
        "created": 1760000000,
        "model": "benchmark",
        "choices": [choice],
    }
    return _transfer_chunk(b"data: " + json.dumps(chunk).encode() + b"\n\n")


def _end(reason: str) -> bytes:
    ending = _event({"index": 0, "delta": {}, "finish_reason": reason})
    return ending + _transfer_chunk(b"data: [DONE]\n\n") + _transfer_chunk(b"")


def _transfer_chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Talk, HOST, port)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.endpoint")
    parser.add_argument("port", type=int)
    uvloop.run(serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
