"""The HTTP side of the OpenAI-compatible endpoint: one POST, read as it arrives."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from urllib.parse import urlsplit

import httpx2

from taskchat.chat.failures import ModelFailure
from taskchat.chat.gemini import errors
from taskchat.chat.gemini.payloads import JsonObject
from taskchat.chat.gemini.sse import EventReader, Mark, Payload

CONNECT_SECONDS = 10.0
WRITE_SECONDS = 30.0
AFTER_DONE_SECONDS = 0.25
KEPT_CONNECTION_SECONDS = 60.0
KEY_BYTES = 12  # Shorter ones are placeholders, and words that may occur in any sentence.

logger = logging.getLogger(__name__)


class Endpoint:
    """Nothing is read from the environment: neither keys, nor proxies, nor another address."""

    def __init__(self, *, base_url: str, api_key: str, model: str, idle_timeout: float) -> None:
        """Raises ValueError, naming the setting, for an address that must not be used."""
        self._url = _completions_url(base_url)
        self._key = api_key.encode()
        self._model = model
        self._idle_seconds = idle_timeout
        self._client = httpx2.AsyncClient(
            headers={
                "Authorization": f"Bearer {api_key}",
                "Content-Type": "application/json",
                "Accept": "text/event-stream",
                "User-Agent": "TaskChat",
            },
            # Waiting for the reply and between its events is bounded in here, not per read.
            timeout=httpx2.Timeout(
                connect=CONNECT_SECONDS, write=WRITE_SECONDS, read=None, pool=CONNECT_SECONDS
            ),
            limits=httpx2.Limits(max_connections=None, keepalive_expiry=KEPT_CONNECTION_SECONDS),
            # A redirect would carry the key and the conversation to another host.
            follow_redirects=False,
            trust_env=False,
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def ask(self, body: JsonObject) -> AsyncGenerator[list[Payload]]:
        """Payloads in the batches in which the network delivers them; raises ModelFailure."""
        request = self._client.build_request("POST", self._url, content=json.dumps(body))
        response = await self._send(request)
        try:
            if not response.is_success:
                raise await self._refusal(response)
            async with aclosing(self._read(response)) as batches:
                async for batch in batches:
                    yield batch
        finally:
            await response.aclose()

    async def _send(self, request: httpx2.Request) -> httpx2.Response:
        try:
            async with asyncio.timeout(self._idle_seconds):
                return await self._client.send(request, stream=True)
        except TimeoutError:
            raise errors.timed_out(self._idle_seconds) from None
        except httpx2.RequestError as error:
            raise errors.unreachable() from error

    async def _read(self, response: httpx2.Response) -> AsyncGenerator[list[Payload]]:
        """Comments that only keep the connection open do not count as a sign of life."""
        reader = EventReader()
        chunks = response.aiter_bytes()
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._idle_seconds
        done = False
        while True:
            try:
                async with asyncio.timeout_at(deadline):
                    data = await anext(chunks, None)
            except (TimeoutError, httpx2.RequestError) as error:
                if done:
                    return
                raise self._broken_off(error) from error
            batch = reader.close() if data is None else reader.feed(data)
            if batch:
                yield batch
                done = done or Mark.DONE in batch
                # Reading to the very end lets the next request use the same connection.
                deadline = clock() + (AFTER_DONE_SECONDS if done else self._idle_seconds)
            if data is None:
                return

    def _broken_off(self, error: Exception) -> ModelFailure:
        if isinstance(error, TimeoutError):
            return errors.timed_out(self._idle_seconds)
        return errors.unreachable()

    async def _refusal(self, response: httpx2.Response) -> ModelFailure:
        try:
            async with asyncio.timeout(self._idle_seconds):
                body = await response.aread()
        except (TimeoutError, httpx2.RequestError) as error:
            return self._broken_off(error)
        try:
            payload: object = json.loads(self._without_key(body))
        except ValueError:
            payload = None
        report = errors.read_error(payload, code=response.status_code, headers=response.headers)
        if report is None:
            logger.warning("The model server replied with HTTP %s", response.status_code)
            return errors.unexpected_reply()
        logger.warning("Gemini replied with HTTP %s: %s", report.code, report.summary)
        return errors.failure_for(report, model=self._model)

    def _without_key(self, body: bytes) -> bytes:
        """Some refusals repeat the key, which must reach neither the log nor the chat."""
        return body.replace(self._key, b"(key)") if len(self._key) >= KEY_BYTES else body


def _completions_url(base_url: str) -> str:
    parts = urlsplit(base_url.strip())
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError(
            f"GEMINI_BASE_URL must be an http or https address, but it is {base_url!r}."
        )
    if not host.isascii() or host == "openai.com" or host.endswith(".openai.com"):
        raise ValueError(
            f"GEMINI_BASE_URL must not point to {host}: TaskChat sends nothing to OpenAI."
        )
    return f"{base_url.strip().rstrip('/')}/chat/completions"
