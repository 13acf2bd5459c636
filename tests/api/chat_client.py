"""A person at the ChatKit protocol: sends requests, reads event streams, remembers nothing."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import httpx2
from anyio import fail_after

from tests.api.serving import Server

type Event = dict[str, Any]

PATIENCE_SECONDS = 20
DETACHED = {"X-TaskChat-Detached": "1"}


@dataclass(frozen=True)
class Frame:
    """One event with its cursor, an opaque word, or none."""

    id: str
    event: Event

    @property
    def fact(self) -> int:
        """Its number, where every event is a fact."""
        return int(self.id)


class ChatClient:
    def __init__(self, http: httpx2.AsyncClient) -> None:
        self.http = http

    async def register(self, email: str = "ann@example.com", timezone: str = "UTC") -> None:
        account = {"email": email, "password": "long enough", "timezone": timezone}
        assert (await self.http.post("/api/auth/register", json=account)).status_code == 201

    async def ask(self, request: Event, **headers: str) -> httpx2.Response:
        return await self.http.post("/api/chatkit", json=request, headers=headers)

    async def call(self, kind: str, /, **params: Any) -> Any:
        answer = await self.ask({"type": kind, "params": params})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def say(self, text: str, thread_id: str | None = None) -> list[Event]:
        """Everything up to the end of the answer."""
        async with self.streaming(message(text, thread_id)) as frames:
            return [frame.event async for frame in frames]

    @asynccontextmanager
    async def streaming(
        self, request: Event, headers: dict[str, str] = DETACHED
    ) -> AsyncGenerator[AsyncGenerator[Frame]]:
        """Leaving the block closes the connection, wherever the answer is."""
        with fail_after(PATIENCE_SECONDS):
            async with self.http.stream(
                "POST", "/api/chatkit", json=request, headers=headers, timeout=PATIENCE_SECONDS
            ) as answer:
                assert answer.status_code == 200, (await answer.aread()).decode()
                yield read_frames(answer)

    @asynccontextmanager
    async def following(self, path: str, **headers: str) -> AsyncGenerator[AsyncGenerator[Frame]]:
        with fail_after(PATIENCE_SECONDS):
            async with self.http.stream(
                "GET", path, headers=headers, timeout=PATIENCE_SECONDS
            ) as answer:
                assert answer.status_code == 200, (await answer.aread()).decode()
                yield read_frames(answer)

    async def items(self, thread_id: str) -> list[Event]:
        page = await self.call("items.list", thread_id=thread_id, order="asc", limit=100)
        return cast("list[Event]", page["data"])


@asynccontextmanager
async def signed_in(server: Server, email: str) -> AsyncGenerator[ChatClient]:
    async with server.client() as http:
        client = ChatClient(http)
        await client.register(email)
        yield client


async def read_frames(answer: httpx2.Response) -> AsyncGenerator[Frame]:
    """Splits at blank lines only: text may hold every other kind of line end."""
    waiting = b""
    async for piece in answer.aiter_raw():
        waiting += piece
        *blocks, waiting = waiting.split(b"\n\n")
        for block in blocks:
            fields = dict(line.split(b": ", 1) for line in block.split(b"\n"))
            if b"data" in fields:
                yield Frame(fields.get(b"id", b"").decode(), json.loads(fields[b"data"]))


async def until_text(frames: AsyncGenerator[Frame]) -> list[Frame]:
    """The frames up to the first piece of the answer."""
    seen: list[Frame] = []
    async for frame in frames:
        seen.append(frame)
        if "delta" in frame.event.get("update", {}):
            break
    return seen


async def until_words(frames: AsyncGenerator[Frame]) -> list[Frame]:
    """Up to the second step of the answer, which comes slowly."""
    seen: list[Frame] = []
    async for frame in frames:
        seen.append(frame)
        if "word" in frame.event.get("update", {}).get("delta", ""):
            return seen
    raise AssertionError("the answer ended early")


def message(text: str, thread_id: str | None = None) -> Event:
    content = [{"type": "input_text", "text": text}]
    params: Event = {"input": {"content": content, "attachments": [], "inference_options": {}}}
    if thread_id is None:
        return {"type": "threads.create", "params": params}
    return {"type": "threads.add_user_message", "params": params | {"thread_id": thread_id}}


def click(thread_id: str, item: Event, button: str, *, streaming: bool = True) -> Event:
    kind = "threads.custom_action" if streaming else "threads.sync_custom_action"
    action = {key: item["widget"][button]["action"][key] for key in ("type", "payload")}
    return {
        "type": kind,
        "params": {"thread_id": thread_id, "item_id": item["id"], "action": action},
    }


def thread_of(events: list[Event]) -> str:
    return next(e["thread"]["id"] for e in events if e["type"] == "thread.created")


def done_items(events: list[Event], kind: str | None = None) -> list[Event]:
    items = [e["item"] for e in events if e["type"] == "thread.item.done"]
    return [item for item in items if kind in (None, item["type"])]


def fold(events: list[Event]) -> list[Event]:
    """The finished items that a client has after these events, in the order in which they appeared."""
    items: dict[str, Event | None] = {}
    for event in events:
        match event:
            case {"type": "thread.item.added", "item": item}:
                items.setdefault(item["id"], None)
            case {"type": "thread.item.done" | "thread.item.replaced", "item": item}:
                items[item["id"]] = item
            case {"type": "thread.item.removed", "item_id": item_id}:
                items.pop(item_id, None)
            case _:
                pass
    return [item for item in items.values() if item]


def text_of(item: Event) -> str:
    return "".join(part["text"] for part in item["content"])


def calls_of(events: list[Event]) -> list[Event]:
    """The finished tool calls: the name and the data that their cards carry."""
    tasks = [t for item in done_items(events, "workflow") for t in item["workflow"]["tasks"]]
    return [{"name": t["title"], **json.loads(t["content"][8:-4])} for t in tasks]


def status_of(events: list[Event]) -> str:
    assert events[-1]["type"] == "run.finished"
    return events[-1]["status"]
