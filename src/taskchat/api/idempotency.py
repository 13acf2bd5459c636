"""Requests that come twice: the same `Idempotency-Key` gets the same answer, and its effect once."""

import hashlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, override

from fastapi import Request, Response
from fastapi.routing import APIRoute

from taskchat.api.seals import Seal
from taskchat.db.engine import Database, Transaction
from taskchat.db.idempotency import Answer, IdempotencyKeys
from taskchat.domain.errors import Conflict, Invalid
from taskchat.domain.task import UserId

HEADER = "idempotency-key"
CHANGE_SET = "x-change-set"
REPLAYED = "idempotency-replayed"
MAX_KEY = 255
RESERVATION = "taskchat.idempotency"


class Replay(Exception):
    """This request has been answered; `answer` is what it was told."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("answered before")
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a request's answer is kept."""

    owner: UserId
    key: str
    seal: Seal

    async def take(self, session: Transaction, fingerprint: str, now: datetime) -> None:
        """Raises Replay when the request was answered, Conflict when the key is another request's or it is at work."""
        known = await IdempotencyKeys(session, self.owner).take(self.key, fingerprint, now)
        if known is None:
            return
        if known.fingerprint != fingerprint:
            message = "This Idempotency-Key was used for another request."
            raise Conflict(message, code="idempotency_key_reused")
        if known.answer is None:
            message = "This request is being answered. Ask again in a moment."
            raise Conflict(message, code="idempotency_in_progress")
        body = self.seal.open(known.answer.body, self._place)
        if body is None:
            message = "This request was answered, but its answer cannot be told any more."
            raise Conflict(message, code="idempotency_answer_lost")
        raise Replay(replace(known.answer, body=body))

    async def keep(self, session: Transaction, response: Response) -> None:
        body = self.seal.close(bytes(response.body).decode(), self._place)
        answer = Answer(response.status_code, body, response.headers.get(CHANGE_SET))
        await IdempotencyKeys(session, self.owner).keep(self.key, answer)

    @property
    def _place(self) -> str:
        return f"{self.owner} {self.key}"


@dataclass(frozen=True, slots=True)
class Reservation:
    """A key that is ours until the transaction ends, in which the answer is kept with the effect."""

    slot: Slot
    session: Transaction

    async def keep(self, response: Response) -> None:
        await self.slot.keep(self.session, response)

    async def free(self) -> None:
        """The transaction takes it back."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A key that is ours in the eyes of all, while the request is answered in transactions of its own."""

    slot: Slot
    database: Database

    async def keep(self, response: Response) -> None:
        async with self.database.transaction() as session:
            await self.slot.keep(session, response)

    async def free(self) -> None:
        async with self.database.transaction() as session:
            await IdempotencyKeys(session, self.slot.owner).free(self.slot.key)


async def reserve(
    session: Transaction, owner: UserId, request: Request, seal: Seal, now: datetime
) -> None:
    """For a request that is answered within `session`. One that is being answered at this moment is waited for."""
    if slot := _slot(request, owner, seal):
        await slot.take(session, await _fingerprint(request), now)
        request.scope[RESERVATION] = Reservation(slot, session)


async def claim(
    database: Database, owner: UserId, request: Request, seal: Seal, now: datetime
) -> None:
    """For any other request. One that is being answered at this moment is refused."""
    if slot := _slot(request, owner, seal):
        async with database.transaction() as session:
            await slot.take(session, await _fingerprint(request), now)
        request.scope[RESERVATION] = Claim(slot, database)


class IdempotentRoute(APIRoute):
    """Keeps the answer when there is one. The transaction of the effect ends after that and before it is sent."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_once(request: Request) -> Response:
            try:
                response = await handle(request)
            except Replay as replay:
                return _replayed(replay.answer)
            except BaseException:
                if reservation := _reservation(request):
                    await reservation.free()
                raise
            if reservation := _reservation(request):
                await reservation.keep(response)
            return response

        return handle_once


def _slot(request: Request, owner: UserId, seal: Seal) -> Slot | None:
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not (0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        message = f"An Idempotency-Key has 1 to {MAX_KEY} printable ASCII characters."
        raise Invalid(message, code="idempotency_key_invalid")
    return Slot(owner, key, seal)


def _reservation(request: Request) -> Reservation | Claim | None:
    return request.scope.get(RESERVATION)


def _replayed(answer: Answer) -> Response:
    headers = {REPLAYED: "true"}
    if answer.change_set:
        headers[CHANGE_SET] = answer.change_set
    media_type = "application/json" if answer.body else None
    return Response(answer.body, answer.status, headers, media_type)


async def _fingerprint(request: Request) -> str:
    asked = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return hashlib.sha256(asked + await request.body()).hexdigest()
