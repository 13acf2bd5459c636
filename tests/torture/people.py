"""A person whose requests survive the servers: each is sent again, with its key, until it is answered."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.torture.wire import Cut, Reply, asking

JSON = {"Content-Type": "application/json"}
AGAIN_SECONDS = 0.1
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Begun:
    """`key` is the idempotency key of the message that the run answers."""

    run_id: str
    thread_id: str
    title: str
    key: str


@dataclass
class Person:
    urls: Sequence[str]
    cookie: str = ""
    email: str = ""
    strange: list[str] = field(default_factory=list[str])
    at: int = 0

    @property
    def url(self) -> str:
        return self.urls[self.at % len(self.urls)]

    async def register(self) -> None:
        self.email = f"{uuid4().hex}@example.com"
        account = {"email": self.email, "password": "long enough", "timezone": "UTC"}
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self.cookie:
                with suppress(Cut):
                    async with self._asking("POST", "/api/auth/register", account) as reply:
                        if reply.status == 201:
                            self.cookie = reply.headers["set-cookie"].partition(";")[0]
                await self._pause()

    async def say(self, title: str, thread_id: str | None = None, *, key: str = "") -> Begun:
        """Returns when the message is on record; the connection is dropped then."""
        key = key or uuid4().hex
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                with suppress(Cut):
                    if begun := await self._say(title, thread_id, key):
                        return begun
                await self._pause()

    async def _say(self, title: str, thread_id: str | None, key: str) -> Begun | None:
        """None when the server is not there to take it."""
        headers = {"X-TaskChat-Detached": "1", "Idempotency-Key": key}
        body = message(f"Note {title}", thread_id)
        async with self._asking("POST", "/api/chatkit", body, headers) as reply:
            if reply.status != 200:
                if reply.status != 503:
                    self.strange.append(f"POST: {reply.status} {await reply.body()!r}")
                return None
            async for block in reply.blocks():
                event: dict[str, Any] = json.loads(block.data or "{}")
                if event.get("type") in ("run.started", "run.queued"):
                    return Begun(event["run_id"], event["thread_id"], title, key)
        return None

    async def items(self, thread_id: str) -> list[dict[str, Any]]:
        params = {"thread_id": thread_id, "order": "asc", "limit": 100}
        page = await self.call("items.list", **params)
        return page["data"]

    async def call(self, kind: str, **params: Any) -> Any:
        _, answer = await self.send("POST", "/api/chatkit", {"type": kind, "params": params})
        return answer

    async def send(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and JSON, asked for until a server answers."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                with suppress(Cut):
                    async with self._asking(method, path, body) as reply:
                        text = b"" if reply.status == 204 else await reply.body()
                        if reply.status != 503:
                            return reply.status, json.loads(text or b"null")
                await self._pause()

    def _asking(
        self, method: str, path: str, body: Any, others: Mapping[str, str] | None = None
    ) -> AbstractAsyncContextManager[Reply]:
        sent = json.dumps(body).encode() if body is not None else b""
        given = {**JSON, **({"Cookie": self.cookie} if self.cookie else {}), **(others or {})}
        return asking(self.url, path, given, method=method, body=sent)

    async def _pause(self) -> None:
        if not self.cookie or len(self.urls) > 1:
            self.at += 1
        await asyncio.sleep(AGAIN_SECONDS)


def message(text: str, thread_id: str | None) -> dict[str, Any]:
    content = [{"type": "input_text", "text": text}]
    params: dict[str, Any] = {
        "input": {"content": content, "attachments": [], "inference_options": {}}
    }
    if thread_id is None:
        return {"type": "threads.create", "params": params}
    return {"type": "threads.add_user_message", "params": params | {"thread_id": thread_id}}
