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
from taskchat.chat.gemini.meter import metered
from taskchat.chat.gemini.request import GeminiRequest, build_request
from taskchat.chat.gemini.retries import RetryBudget
from taskchat.chat.response_events import ResponseEvents
from taskchat.chat.streamed_model import ModelRequest, StreamedModel, Watch
from taskchat.usage.tokens import TokenCount

if TYPE_CHECKING:
    from taskchat.chat.gemini.endpoint import Endpoint

NO_TOOLS = "This model cannot use tools: it can talk, but not change your tasks."

logger = logging.getLogger(__name__)

GATHERING_SECONDS = 0.04  # between two pieces of text

type Sleep = Callable[[float], Awaitable[None]]

# These say what happened even when part of the answer is on the screen already.
_TELLING_AFTER_TEXT = frozenset(
    {
        FailureKind.BLOCKED,
        FailureKind.RECITATION,
        FailureKind.TOO_LONG,
        FailureKind.MALFORMED_CALL,
    }
)


_LOST = frozenset({FailureKind.UNREACHABLE, FailureKind.TIMED_OUT})


@dataclass(frozen=True, slots=True)
class _Try:
    answer: Answer
    events: ResponseEvents


class GeminiModel(StreamedModel):
    """Raises ModelFailure, asks again only while nothing was passed on, never runs half a call."""

    def __init__(self, *, endpoint: "Endpoint", sleep: Sleep = asyncio.sleep) -> None:
        self._server = endpoint.server
        self._endpoint = endpoint
        self._sleep = sleep

    @override
    async def close(self) -> None:
        await self._endpoint.close()

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[TResponseStreamEvent]:
        built = build_request(self._server, request)
        if built.is_without_tools and request.tools:
            request.watch.does_without(NO_TOOLS)
        async with aclosing(self._answer(built, request.watch)) as events:
            async for event in events:
                yield event

    async def _answer(
        self, request: GeminiRequest, watch: Watch
    ) -> AsyncGenerator[TResponseStreamEvent]:
        budget = RetryBudget()
        while True:
            current = _Try(Answer(self._server), ResponseEvents(model=self._server.model))
            try:
                async with aclosing(self._try_once(request, current, watch)) as events:
                    async for event in events:
                        yield event
                return
            except ModelFailure as failure:
                if current.events.begun:
                    if failure.kind in _TELLING_AFTER_TEXT:
                        raise
                    raise errors.cut_off() from failure
                request = await self._prepare_next(request, failure, budget, watch)

    async def _try_once(
        self, request: GeminiRequest, current: _Try, watch: Watch
    ) -> AsyncGenerator[TResponseStreamEvent]:
        answer, events = current.answer, current.events
        try:
            body = request.body
            with metered(watch, body, answer):
                async with aclosing(
                    self._endpoint.ask(body, lambda: bool(answer.finish_reason))
                ) as batches:
                    async for batch in batches:
                        text, failure = answer.take(batch)
                        for event in events.say(text):
                            yield event
                        if failure:
                            raise failure
                        await _gather(text, answer)
        except ModelFailure as failure:
            # Once the model has said how it ended, losing the connection takes nothing away.
            if not answer.finish_reason or failure.kind not in _LOST:
                raise
        # The calls come last and together: a stream that breaks must not run any of them.
        rest, calls = answer.close()
        for event in events.say(rest):
            yield event
        for event in events.complete(calls, answer.tokens or TokenCount()):
            yield event

    async def _prepare_next(
        self, request: GeminiRequest, failure: ModelFailure, budget: RetryBudget, watch: Watch
    ) -> GeminiRequest:
        """Raises the failure when asking again would not help."""
        repaired = request.repaired(failure)
        if repaired is not None:
            logger.warning("A request was refused (%s): asking without it", failure.kind)
            if repaired.is_without_tools and not request.is_without_tools:
                watch.does_without(NO_TOOLS)
            return repaired
        wait = budget.next_wait(failure)
        if wait is None:
            raise failure
        logger.info("The model failed (%s): asking again in %.1f s", failure.kind, wait)
        watch.waits(failure, wait)
        if wait > 0:
            await self._sleep(wait)
        return request


async def _gather(text: str, answer: Answer) -> None:
    """After a piece of text: all that follows works by the piece, so what comes meanwhile becomes one."""
    if text and not answer.finish_reason:
        await asyncio.sleep(GATHERING_SECONDS)


def build_gemini_model(
    *,
    api_key: str,
    base_url: str,
    model: str,
    idle_timeout: float = 60.0,
    sleep: Sleep = asyncio.sleep,
) -> GeminiModel:
    """Raises ValueError naming GEMINI_BASE_URL for hosts of OpenAI and for what is no address.

    `idle_timeout`: seconds of silence that end an answer, from sending to the first event or between two.
    """
    # The HTTP client takes long to import, and who has no key needs none.
    endpoint: Endpoint = import_module("taskchat.chat.gemini.endpoint").Endpoint(
        base_url=base_url, api_key=api_key, model=model, idle_timeout=idle_timeout
    )
    return GeminiModel(endpoint=endpoint, sleep=sleep)
