"""The HTTP side of the OpenAI-compatible endpoint: one POST, read as it arrives."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from urllib.parse import urlsplit

import httpx2
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, TCPConnector

from taskchat.chat.failures import ModelFailure
from taskchat.chat.gemini import errors
from taskchat.chat.gemini.patience import Patience
from taskchat.chat.gemini.payloads import JsonObject, read_json
from taskchat.chat.gemini.server import ModelServer
from taskchat.chat.gemini.sse import EventReader, Mark, Payload

CONNECT_SECONDS = 10.0
AFTER_DONE_SECONDS = 0.25
AFTER_FINISH_SECONDS = 3.0  # for the token counts, which some send last
KEPT_CONNECTION_SECONDS = 60.0
HEADER_BYTES = 100 * 1024
# The second is what the client raises when the connection went while nobody was reading.
CONNECTION_GONE = (ClientError, RuntimeError)
REFUSAL_BYTES = 64 * 1024

logger = logging.getLogger(__name__)


class Endpoint:
    """Nothing is read from the environment: neither keys, nor proxies, nor another address."""

    def __init__(self, *, base_url: str, api_key: str, model: str, idle_timeout: float) -> None:
        """Raises ValueError, naming the setting, for an address that must not be used."""
        self._url = _completions_url(base_url)
        self.server = ModelServer(base_url=base_url, model=model, api_key=api_key)
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

    async def ask(
        self, body: JsonObject, has_finished: Callable[[], bool] = lambda: False
    ) -> AsyncGenerator[list[Payload]]:
        """Payloads in the batches in which the network delivers them; raises ModelFailure.

        `has_finished`: whether the model has said how it ended in what was read so far.
        """
        deadline = asyncio.get_running_loop().time() + self._idle_seconds
        response = await self._send(json.dumps(body).encode(), deadline)
        try:
            if not 200 <= response.status < 300:
                raise await self._refusal(response, deadline)
            async with aclosing(self._read(response, deadline, has_finished)) as batches:
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

    async def _send(self, body: bytes, deadline: float) -> ClientResponse:
        session = self._open_session()
        try:
            async with asyncio.timeout_at(deadline):
                # A redirect would carry the key and the conversation to another host.
                return await session.post(self._url, data=body, allow_redirects=False)
        except ClientError as error:
            # Its words only: it may hold the request, and with it the key.
            raise errors.unreachable(self.server) from self._words_of(error)
        except TimeoutError:
            raise errors.timed_out(self.server, self._idle_seconds) from None

    async def _read(
        self, response: ClientResponse, deadline: float, has_finished: Callable[[], bool]
    ) -> AsyncGenerator[list[Payload]]:
        """Comments that only keep the connection open do not count as a sign of life."""
        reader, content = EventReader(), response.content
        patience = Patience(response)
        patience.allow_until(deadline)
        done = False
        try:
            while True:
                try:
                    data = await content.readany()
                except CONNECTION_GONE as error:
                    if done:
                        return
                    raise self._broken_off(is_silent=patience.is_over) from self._words_of(error)
                if batch := reader.feed(data) if data else reader.close():
                    patience.pause()
                    yield batch
                    done = done or Mark.DONE in batch
                    patience.allow(self._patience_after(done=done, finished=has_finished()))
                if not data:
                    return
        finally:
            patience.end()

    def _patience_after(self, *, done: bool, finished: bool) -> float:
        """Reading to the very end lets the next request use the same connection."""
        if done:
            return AFTER_DONE_SECONDS
        return min(AFTER_FINISH_SECONDS, self._idle_seconds) if finished else self._idle_seconds

    def _words_of(self, error: Exception) -> ConnectionError:
        return ConnectionError(self.server.scrub(str(error)))

    def _broken_off(self, *, is_silent: bool) -> ModelFailure:
        if is_silent:
            return errors.timed_out(self.server, self._idle_seconds)
        return errors.unreachable(self.server)

    async def _refusal(self, response: ClientResponse, deadline: float) -> ModelFailure:
        try:
            async with asyncio.timeout_at(deadline):
                body = await _read_beginning(response)
        except (*CONNECTION_GONE, TimeoutError) as error:
            return self._broken_off(is_silent=isinstance(error, TimeoutError))
        try:
            payload = read_json(body)
        except ValueError:
            payload = None
        status, headers = response.status, response.headers
        report = errors.read_error(payload, code=status, headers=headers)
        if report is None:
            logger.warning("The model server replied with HTTP %s", status)
            return errors.failure_without_words(status, headers, self.server)
        told = report.summary(self.server)
        logger.warning("The model server replied with HTTP %s: %s", report.code, told)
        return errors.failure_for(report, self.server)


async def _read_beginning(response: ClientResponse) -> bytes:
    """No more than anybody needs to say what is wrong."""
    body = b""
    while len(body) < REFUSAL_BYTES:
        piece = await response.content.read(REFUSAL_BYTES - len(body))
        if not piece:
            break
        body += piece
    return body


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
