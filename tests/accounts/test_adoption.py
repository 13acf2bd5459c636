import asyncio
from datetime import UTC, datetime

import bcrypt
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from taskchat.accounts.adoption import adopt, find
from taskchat.accounts.commands import LogIn
from taskchat.accounts.service import Accounts
from taskchat.db.engine import Database
from taskchat.db.tables import AccountRow
from taskchat.domain.errors import Conflict, Unauthenticated

pytestmark = pytest.mark.anyio

EMAIL = "ada@example.com"
LONG = "correct horse battery staple " * 4  # more than bcrypt looks at
CREATED = datetime(2024, 5, 1, 8, tzinfo=UTC)


def hashed(password: str) -> str:
    return bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4)).decode()


async def adopt_ada(database: Database, password_hash: str | None) -> None:
    await adopt(
        database,
        email=EMAIL,
        password_hash=password_hash,
        timezone="Europe/Berlin",
        created_at=CREATED,
    )


async def sign_in(accounts: Accounts, password: str) -> None:
    await accounts.log_in(LogIn(email=EMAIL, password=SecretStr(password)))


async def stored_hash(database: Database) -> str:
    async with database.reading() as session:
        return (await session.scalars(select(AccountRow.password_hash))).one()


@pytest.mark.parametrize("password", ["correct horse", LONG])
async def test_an_old_hash_lets_its_person_in_and_is_replaced_by_a_new_one(
    database: Database, accounts: Accounts, password: str
) -> None:
    await adopt_ada(database, hashed(password))
    with pytest.raises(Unauthenticated):
        await sign_in(accounts, "wrong password")
    assert (await stored_hash(database)).startswith("$2b$")
    await sign_in(accounts, password)
    renewed = await stored_hash(database)
    assert renewed.startswith("$argon2id$")
    await sign_in(accounts, password)
    assert await stored_hash(database) == renewed
    with pytest.raises(Unauthenticated):
        await sign_in(accounts, "wrong password")


async def test_two_sign_ins_at_once_replace_it_once(database: Database, accounts: Accounts) -> None:
    await adopt_ada(database, hashed("correct horse"))
    await asyncio.gather(*(sign_in(accounts, "correct horse") for _ in range(3)))
    assert (await stored_hash(database)).startswith("$argon2id$")


@pytest.mark.parametrize("password_hash", [None, "$2b$12$" + "!" * 53])
async def test_without_a_hash_nobody_gets_in(
    database: Database, accounts: Accounts, password_hash: str | None
) -> None:
    await adopt_ada(database, password_hash)
    for password in ("", "correct horse"):
        with pytest.raises(Unauthenticated):
            await sign_in(accounts, password)


async def test_an_account_is_adopted_once(database: Database) -> None:
    assert await find(database, EMAIL) is None
    await adopt_ada(database, None)
    person = await find(database, EMAIL)
    assert person
    assert (person.email, person.timezone) == (EMAIL, "Europe/Berlin")
    with pytest.raises(Conflict):
        await adopt_ada(database, None)
