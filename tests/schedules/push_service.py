"""A push service on a real socket, and a browser that is subscribed there."""

import base64
import json
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import http_ece
import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)

from taskchat.schedules.post.encryption import point
from taskchat.schedules.post.subscriptions import PushKeys, Subscribe


def text_of(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True)
class Browser:
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def subscription(self, endpoint: str) -> Subscribe:
        keys = PushKeys(p256dh=text_of(point(self.key.public_key())), auth=text_of(self.secret))
        return Subscribe(endpoint=endpoint, keys=keys)

    def read(self, body: bytes) -> dict[str, Any]:
        """By another program's hand than the one that wrote it."""
        text = cast("Any", http_ece).decrypt(body, private_key=self.key, auth_secret=self.secret)
        return json.loads(text)


@dataclass(frozen=True)
class Pushed:
    path: str
    headers: dict[str, str]
    body: bytes

    def claims(self, origin: str) -> dict[str, Any]:
        """What the server says of itself, once its signature is right; raises otherwise."""
        token, key = self._authorization()
        public = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), bytes_of(key))
        # It was signed when the test's clock says it was.
        options: Any = {"verify_exp": False}
        return jwt.decode(token, public, algorithms=["ES256"], audience=origin, options=options)

    def key(self) -> str:
        return self._authorization()[1]

    def _authorization(self) -> tuple[str, str]:
        token, key = self.headers["Authorization"].removeprefix("vapid t=").split(", k=")
        return token, key


@dataclass
class PushService:
    """Takes everything, unless `answers` says otherwise."""

    origin: str = ""
    answers: list[int] = field(default_factory=list[int])
    taken: list[Pushed] = field(default_factory=list[Pushed])

    def endpoint(self, browser: str = "browser") -> str:
        return f"{self.origin}/push/{browser}"

    async def take(self, request: web.Request) -> web.Response:
        self.taken.append(Pushed(request.path, dict(request.headers), await request.read()))
        status = self.answers.pop(0) if self.answers else 201
        return web.Response(status=status, headers={"Location": self.endpoint("elsewhere")})


@asynccontextmanager
async def serving_push() -> AsyncGenerator[PushService]:
    service = PushService()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", service.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    service.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield service
    await runner.cleanup()
