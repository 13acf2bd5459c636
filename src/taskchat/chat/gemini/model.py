"""Gemini, through its OpenAI-compatible endpoint, as a model of the Agents SDK."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, override

from agents.items import TResponseStreamEvent

from taskchat.chat.failures import FailureKind, ModelFailure
from taskchat.chat.gemini import errors
from taskchat.chat.gemini.answer import Answer
from taskchat.chat.gemini.request import GeminiRequest, build_request
from taskchat.chat.gemini.retries import RetryBudget
from taskchat.chat.response_events import ResponseEvents
from taskchat.chat.streamed_model import ModelRequest, StreamedModel

if TYPE_CHECKING:
    from taskchat.chat.gemini.endpoint import Endpoint

logger = logging.getLogger(__name__)

type Sleep = Callable[[float], Awaitable[None]]
type OnWait = Callable[[ModelFailure, float], None]

# These say what happened even when part of the answer is on the screen already.
_TELLING_AFTER_TEXT = frozenset(
    {
        FailureKind.BLOCKED,
        FailureKind.RECITATION,
        FailureKind.TOO_LONG,
        FailureKind.MALFORMED_CALL,
    }
)


@dataclass(frozen=True, slots=True)
class _Try:
    answer: Answer
    events: ResponseEvents


class GeminiModel(StreamedModel):
    """Raises ModelFailure, asks again only while nothing was passed on, never runs half a call."""

    def __init__(
        self, *, endpoint: "Endpoint", model: str, sleep: Sleep, on_wait: OnWait | None
    ) -> None:
        self.model = model
        self._endpoint = endpoint
        self._sleep = sleep
        self._on_wait = on_wait

    @override
    async def close(self) -> None:
        await self._endpoint.close()

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[TResponseStreamEvent]:
        async with aclosing(self._answer(build_request(self.model, request))) as events:
            async for event in events:
                yield event

    async def _answer(self, request: GeminiRequest) -> AsyncGenerator[TResponseStreamEvent]:
        budget = RetryBudget()
        while True:
            current = _Try(Answer(model=self.model), ResponseEvents(model=self.model))
            try:
                async with aclosing(self._try_once(request, current)) as events:
                    async for event in events:
                        yield event
                return
            except ModelFailure as failure:
                if current.events.begun:
                    if failure.kind in _TELLING_AFTER_TEXT:
                        raise
                    raise errors.cut_off() from failure
                request = await self._prepare_next(request, failure, budget)

    async def _try_once(
        self, request: GeminiRequest, current: _Try
    ) -> AsyncGenerator[TResponseStreamEvent]:
        answer, events = current.answer, current.events
        try:
            async with aclosing(self._endpoint.ask(request.body)) as batches:
                async for batch in batches:
                    text, failure = answer.take(batch)
                    for event in events.say(text):
                        yield event
                    if failure:
                        raise failure
        except ModelFailure:
            # Once the model has said how it ended, losing the connection takes nothing away.
            if not answer.finish_reason:
                raise
        # The calls come last and together: a stream that breaks must not run any of them.
        rest, calls = answer.close()
        for event in events.say(rest):
            yield event
        for event in events.complete(calls, answer.tokens):
            yield event

    async def _prepare_next(
        self, request: GeminiRequest, failure: ModelFailure, budget: RetryBudget
    ) -> GeminiRequest:
        """Raises the failure when asking again would not help."""
        repaired = request.repaired(failure)
        if repaired is not None:
            logger.warning("Gemini refused a request (%s): asking without it", failure.kind)
            return repaired
        wait = budget.next_wait(failure)
        if wait is None:
            raise failure
        logger.info("Gemini failed (%s): asking again in %.1f s", failure.kind, wait)
        if wait > 0:
            if self._on_wait is not None:
                self._on_wait(failure, wait)
            await self._sleep(wait)
        return request


def build_gemini_model(
    *,
    api_key: str,
    base_url: str,
    model: str,
    idle_timeout: float = 60.0,
    sleep: Sleep = asyncio.sleep,
    on_wait: OnWait | None = None,
) -> GeminiModel:
    """Raises ValueError naming GEMINI_BASE_URL for hosts of OpenAI and for what is no address.

    `idle_timeout`: seconds of silence, before the first event or between two, that end an answer.
    `on_wait` hears why and how many seconds the model waits before it asks again.
    """
    # The HTTP client takes long to import, and who has no key needs none.
    endpoint: Endpoint = import_module("taskchat.chat.gemini.endpoint").Endpoint(
        base_url=base_url, api_key=api_key, model=model, idle_timeout=idle_timeout
    )
    return GeminiModel(endpoint=endpoint, model=model, sleep=sleep, on_wait=on_wait)
