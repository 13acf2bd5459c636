"""Connections that stay open learn that their sign-in has ended, also when another process ended it."""

import asyncio
from collections.abc import AsyncGenerator, Collection
from datetime import timedelta

import pytest
from anyio import fail_after

from taskchat.accounts.repository import AccountRepository
from taskchat.accounts.sign_ins import SignIns
from taskchat.db.engine import Database
from taskchat.db.tables import ApiTokenRow, SessionRow
from taskchat.domain.ids import new_id
from taskchat.tasks.owner import Owner
from tests.people import NOW

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)


class Door:
    """Knows from the database who is let in, and keeps who was asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looked = asyncio.Condition()
        self.asked: list[list[str]] = []
        self.is_stuck = False
        self._looking = 0

    async def living(self, keys: Collection[str]) -> set[str]:
        self._looking += 1
        try:
            async with self._looked:
                self.asked.append(sorted(keys))
                self._looked.notify_all()
            if self.is_stuck:
                raise OSError("the database is away")
            async with self._database.reading() as session:
                return await AccountRepository(session).living(keys, NOW)
        finally:
            self._looking -= 1
            async with self._looked:
                self._looked.notify_all()

    async def close(self) -> None:
        """A look that is under way ends by itself; the database has to be there until then."""
        async with self._looked:
            with fail_after(5):
                await self._looked.wait_for(lambda: not self._looking)

    async def look_twice(self) -> None:
        """After the second look the outcome of the first is known."""
        seen = len(self.asked)
        async with self._looked:
            with fail_after(5):
                await self._looked.wait_for(lambda: len(self.asked) >= seen + 2)


@pytest.fixture
async def door(database: Database) -> AsyncGenerator[Door]:
    door = Door(database)
    yield door
    await door.close()


@pytest.fixture
def sign_ins(door: Door) -> SignIns:
    return SignIns(door.living, look_seconds=0.01)


async def open_session(database: Database, owner: Owner, expires_in: timedelta = HOUR) -> str:
    session_id = new_id("ses")
    row = SessionRow(
        id=session_id, account_id=owner.id, created_at=NOW, expires_at=NOW + expires_in
    )
    async with database.transaction() as session:
        session.add(row)
    return session_id


async def test_a_session_that_another_process_ended_is_known_to_have_ended(
    database: Database, door: Door, sign_ins: SignIns, alice: Owner, bob: Owner
) -> None:
    hers, his = await open_session(database, alice), await open_session(database, bob)
    with sign_ins.watch(hers) as ended, sign_ins.watch(his) as alive:
        await door.look_twice()
        assert not ended.has_ended
        async with database.transaction() as session:
            await AccountRepository(session).delete_sessions(alice.id)
        await door.look_twice()
        assert (ended.has_ended, alive.has_ended) == (True, False)


async def test_an_expired_session_and_a_revoked_token_have_ended(
    database: Database, door: Door, sign_ins: SignIns, alice: Owner
) -> None:
    expired = await open_session(database, alice, timedelta(0))
    token = ApiTokenRow(
        id=new_id("tok"),
        account_id=alice.id,
        name="bot",
        secret_hash="hash",
        created_at=NOW,
        last_used_at=None,
    )
    async with database.transaction() as session:
        session.add(token)
    with sign_ins.watch(expired) as by_session, sign_ins.watch("hash") as by_token:
        await door.look_twice()
        assert (by_session.has_ended, by_token.has_ended) == (True, False)
        async with database.transaction() as session:
            await AccountRepository(session).delete_token(alice.id, token.id)
        await door.look_twice()
        assert by_token.has_ended


async def test_one_look_is_enough_for_all_connections_of_all_sessions(
    database: Database, door: Door, sign_ins: SignIns, alice: Owner
) -> None:
    keys = [await open_session(database, alice) for _ in range(2)]
    with sign_ins.watch(keys[0]), sign_ins.watch(keys[0]), sign_ins.watch(keys[1]):
        await door.look_twice()
    assert door.asked[-1] == sorted(keys)


async def test_a_sign_in_that_is_ended_here_is_known_at_once(sign_ins: SignIns) -> None:
    with sign_ins.watch("ses_1") as one, sign_ins.watch("ses_1") as other:
        sign_ins.end("ses_1")
        sign_ins.end("ses_2")
        assert one.has_ended
        assert other.has_ended


async def test_nobody_is_sent_away_because_the_database_is(
    database: Database, door: Door, sign_ins: SignIns, alice: Owner
) -> None:
    with sign_ins.watch(await open_session(database, alice)) as sign_in:
        door.is_stuck = True
        await door.look_twice()
        door.is_stuck = False
        await door.look_twice()
        assert not sign_in.has_ended
