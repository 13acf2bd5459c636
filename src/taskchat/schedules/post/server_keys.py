"""The key by which push services know this server: made once, shared by all its processes."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.engine import Database, savepoint
from taskchat.db.tables import ServerKeyRow

NAME = "push"


class ServerKeys:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._push: EllipticCurvePrivateKey | None = None

    async def push(self) -> EllipticCurvePrivateKey:
        if self._push is None:
            text = await self._read() or await self._make()
            loaded = load_pem_private_key(text.encode(), None)
            self._push = cast("EllipticCurvePrivateKey", loaded)
        return self._push

    async def _read(self) -> str | None:
        async with self._database.reading() as session:
            return await _stored(session)

    async def _make(self) -> str:
        """Of several processes that make one at once, the first one's counts."""
        key = generate_private_key(SECP256R1())
        text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        async with self._database.transaction() as session:
            try:
                async with savepoint(session):
                    session.add(ServerKeyRow(name=NAME, private_key=text, created_at=self._clock()))
                    await session.flush()
            except IntegrityError:
                text = await _stored(session) or text
        return text


async def _stored(session: AsyncSession) -> str | None:
    return await session.scalar(select(ServerKeyRow.private_key).where(ServerKeyRow.name == NAME))
