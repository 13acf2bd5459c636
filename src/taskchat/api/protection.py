"""What every request and answer passes through: limits, origins, security headers."""

from collections.abc import Mapping

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taskchat.api.errors import refusal

MAX_BODY_BYTES = 1024 * 1024

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
EVERY_ANSWER: Mapping[str, str] = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
}
ONE_YEAR = 365 * 24 * 60 * 60  # seconds


def protect(app: FastAPI, origin: str) -> None:
    """`origin` is how browsers know this server. Headers come outermost, so that refusals have them too."""
    app.add_middleware(SameOrigin, origin=origin)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders, https=origin.startswith("https:"))


class BodyLimit:
    """Reads the body before anybody else does, and refuses it as soon as it is too large."""

    def __init__(self, app: ASGIApp, max_bytes: int = MAX_BODY_BYTES) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > self._max_bytes:
            return await self._refuse(scope, receive, send)
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if len(body) > self._max_bytes:
                # Nobody knows how much more would come, so the connection ends here.
                return await self._refuse(scope, receive, send, {"connection": "close"})
            if not message.get("more_body", False):
                break
        return await self._app(scope, _replay(bytes(body), receive), send)

    async def _refuse(
        self, scope: Scope, receive: Receive, send: Send, headers: Mapping[str, str] | None = None
    ) -> None:
        detail = f"A request may have at most {self._max_bytes} bytes."
        answer = refusal(413, detail, "body_too_large", headers=headers)
        await answer(scope, receive, send)


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return waiting.pop() if waiting else await receive()

    return next_message


class SameOrigin:
    """Keeps other sites from acting with a person's cookie."""

    def __init__(self, app: ASGIApp, origin: str) -> None:
        self._app = app
        self._origin = origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS:
            headers = Headers(scope=scope)
            if not self._is_own(headers, scope["scheme"]):
                detail = "This request came from another site."
                return await refusal(403, detail, "cross_origin")(scope, receive, send)
            if _has_body(headers) and not _is_json(headers):
                detail = "The request body must be of the type application/json."
                return await refusal(415, detail, "unsupported_media_type")(scope, receive, send)
        return await self._app(scope, receive, send)

    def _is_own(self, headers: Headers, scheme: str) -> bool:
        # A site cannot make a browser send somebody's API token, so there is nothing to abuse.
        if (
            headers.get("authorization", "").lower().startswith("bearer ")
            and "cookie" not in headers
        ):
            return True
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return False
        origin = headers.get("origin")
        return origin in (None, self._origin, f"{scheme}://{headers.get('host')}")


def _has_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def _is_json(headers: Headers) -> bool:
    media_type = headers.get("content-type", "").partition(";")[0]
    return media_type.strip().lower() == "application/json"


class SecurityHeaders:
    """On every answer. Nobody keeps what the API says; what a build named by its content is kept for a year."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._fixed = dict(EVERY_ANSWER)
        if https:
            self._fixed["strict-transport-security"] = f"max-age={ONE_YEAR}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._fixed)
                is_html = headers.get("content-type", "").startswith("text/html")
                if is_html:
                    headers["content-security-policy"] = CONTENT_SECURITY_POLICY
                may_stay = message["status"] in (200, 206, 304) and not is_html
                headers["cache-control"] = _cache_control(scope["path"], may_stay=may_stay)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _cache_control(path: str, *, may_stay: bool) -> str:
    if path.startswith(("/api/", "/mcp")):
        return "no-store"
    if path.startswith("/assets/") and may_stay:
        return f"public, max-age={ONE_YEAR}, immutable"
    return "no-cache"
