"""What every request and answer passes through: limits, origins, security headers."""

from collections.abc import Mapping

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taskchat.api.errors import CALENDARS, refusal
from taskchat.domain.errors import TooLarge, Unreadable

MAX_BODY_BYTES = 1024 * 1024
MAX_FILE_BYTES = 20 * 1024 * 1024

FILES = frozenset({"/api/imports"})
"""Addresses that take whole files, which are read there, once it is known who sends them."""

JSON_TYPES = frozenset({"application/json"})
FILE_TYPES = frozenset(
    {
        "application/octet-stream",
        "application/json",
        "application/zip",
        "text/csv",
        "text/calendar",
    }
)
"""None that a page of another site may send without asking first."""

LAST_ANSWER: Mapping[str, str] = {"connection": "close"}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types push-worker"
)
"""The one policy of trusted types is the page's own, for the address of its service worker."""

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
    """Reads the body before anybody else does, and refuses it as soon as it is too large. Files are only counted."""

    def __init__(self, app: ASGIApp, max_bytes: int = MAX_BODY_BYTES) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        is_file = scope["path"] in FILES
        most = MAX_FILE_BYTES if is_file else self._max_bytes
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > most:
            return await refusal(413, *_too_large(most))(scope, receive, send)
        if is_file:
            return await self._app(scope, _counted(receive, most), send)
        return await self._pass_on(scope, receive, send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if len(body) > self._max_bytes:
                # Nobody knows how much more would come, so the connection ends here.
                answer = refusal(413, *_too_large(self._max_bytes), headers=LAST_ANSWER)
                return await answer(scope, receive, send)
            if not message.get("more_body", False):
                break
        return await self._app(scope, _replay(bytes(body), receive), send)


def _too_large(most: int) -> tuple[str, str]:
    return f"A request may have at most {most} bytes.", "body_too_large"


def _counted(receive: Receive, most: int) -> Receive:
    """Raises TooLarge as soon as more has come, and Unreadable when it breaks off."""
    room, is_whole = most, False

    async def next_message() -> Message:
        nonlocal room, is_whole
        message = await receive()
        if message["type"] == "http.disconnect" and not is_whole:
            raise Unreadable("The request broke off.", code="body_incomplete")
        is_whole = not message.get("more_body", False)
        room -= len(message.get("body", b""))
        if room < 0:
            detail, code = _too_large(most)
            raise TooLarge(detail, code=code)
        return message

    return next_message


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
            types = FILE_TYPES if scope["path"] in FILES else JSON_TYPES
            if _has_body(headers) and _media_type(headers) not in types:
                detail = f"The request body must be of the type {' or '.join(sorted(types))}."
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


def _media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


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
    if path.startswith(CALENDARS):
        return "private, no-cache"
    if path.startswith("/assets/") and may_stay:
        return f"public, max-age={ONE_YEAR}, immutable"
    return "no-cache"
