"""The model server's replies as they arrive, before anything of them is repaired."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import override
from urllib.parse import urlsplit

from aiohttp import ClientResponse

from taskchat.chat.failures import FailureKind, ModelFailure
from taskchat.chat.gemini.endpoint import Endpoint
from taskchat.chat.gemini.payloads import JsonObject, as_list, as_object, as_text
from taskchat.chat.gemini.sse import Payload


class OutOfRequests(ModelFailure):
    """As many requests were sent as one examination may cost."""

    def __init__(self, most: int) -> None:
        sentence = f"It took more than {most} requests to find out."
        super().__init__(FailureKind.BUDGET, sentence, allow_retry=False)


@dataclass(frozen=True, slots=True)
class Event:
    """`seconds` have passed since the request was sent."""

    seconds: float
    data: JsonObject

    @property
    def said(self) -> JsonObject:
        """What the event adds to the answer: a delta, or the message of a whole completion."""
        choice = self._choice
        return as_object(choice.get("message") or choice.get("delta"))

    @property
    def is_whole(self) -> bool:
        return "message" in self._choice

    @property
    def _choice(self) -> JsonObject:
        choices = as_list(self.data.get("choices"))
        return as_object(choices[0]) if choices else {}


@dataclass(slots=True)
class Exchange:
    """One request and its reply. `status` is 0 until there is a reply, `redirected_to` the host that it names."""

    body: JsonObject
    began: float
    status: int = 0
    content_type: str = ""
    redirected_to: str = ""
    events: list[Event] = field(default_factory=list[Event])
    seconds: float = 0.0
    failure: ModelFailure | None = None

    @property
    def texts(self) -> list[Event]:
        return [event for event in self.events if event.said.get("content")]

    @property
    def calls(self) -> list[JsonObject]:
        """The pieces of tool calls."""
        return [
            as_object(e) for event in self.events for e in as_list(event.said.get("tool_calls"))
        ]

    @property
    def usages(self) -> list[JsonObject]:
        found = (as_object(event.data.get("usage")) for event in self.events)
        return [usage for usage in found if usage]

    @property
    def model(self) -> str:
        """What the answer's model is called by the server."""
        names = (as_text(event.data.get("model")) for event in self.events)
        return next((name for name in names if name), "")


class WitnessedEndpoint(Endpoint):
    """Passes everything on and keeps it; sends no more than `most` requests."""

    def __init__(
        self, *, base_url: str, api_key: str, model: str, idle_timeout: float, most: int
    ) -> None:
        super().__init__(base_url=base_url, api_key=api_key, model=model, idle_timeout=idle_timeout)
        self.exchanges: list[Exchange] = []
        self._most = most

    @override
    async def ask(self, body: JsonObject) -> AsyncGenerator[list[Payload]]:
        if len(self.exchanges) >= self._most:
            raise OutOfRequests(self._most)
        clock = asyncio.get_running_loop().time
        exchange = Exchange(body, clock())
        self.exchanges.append(exchange)
        try:
            async with aclosing(super().ask(body)) as batches:
                async for batch in batches:
                    passed = clock() - exchange.began
                    exchange.events += [Event(passed, as_object(payload)) for payload in batch]
                    yield batch
        except ModelFailure as failure:
            exchange.failure = failure
            raise
        finally:
            exchange.seconds = clock() - exchange.began

    @override
    async def _send(self, body: bytes) -> ClientResponse:
        response = await super()._send(body)
        exchange = self.exchanges[-1]
        exchange.status = response.status
        exchange.content_type = response.content_type
        exchange.redirected_to = urlsplit(response.headers.get("Location", "")).hostname or ""
        return response
