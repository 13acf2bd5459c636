"""A model endpoint that costs next to nothing: `python -m benchmarks.endpoint PORT`.

It answers any message with a few words. A message with CALL in it gets a call of `create_task`
first, whose title says when it was sent. One with ON_AND_ON gets an answer that ends when somebody
asks for END_PATH, one with AT_ONCE a long one without a pause.
"""

import argparse
import asyncio
import json
import time
from typing import Any, cast, override

import uvloop

from benchmarks.completion import HEAD, end, event, text
from benchmarks.pacing import PIECES_AT_ONCE, STOP, Pacer, stamped_piece

HOST = "127.0.0.1"
PATH = "/v1beta/openai/chat/completions"
END_PATH = "/end"
CALL = "[call a tool]"
ON_AND_ON = "[on and on]"
AT_ONCE = "[all at once]"
STAMP = "Sent at"
PACE_SECONDS = 0.005  # between two pieces of a short answer

PIECES = tuple(
    text(words) for words in ("First words ", "of an answer, ", "then more, ", "then the last.")
)
ALIVE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
END_OF_HEAD = b"\r\n\r\n"


class Talk(asyncio.Protocol):
    """One connection, kept for any number of requests, one after the other."""

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer
        self._received = b""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._pacer.leave(self._transport)

    @override
    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, rest = self._received.partition(END_OF_HEAD)
        if not found or len(rest) < (length := _content_length(head)):
            return
        self._received = rest[length:]
        if head.startswith(b"GET "):
            if head.startswith(f"GET {END_PATH} ".encode()):
                self._pacer.end()
            self._transport.write(ALIVE)
        else:
            self._answer(_message(json.loads(rest[:length])))

    def _answer(self, message: str) -> None:
        if CALL in message:
            self._transport.write(HEAD + _call() + end("tool_calls"))
        elif ON_AND_ON in message:
            self._transport.write(HEAD)
            self._pacer.begin(self._transport)
        elif AT_ONCE in message:
            self._transport.write(HEAD + stamped_piece() * PIECES_AT_ONCE + STOP)
        else:
            self._transport.write(HEAD)
            self._say(0)

    def _say(self, place: int) -> None:
        if self._transport.is_closing():
            return
        if place + 1 == len(PIECES):
            self._transport.write(PIECES[place] + STOP)
            return
        self._transport.write(PIECES[place])
        asyncio.get_running_loop().call_later(PACE_SECONDS, self._say, place + 1)


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def _message(body: dict[str, Any]) -> str:
    """What the person said, until a tool's result is there."""
    last = body["messages"][-1]
    return json.dumps(last["content"]) if last["role"] == "user" else ""


def _call() -> bytes:
    arguments = json.dumps({"title": f"{STAMP} {time.monotonic_ns()}"})
    function = {"name": "create_task", "arguments": arguments}
    call = {"index": 0, "id": "call_1", "type": "function", "function": function}
    return event({"index": 0, "delta": {"role": "assistant", "tool_calls": [call]}})


async def serve(port: int) -> None:
    pacer = Pacer()
    server = await asyncio.get_running_loop().create_server(lambda: Talk(pacer), HOST, port)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.endpoint")
    parser.add_argument("port", type=int)
    uvloop.run(serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
