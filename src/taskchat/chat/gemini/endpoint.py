"""The HTTP side of the OpenAI-compatible endpoint: one POST, read as it arrives."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from urllib.parse import urlsplit

import httpx2
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, TCPConnector

from taskchat.chat.failures import ModelFailure
from taskchat.chat.gemini import errors
from taskchat.chat.gemini.patience import Patience
from taskchat.chat.gemini.payloads import JsonObject
from taskchat.chat.gemini.server import ModelServer
from taskchat.chat.gemini.sse import EventReader, Mark, Payload

CONNECT_SECONDS = 10.0
AFTER_DONE_SECONDS = 0.25
KEPT_CONNECTION_SECONDS = 60.0
HEADER_BYTES = 100 * 1024
# The second is what the client raises when the connection went while nobody was reading.
CONNECTION_GONE = (ClientError, RuntimeError)
KEY_BYTES = 12  # Shorter ones are placeholders, and words that may occur in any sentence.

logger = logging.getLogger(__name__)


class Endpoint:
    """Nothing is read from the environment: neither keys, nor proxies, nor another address."""

    def __init__(self, *, base_url: str, api_key: str, model: str, idle_timeout: float) -> None:
        """Raises ValueError, naming the setting, for an address that must not be used."""
        self._url = _completions_url(base_url)
        self._key = api_key.encode()
        self.server = ModelServer(base_url=base_url, model=model)
        self._idle_seconds = idle_timeout
        self._headers = {
            "Content-Type": "application/json",
            "Accept": "text/event-stream",
            "User-Agent": "TaskChat",
        }
        # A name and a password in the address are sent instead of the key.
        if not urlsplit(self._url).username:
            self._headers["Authorization"] = f"Bearer {api_key}"
        self._tls = httpx2.create_ssl_context(trust_env=False)
        self._tls.set_alpn_protocols(["http/1.1"])
        self._session: ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(self, body: JsonObject) -> AsyncGenerator[list[Payload]]:
        """Payloads in the batches in which the network delivers them; raises ModelFailure."""
        response = await self._send(json.dumps(body).encode())
        try:
            if not 200 <= response.status < 300:
                raise await self._refusal(response)
            async with aclosing(self._read(response)) as batches:
                async for batch in batches:
                    yield batch
        finally:
            response.close()

    def _open_session(self) -> ClientSession:
        """Opened with the first request: it belongs to the loop that runs then."""
        if self._session is None:
            self._session = ClientSession(
                connector=TCPConnector(
                    ssl=self._tls, limit=0, keepalive_timeout=KEPT_CONNECTION_SECONDS
                ),
                headers=self._headers,
                # Waiting for the reply and between its events is bounded in here, not per read.
                timeout=ClientTimeout(total=None, connect=CONNECT_SECONDS),
                max_line_size=HEADER_BYTES,
                max_field_size=HEADER_BYTES,
                trust_env=False,
            )
        return self._session

    async def _send(self, body: bytes) -> ClientResponse:
        session = self._open_session()
        try:
            async with asyncio.timeout(self._idle_seconds):
                # A redirect would carry the key and the conversation to another host.
                return await session.post(self._url, data=body, allow_redirects=False)
        except ClientError as error:
            # Its words only: it may hold the request, and with it the key.
            raise errors.unreachable(self.server) from ConnectionError(str(error))
        except TimeoutError:
            raise errors.timed_out(self.server, self._idle_seconds) from None

    async def _read(self, response: ClientResponse) -> AsyncGenerator[list[Payload]]:
        """Comments that only keep the connection open do not count as a sign of life."""
        reader, content = EventReader(), response.content
        patience = Patience(response)
        patience.allow(self._idle_seconds)
        done = False
        try:
            while True:
                try:
                    data = await content.readany()
                except CONNECTION_GONE as error:
                    if done:
                        return
                    raise self._broken_off(is_silent=patience.is_over) from error
                if batch := reader.feed(data) if data else reader.close():
                    patience.pause()
                    yield batch
                    done = done or Mark.DONE in batch
                    # Reading to the very end lets the next request use the same connection.
                    patience.allow(AFTER_DONE_SECONDS if done else self._idle_seconds)
                if not data:
                    return
        finally:
            patience.end()

    def _broken_off(self, *, is_silent: bool) -> ModelFailure:
        if is_silent:
            return errors.timed_out(self.server, self._idle_seconds)
        return errors.unreachable(self.server)

    async def _refusal(self, response: ClientResponse) -> ModelFailure:
        try:
            async with asyncio.timeout(self._idle_seconds):
                body = await response.read()
        except (ClientError, TimeoutError) as error:
            return self._broken_off(is_silent=not isinstance(error, ClientError))
        try:
            payload: object = json.loads(self._without_key(body))
        except ValueError:
            payload = None
        report = errors.read_error(payload, code=response.status, headers=response.headers)
        if report is None:
            logger.warning("The model server replied with HTTP %s", response.status)
            return errors.unexpected_reply()
        logger.warning("The model server replied with HTTP %s: %s", report.code, report.summary)
        return errors.failure_for(report, self.server)

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
