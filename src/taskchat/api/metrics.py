"""What the server counts, for Prometheus."""

import time

from fastapi import APIRouter, FastAPI, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taskchat.api.deps import ResourcesDep
from taskchat.metrics import OTHER, Metrics

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
STREAM = b"text/event-stream"

router = APIRouter()


@router.get("/metrics", tags=["operations"], response_class=Response)
def get_metrics(resources: ResourcesDep) -> Response:
    """In Prometheus's text format; nothing in it is about a person."""
    # Not a coroutine: where several processes serve, their files are read, which others need not wait for.
    return Response(resources.metrics.render(), media_type=CONTENT_TYPE)


def measure(app: FastAPI, metrics: Metrics) -> None:
    """Outermost, so that it sees every answer."""
    app.add_middleware(Measured, metrics=metrics)


class Measured:
    """Counts requests by the template of their address when the head of the answer is sent."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        began, is_stream = time.perf_counter(), False

        async def watch(message: Message) -> None:
            nonlocal is_stream
            if message["type"] == "http.response.start":
                is_stream = _is_stream(message)
                if is_stream:
                    self._metrics.open_stream()
                seconds = time.perf_counter() - began
                status: int = message["status"]
                self._metrics.count_request(scope["method"], _route(scope), status, seconds)
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            if is_stream:
                self._metrics.close_stream()


def _is_stream(start: Message) -> bool:
    headers = dict(start.get("headers", ()))
    return headers.get(b"content-type", b"").startswith(STREAM)


def _route(scope: Scope) -> str:
    """Only what the app itself calls its addresses: those of requests may hold secrets, and are without number."""
    path: object = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) and path else OTHER
