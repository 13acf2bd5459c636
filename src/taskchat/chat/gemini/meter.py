"""What one request has cost, told once, however it ended."""

import asyncio
import json
from collections.abc import Generator
from contextlib import contextmanager

from taskchat.chat.failures import FailureKind, ModelFailure
from taskchat.chat.gemini.answer import Answer
from taskchat.chat.gemini.payloads import JsonObject
from taskchat.chat.streamed_model import Watch
from taskchat.usage.tokens import TokenCount, estimate


@contextmanager
def metered(watch: Watch, body: JsonObject, answer: Answer) -> Generator[None]:
    """Around the exchange with the endpoint. Afterwards the answer's tokens are what was told.

    Without the endpoint's own count, a reply in which the model said something is estimated, and so
    is one that was left while it was awaited: the endpoint has read the request by then.
    """
    was_awaited = False
    try:
        yield
    except ModelFailure as failure:
        was_awaited = failure.kind is FailureKind.TIMED_OUT
        raise
    except (asyncio.CancelledError, GeneratorExit):
        was_awaited = True
        raise
    finally:
        is_estimated = answer.tokens is None and (was_awaited or answer.has_begun)
        if is_estimated:
            prompt = estimate(len(json.dumps(body, ensure_ascii=False)))
            answer.tokens = TokenCount(prompt, output=estimate(answer.characters))
        watch.counts(answer.tokens or TokenCount(), is_estimated=is_estimated)
