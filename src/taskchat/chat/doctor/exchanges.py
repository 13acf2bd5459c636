"""The model server's replies as they arrive, before anything of them is repaired."""

import asyncio
from collections.abc import AsyncGenerator, Callable
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
        choices = as_list(self.data.get("choices"))
        choice = as_object(choices[0]) if choices else {}
        return as_object(choice.get("message")) or as_object(choice.get("delta"))


@dataclass(slots=True)
class Exchange:
    """One request and its reply. `status` is 0 until there is a reply, `redirected_to` the host that it names.

    `model` is what the answer's model is called by the server.
    """

    body: JsonObject
    began: float
    status: int = 0
    content_type: str = ""
    redirected_to: str = ""
    model: str = ""
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


class WitnessedEndpoint(Endpoint):
    """Passes everything on and keeps it; sends no more than `most` requests."""

    def __init__(
        self, *, base_url: str, api_key: str, model: str, idle_timeout: float, most: int
    ) -> None:
        super().__init__(base_url=base_url, api_key=api_key, model=model, idle_timeout=idle_timeout)
        self.exchanges: list[Exchange] = []
        self._most = most

    @override
    async def ask(
        self, body: JsonObject, has_finished: Callable[[], bool] = lambda: False
    ) -> AsyncGenerator[list[Payload]]:
        if len(self.exchanges) >= self._most:
            raise OutOfRequests(self._most)
        clock = asyncio.get_running_loop().time
        exchange = Exchange(body, clock())
        self.exchanges.append(exchange)
        try:
            async with aclosing(super().ask(body, has_finished)) as batches:
                async for batch in batches:
                    self._keep(batch, exchange, clock() - exchange.began)
                    yield batch
        except ModelFailure as failure:
            exchange.failure = failure
            raise
        finally:
            exchange.seconds = clock() - exchange.began

    def _keep(self, batch: list[Payload], exchange: Exchange, seconds: float) -> None:
        for payload in batch:
            event = Event(seconds, as_object(payload))
            exchange.events.append(event)
            exchange.model = exchange.model or self.server.scrub(as_text(event.data.get("model")))

    @override
    async def _send(self, body: bytes, deadline: float) -> ClientResponse:
        response = await super()._send(body, deadline)
        exchange = self.exchanges[-1]
        exchange.status = response.status
        exchange.content_type = response.content_type
        place = urlsplit(response.headers.get("Location", "")).hostname or ""
        exchange.redirected_to = self.server.scrub(place)
        return response
