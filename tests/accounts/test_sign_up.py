import asyncio
from collections import Counter
from collections.abc import Awaitable

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from taskchat.accounts.commands import LogIn, Register
from taskchat.accounts.repository import AccountRepository
from taskchat.accounts.service import Accounts
from taskchat.db.engine import Database
from taskchat.db.tables import AccountRow, StreamRow
from taskchat.domain.errors import Conflict, DomainError, Forbidden
from tests.accounts.conftest import Clock, MakeAccounts

pytestmark = pytest.mark.anyio

PASSWORD = SecretStr("correct horse battery")
LONG_ENOUGH_TO_REGISTER = 1.5  # seconds


def registration(email: str, timezone: str = "UTC") -> Register:
    return Register(email=email, password=PASSWORD, timezone=timezone)


async def outcomes(attempts: list[Awaitable[object]]) -> Counter[str]:
    """How many attempts came to what: the code of the refusal, or `done`."""

    async def outcome(attempt: Awaitable[object]) -> str:
        try:
            await attempt
        except DomainError as error:
            return error.code
        return "done"

    return Counter(await asyncio.gather(*map(outcome, attempts)))


async def test_whoever_registers_is_signed_in(accounts: Accounts) -> None:
    signed_in = await accounts.register(registration("ada@example.com", "Europe/Berlin"))
    principal = await accounts.authenticate(signed_in.token)
    assert principal.account_id == signed_in.account.id
    assert principal.email == principal.actor.name == "ada@example.com"
    assert principal.timezone == signed_in.account.timezone == "Europe/Berlin"


async def test_a_new_account_has_a_stream_for_its_events(
    accounts: Accounts, database: Database
) -> None:
    signed_in = await accounts.register(registration("ada@example.com"))
    async with database.reading() as session:
        streams = (await session.scalars(select(StreamRow))).all()
    assert [(row.id, row.owner_id, row.head) for row in streams] == [
        (signed_in.account.id, signed_in.account.id, 0)
    ]


async def test_the_password_is_kept_only_as_an_argon2id_hash(
    accounts: Accounts, database: Database
) -> None:
    await accounts.register(registration("ada@example.com"))
    async with database.reading() as session:
        kept = (await session.scalars(select(AccountRow.password_hash))).one()
    assert kept.startswith("$argon2id$")
    assert PASSWORD.get_secret_value() not in kept


async def test_two_spellings_of_an_e_mail_are_one_account(accounts: Accounts) -> None:
    signed_in = await accounts.register(registration("  Ada@Example.COM "))
    assert signed_in.account.email == "ada@example.com"
    with pytest.raises(Conflict) as refused:
        await accounts.register(registration("ADA@example.com"))
    assert refused.value.code == "email_taken"
    again = await accounts.log_in(LogIn(email="aDa@eXample.com", password=PASSWORD))
    assert again.account == signed_in.account


async def test_of_several_at_once_one_gets_the_e_mail(accounts: Accounts) -> None:
    attempts = [accounts.register(registration("ada@example.com")) for _ in range(5)]
    assert await outcomes([*attempts]) == {"done": 1, "email_taken": 4}
    assert len(await accounts.list()) == 1


async def test_nobody_registers_when_sign_up_is_closed(make_accounts: MakeAccounts) -> None:
    accounts = make_accounts("closed")
    assert not await accounts.is_signup_open()
    with pytest.raises(Forbidden) as refused:
        await accounts.register(registration("ada@example.com"))
    assert refused.value.code == "signup_closed"
    assert await accounts.list() == ()


async def test_only_the_first_person_registers_when_sign_up_is_for_the_first(
    make_accounts: MakeAccounts,
) -> None:
    accounts = make_accounts("first")
    assert await accounts.is_signup_open()
    await accounts.register(registration("ada@example.com"))
    assert not await accounts.is_signup_open()
    with pytest.raises(Forbidden) as refused:
        await accounts.register(registration("bob@example.com"))
    assert refused.value.code == "signup_closed"


async def test_of_several_at_once_one_is_the_first(make_accounts: MakeAccounts) -> None:
    accounts = make_accounts("first")
    attempts = [accounts.register(registration(f"person{n}@example.com")) for n in range(5)]
    assert await outcomes([*attempts]) == {"done": 1, "signup_closed": 4}
    assert len(await accounts.list()) == 1


async def test_nobody_is_the_first_while_another_account_is_being_added(
    make_accounts: MakeAccounts, database: Database, clock: Clock
) -> None:
    accounts = make_accounts("first")
    bob = AccountRow(
        id="usr_bob",
        email="bob@example.com",
        password_hash="",
        timezone="UTC",
        created_at=clock.now,
    )
    async with database.transaction() as session:
        await AccountRepository(session).add(bob)
        attempt = asyncio.create_task(accounts.register(registration("ada@example.com")))
        done, _ = await asyncio.wait({attempt}, timeout=LONG_ENOUGH_TO_REGISTER)
        assert not done
    with pytest.raises(Forbidden):
        await attempt


async def test_an_account_added_from_the_console_is_the_first_too(
    make_accounts: MakeAccounts,
) -> None:
    accounts = make_accounts("first")
    attempts = [
        accounts.register(registration("ada@example.com")),
        accounts.add(registration("bob@example.com")),
    ]
    assert (await outcomes([*attempts]))["done"] >= 1
    assert not await accounts.is_signup_open()


async def test_the_console_adds_accounts_whatever_the_setting(make_accounts: MakeAccounts) -> None:
    accounts = make_accounts("closed")
    added = await accounts.add(registration("ada@example.com"))
    assert await accounts.list() == (added,)
    with pytest.raises(Conflict):
        await accounts.add(registration("ada@example.com"))
