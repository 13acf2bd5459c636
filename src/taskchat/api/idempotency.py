"""Requests that come twice: the same `Idempotency-Key` gets the same answer, and its effect once."""

import hashlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from fastapi import Request, Response
from fastapi.routing import APIRoute

from taskchat.db.engine import Transaction
from taskchat.db.idempotency import Answer, IdempotencyKeys
from taskchat.domain.errors import Conflict, Invalid
from taskchat.domain.task import UserId

HEADER = "idempotency-key"
CHANGE_SET = "x-change-set"
REPLAYED = "idempotency-replayed"
MAX_KEY = 255
RESERVATION = "taskchat.idempotency"


@dataclass(frozen=True, slots=True)
class Reservation:
    """A key that is ours until the transaction ends, in which the answer is kept with the effect."""

    keys: IdempotencyKeys
    key: str

    async def keep(self, response: Response) -> None:
        change_set = response.headers.get(CHANGE_SET)
        body = bytes(response.body).decode()
        await self.keys.keep(self.key, Answer(response.status_code, body, change_set))


class Replay(Exception):
    """This request has been answered; `answer` is what it was told."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("answered before")
        self.answer = answer


async def reserve(session: Transaction, owner: UserId, request: Request, now: datetime) -> None:
    """For a request with a key: raises Replay when it was answered, Conflict when the key is another request's.

    A request that is being answered at this moment is waited for.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return
    if not (0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        message = f"An Idempotency-Key has 1 to {MAX_KEY} printable ASCII characters."
        raise Invalid(message, code="idempotency_key_invalid")
    keys = IdempotencyKeys(session, owner)
    fingerprint = await _fingerprint(request)
    known = await keys.take(key, fingerprint, now)
    if known is None:
        request.scope[RESERVATION] = Reservation(keys, key)
    elif known.fingerprint != fingerprint:
        message = "This Idempotency-Key was used for another request."
        raise Conflict(message, code="idempotency_key_reused")
    else:
        raise Replay(known.answer)


class IdempotentRoute(APIRoute):
    """Keeps the answer in the transaction of the effect, which ends after the handler and before the answer is sent."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_once(request: Request) -> Response:
            try:
                response = await handle(request)
            except Replay as replay:
                return _replayed(replay.answer)
            if reservation := request.scope.get(RESERVATION):
                await reservation.keep(response)
            return response

        return handle_once


def _replayed(answer: Answer) -> Response:
    headers = {REPLAYED: "true"}
    if answer.change_set:
        headers[CHANGE_SET] = answer.change_set
    media_type = "application/json" if answer.body else None
    return Response(answer.body, answer.status, headers, media_type)


async def _fingerprint(request: Request) -> str:
    asked = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return hashlib.sha256(asked + await request.body()).hexdigest()
