"""A stand-in for Gemini's OpenAI-compatible endpoint on a real socket."""

import asyncio
import json
import re
import socket
import struct
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self, cast

from taskchat.standin import rules
from taskchat.standin.asked import Asked
from taskchat.standin.breaks import SLOW_FIRST
from taskchat.standin.faults import play_for
from taskchat.standin.plays import Play
from taskchat.standin.validation import (
    bad_key,
    invalid_json,
    refuse,
    unknown_fault,
    unknown_model,
)
from taskchat.standin.wire import Cut, Pause, Reply, plain

PATH = "/v1beta/openai"
MODELS = frozenset(
    {"gemini-2.5-flash", "gemini-2.5-flash-lite", "gemini-2.5-pro", "gemini-3-flash-preview"}
    | {"gemini-3.1-flash-lite", "gemini-3.5-flash-lite", "gemini-3.5-flash", "gemini-3.6-flash"}
    | {"gemini-3.7-flash", "gemini-3.8-flash"}
)
SIGNATURE = re.compile(rb'"thought_signature":"([^"]+)"')
RESET = struct.pack("ii", 1, 0)


@dataclass(eq=False)
class Recorded:
    """One request; `refusal` is the rule that it broke, `left` is set when the client hung up before its reply was complete."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    is_json: bool = True
    refusal: str = ""
    left: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def messages(self) -> list[dict[str, Any]]:
        return self.body["messages"]


class StandIn:
    """Answers by rules; a word such as [[fault:rpd]] in a message plays a fault instead.

    `delay_first` and `pace` are seconds before each reply and between the rule-based deltas,
    `slow_first` those before the reply of the fault with that name.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        api_key: str = "test-key",
        models: Sequence[str] = (),
        delay_first: float = 0.0,
        pace: float = 0.0,
        slow_first: float = 12.0,
    ) -> None:
        self.api_key = api_key
        self.requests: list[Recorded] = []
        self.connections = 0
        self.delay_first = delay_first
        self.pace = pace
        self._slow_first = slow_first
        self._address = (host, port)
        self._models = MODELS | set(models)
        self._script: deque[Reply | str] = deque()
        self._issued: set[str] = set()
        self._tries: Counter[str] = Counter()
        self._talks: set[asyncio.Task[None]] = set()
        self._arrival = asyncio.Event()

    async def __aenter__(self) -> Self:
        host, port = self._address
        self._server = await asyncio.start_server(self._welcome, host, port)
        self._address = (host, self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def base_url(self) -> str:
        host, port = self._address
        return f"http://{host}:{port}{PATH}/"

    def script(self, replies: Sequence[Reply | str]) -> None:
        """What the next requests get, in order: replies, or names of faults ("" for none)."""
        self._script.extend(replies)

    async def request_with(self, words: str) -> Recorded:
        """The first request in which the person's last message holds the words, once it is there."""
        while not (found := self.requests_with(words)):
            await self._arrival.wait()
        return found[0]

    def requests_with(self, words: str) -> list[Recorded]:
        return [request for request in self.requests if words in Asked(request.body).last_user]

    async def serve_forever(self) -> None:
        await self._server.serve_forever()

    def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        talk = asyncio.create_task(self._talk(reader, writer))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                early = b""
                while True:
                    recorded = await _read_request(reader, early)
                    early = await self._answer(recorded, reader, writer)
        finally:
            writer.close()

    async def _answer(
        self, recorded: Recorded, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bytes:
        """Plays one reply; returns what the client sent meanwhile."""
        reply = self._reply(recorded)
        listening = asyncio.create_task(reader.read(1))
        playing = asyncio.create_task(self._play(reply, writer))
        try:
            await asyncio.wait({listening, playing}, return_when=asyncio.FIRST_COMPLETED)
            if not playing.done() and listening.result() == b"":
                recorded.left.set()
                raise ConnectionError
            await playing
            return await listening
        except (asyncio.IncompleteReadError, ConnectionError):
            recorded.left.set()
            raise
        finally:
            for task in (listening, playing):
                task.cancel()
            await asyncio.gather(listening, playing, return_exceptions=True)

    async def _play(self, reply: Reply, writer: asyncio.StreamWriter) -> None:
        for step in reply.steps:
            match step:
                case bytes():
                    self._issued.update(sig.decode() for sig in SIGNATURE.findall(step))
                    writer.write(step)
                    await writer.drain()
                case Pause(seconds):
                    await asyncio.sleep(seconds)
                case Cut.CLOSE:
                    writer.close()
                case Cut.RESET:
                    _reset(writer)

    def _reply(self, recorded: Recorded) -> Reply:
        if recorded.path == "/__script":
            self.script(recorded.body["steps"])
            return plain(200, "application/json", "{}")
        if recorded.path == "/__requests":
            bodies = [request.body for request in self.requests]
            return plain(200, "application/json", json.dumps(bodies))
        if recorded.path != f"{PATH}/chat/completions":
            return plain(404, "text/html", "<html>Not Found</html>")
        self.requests.append(recorded)
        self._arrival.set()
        self._arrival = asyncio.Event()
        asked = self._asked(recorded)
        refused = self._refuse(recorded, asked)
        recorded.refusal = refused.refusal if refused else ""
        reply = refused or self._choose(asked)
        return reply.after(self.delay_first) if self.delay_first else reply

    def _asked(self, recorded: Recorded) -> Asked:
        asked = Asked(recorded.body)
        tries = self._tries[asked.fingerprint]
        self._tries[asked.fingerprint] += 1
        return Asked(recorded.body, tries)

    def _refuse(self, recorded: Recorded, asked: Asked) -> Reply | None:
        if recorded.headers.get("authorization") != f"Bearer {self.api_key}":
            return bad_key()
        if not recorded.is_json:
            return invalid_json()
        if asked.model not in self._models:
            return unknown_model(asked.model)
        return refuse(asked, frozenset(self._issued))

    def _choose(self, asked: Asked) -> Reply:
        scripted = self._script.popleft() if self._script else asked.fault
        if isinstance(scripted, Reply):
            return scripted
        try:
            play: Play | None = play_for(scripted) if scripted else None
        except KeyError:
            return unknown_fault(scripted)
        reply = (play(asked) if play else None) or rules.answer(asked, pace=self.pace)
        return reply.after(self._slow_first) if scripted == SLOW_FIRST else reply


async def _read_request(reader: asyncio.StreamReader, early: bytes) -> Recorded:
    head = (early + await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.strip().split("\r\n")
    pairs = (line.split(":", 1) for line in lines)
    headers = {name.strip().lower(): value.strip() for name, value in pairs}
    data = await reader.readexactly(int(headers.get("content-length", "0")))
    body = _read_object(data)
    return Recorded(first.split(" ")[1], headers, body or {}, is_json=body is not None or not data)


def _read_object(data: bytes) -> dict[str, Any] | None:
    try:
        body = json.loads(data)
    except ValueError:
        return None
    return cast(dict[str, Any], body) if isinstance(body, dict) else None


def _reset(writer: asyncio.StreamWriter) -> None:
    """Closing with unsent data discarded makes the kernel send RST instead of FIN."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    writer.transport.abort()
