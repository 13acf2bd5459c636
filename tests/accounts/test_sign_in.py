import asyncio
from datetime import timedelta

import pytest
from pydantic import SecretStr

from taskchat.accounts.commands import ChangeAccount, LogIn, Register, ResetPassword
from taskchat.accounts.service import Accounts
from taskchat.accounts.sessions import LIFETIME, Claims, sign
from taskchat.domain.actor import Actor, ActorKind
from taskchat.domain.errors import NotFound, Unauthenticated
from taskchat.domain.task import UserId
from tests.accounts.conftest import SECRET, Clock

pytestmark = pytest.mark.anyio

EMAIL = "ada@example.com"
PASSWORD = SecretStr("correct horse battery")
NEW_PASSWORD = SecretStr("staple, staple, staple")
ONE_SECOND = timedelta(seconds=1)


@pytest.fixture
async def ada(accounts: Accounts) -> UserId:
    account = await accounts.add(Register(email=EMAIL, password=PASSWORD))
    return UserId(account.id)


async def sign_in(accounts: Accounts, password: SecretStr = PASSWORD) -> str:
    return (await accounts.log_in(LogIn(email=EMAIL, password=password))).token


async def test_a_person_who_signs_in_is_known_by_the_cookie(
    accounts: Accounts, ada: UserId
) -> None:
    principal = await accounts.authenticate(await sign_in(accounts))
    assert (principal.account_id, principal.email, principal.timezone) == (ada, EMAIL, "UTC")
    assert principal.actor == Actor(ActorKind.PERSON, EMAIL)
    assert principal.session_id


@pytest.mark.usefixtures("ada")
async def test_an_unknown_e_mail_is_refused_like_a_wrong_password(accounts: Accounts) -> None:
    with pytest.raises(Unauthenticated) as wrong:
        await sign_in(accounts, NEW_PASSWORD)
    with pytest.raises(Unauthenticated) as unknown:
        await accounts.log_in(LogIn(email="bob@example.com", password=PASSWORD))
    assert wrong.value.code == unknown.value.code == "bad_credentials"
    assert str(wrong.value) == str(unknown.value)


@pytest.mark.usefixtures("ada")
async def test_each_sign_in_is_a_session_of_its_own(accounts: Accounts) -> None:
    laptop, phone = await sign_in(accounts), await sign_in(accounts)
    session_id = (await accounts.authenticate(laptop)).session_id
    assert session_id is not None
    await accounts.log_out(session_id)
    with pytest.raises(Unauthenticated):
        await accounts.authenticate(laptop)
    assert (await accounts.authenticate(phone)).session_id != session_id


@pytest.mark.usefixtures("ada")
async def test_a_session_ends_by_itself_after_30_days(accounts: Accounts, clock: Clock) -> None:
    token = await sign_in(accounts)
    clock.go_on(LIFETIME - ONE_SECOND)
    assert (await accounts.authenticate(token)).email == EMAIL
    clock.go_on(ONE_SECOND)
    with pytest.raises(Unauthenticated):
        await accounts.authenticate(token)


@pytest.mark.usefixtures("ada")
async def test_no_cookie_outlives_its_session(accounts: Accounts, clock: Clock) -> None:
    principal = await accounts.authenticate(await sign_in(accounts))
    assert principal.session_id
    claims = Claims(principal.account_id, principal.session_id)
    longer = sign(claims, SECRET, clock.now + 2 * LIFETIME)
    assert await accounts.authenticate(longer) == principal
    clock.go_on(LIFETIME)
    with pytest.raises(Unauthenticated):
        await accounts.authenticate(longer)


async def test_a_reset_password_ends_every_session(accounts: Accounts, ada: UserId) -> None:
    cookies = [await sign_in(accounts), await sign_in(accounts)]
    await accounts.reset_password(ada, ResetPassword(password=NEW_PASSWORD))
    for cookie in cookies:
        with pytest.raises(Unauthenticated):
            await accounts.authenticate(cookie)
    with pytest.raises(Unauthenticated):
        await sign_in(accounts, PASSWORD)
    assert await sign_in(accounts, NEW_PASSWORD)


async def test_a_sign_in_during_a_reset_opens_no_session(accounts: Accounts, ada: UserId) -> None:
    reset = asyncio.create_task(accounts.reset_password(ada, ResetPassword(password=NEW_PASSWORD)))

    async def sign_in_and_go_on() -> None:
        token = await sign_in(accounts)
        await reset
        await accounts.authenticate(token)

    with pytest.raises(Unauthenticated):
        await sign_in_and_go_on()
    await reset


async def test_a_deleted_account_is_gone_with_its_sessions(accounts: Accounts, ada: UserId) -> None:
    cookie = await sign_in(accounts)
    await accounts.delete(ada)
    assert await accounts.list() == ()
    with pytest.raises(Unauthenticated):
        await accounts.authenticate(cookie)
    with pytest.raises(Unauthenticated):
        await sign_in(accounts)
    for later in (
        accounts.delete(ada),
        accounts.get(ada),
        accounts.find(EMAIL),
        accounts.change(ada, ChangeAccount(timezone="UTC")),
        accounts.reset_password(ada, ResetPassword(password=NEW_PASSWORD)),
    ):
        with pytest.raises(NotFound):
            await later


async def test_a_person_sets_the_time_zone(accounts: Accounts, ada: UserId) -> None:
    cookie = await sign_in(accounts)
    changed = await accounts.change(ada, ChangeAccount(timezone="Asia/Tokyo"))
    assert changed == await accounts.get(ada)
    assert (await accounts.authenticate(cookie)).timezone == "Asia/Tokyo"


async def test_the_console_finds_a_person_by_e_mail(accounts: Accounts, ada: UserId) -> None:
    principal = await accounts.find(" ADA@example.com")
    assert (principal.account_id, principal.session_id) == (ada, None)
