import hashlib
import re
from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from taskchat.accounts.commands import CreateToken, Register
from taskchat.accounts.service import Accounts
from taskchat.db.engine import Database
from taskchat.db.tables import ApiTokenRow
from taskchat.domain.actor import Actor, ActorKind
from taskchat.domain.errors import Invalid, NotFound, Unauthenticated
from taskchat.domain.task import UserId
from tests.accounts.conftest import Clock

pytestmark = pytest.mark.anyio

SCRIPT = CreateToken(name="backup script")


async def add(accounts: Accounts, email: str) -> UserId:
    password = SecretStr("correct horse battery")
    return UserId((await accounts.add(Register(email=email, password=password))).id)


@pytest.fixture
async def ada(accounts: Accounts) -> UserId:
    return await add(accounts, "ada@example.com")


async def test_a_program_with_a_token_acts_for_its_person(accounts: Accounts, ada: UserId) -> None:
    created = await accounts.create_token(ada, SCRIPT)
    principal = await accounts.authenticate_token(created.secret)
    assert (principal.account_id, principal.session_id) == (ada, None)
    assert principal.actor == Actor(ActorKind.TOKEN, "backup script")


async def test_only_the_hash_of_a_token_is_kept(
    accounts: Accounts, database: Database, ada: UserId
) -> None:
    created = await accounts.create_token(ada, SCRIPT)
    assert re.fullmatch("tc_[0-9a-f]{64}", created.secret)
    async with database.reading() as session:
        row = (await session.scalars(select(ApiTokenRow))).one()
    assert row.secret_hash == hashlib.sha256(created.secret.encode()).hexdigest()
    assert created.secret not in repr(created)


async def test_a_revoked_token_is_dead_at_once(accounts: Accounts, ada: UserId) -> None:
    kept, revoked = [await accounts.create_token(ada, SCRIPT) for _ in range(2)]
    await accounts.revoke_token(ada, revoked.token.id)
    with pytest.raises(Unauthenticated):
        await accounts.authenticate_token(revoked.secret)
    assert [token.id for token in await accounts.list_tokens(ada)] == [kept.token.id]
    assert await accounts.authenticate_token(kept.secret)


async def test_nobody_sees_or_revokes_the_token_of_another(accounts: Accounts, ada: UserId) -> None:
    created = await accounts.create_token(ada, SCRIPT)
    bob = await add(accounts, "bob@example.com")
    assert await accounts.list_tokens(bob) == ()
    with pytest.raises(NotFound):
        await accounts.revoke_token(bob, created.token.id)
    assert await accounts.authenticate_token(created.secret)


async def test_the_last_use_is_noted_once_a_minute(
    accounts: Accounts, ada: UserId, clock: Clock
) -> None:
    created = await accounts.create_token(ada, SCRIPT)
    assert created.token.last_used_at is None
    noted: list[datetime | None] = []
    for pause in (0, 59, 1):
        clock.go_on(timedelta(seconds=pause))
        await accounts.authenticate_token(created.secret)
        noted.append((await accounts.list_tokens(ada))[0].last_used_at)
    first = clock.now - timedelta(minutes=1)
    assert noted == [first, first, clock.now]


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "tc_",
        "tc_" + "0" * 64,
        "tc_" + "g" * 64,
        "tc_" + "0" * 64 + "\n",
        "\x00",
        "tc_" + "\N{ARABIC-INDIC DIGIT ZERO}" * 64,
    ],
)
@pytest.mark.usefixtures("ada")
async def test_a_guessed_token_is_refused(accounts: Accounts, secret: str) -> None:
    with pytest.raises(Unauthenticated):
        await accounts.authenticate_token(secret)


async def test_the_tokens_of_a_deleted_account_are_dead(accounts: Accounts, ada: UserId) -> None:
    created = await accounts.create_token(ada, SCRIPT)
    await accounts.delete(ada)
    with pytest.raises(Unauthenticated):
        await accounts.authenticate_token(created.secret)
    with pytest.raises(NotFound):
        await accounts.create_token(ada, SCRIPT)


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\x00b", "\ud800"])
def test_a_token_needs_a_name_that_can_be_shown(name: str) -> None:
    with pytest.raises(Invalid):
        CreateToken(name=name)
