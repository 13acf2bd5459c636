"""What people and their programs can do with accounts."""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Literal

from pydantic import SecretStr

from taskchat.accounts import digests, sessions, tokens
from taskchat.accounts.commands import (
    Account,
    ChangeAccount,
    CreatedToken,
    CreateToken,
    LogIn,
    Register,
    ResetPassword,
    SignedIn,
    Token,
)
from taskchat.accounts.emails import normalise_email
from taskchat.accounts.passwords import Passwords, is_outdated
from taskchat.accounts.principal import Principal
from taskchat.accounts.repository import AccountRepository
from taskchat.accounts.sign_ins import SignIn, SignIns
from taskchat.db.engine import Database
from taskchat.db.tables import AccountRow, ApiTokenRow, SessionRow
from taskchat.domain.actor import Actor, ActorKind
from taskchat.domain.errors import Forbidden, Invalid, NotFound, Unauthenticated
from taskchat.domain.ids import new_id
from taskchat.domain.task import UserId

USE_NOTED_EVERY = timedelta(minutes=1)

type Signup = Literal["open", "first", "closed"]


class Accounts:
    """One transaction per method. Passwords are hashed outside of it: that takes long, and others want to write."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime],
        secret: str,
        signup: Signup,
        mail_available: bool = False,
    ) -> None:
        self._database = database
        self._clock = clock
        self._secret = secret
        self._signup: Signup = signup
        self._mail_available = mail_available
        self._passwords = Passwords()
        self._sign_ins = SignIns(self._living)

    async def is_signup_open(self) -> bool:
        """Whether a person may register now."""
        if self._signup != "first":
            return self._signup == "open"
        async with self._database.reading() as session:
            return await AccountRepository(session).is_empty()

    async def register(self, command: Register) -> SignedIn:
        """Raises Forbidden when sign-up is closed and Conflict when the e-mail is taken."""
        if not await self.is_signup_open():
            raise _signup_closed()
        row = await self._new_account(command)
        async with self._database.transaction() as session:
            accounts = AccountRepository(session)
            if self._signup == "first":
                await accounts.keep_others_out()
                if not await accounts.is_empty():
                    raise _signup_closed()
            await accounts.add(row)
            return await self._start_session(accounts, row)

    async def log_in(self, command: LogIn) -> SignedIn:
        """Raises Unauthenticated, the same whether the e-mail or the password is wrong."""
        async with self._database.reading() as session:
            known = await AccountRepository(session).with_email(command.email)
        password_hash = known.password_hash if known else None
        matches = await self._passwords.match(command.password.get_secret_value(), password_hash)
        if known is None or not matches:
            raise _bad_credentials()
        renewed = await self._hash(command.password) if is_outdated(known.password_hash) else None
        async with self._database.transaction() as session:
            accounts = AccountRepository(session)
            row = await accounts.locked(UserId(known.id))
            # A password that was reset while this one was checked must not open a session.
            if row is not None and row.password_hash == password_hash:
                row.password_hash = renewed or row.password_hash
                await accounts.delete_sessions(row.id, expired_by=self._clock())
                return await self._start_session(accounts, row)
        if renewed:  # by another sign-in at the same time, perhaps
            return await self.log_in(command)
        raise _bad_credentials()

    async def log_out(self, session_id: str) -> None:
        async with self._database.transaction() as session:
            await AccountRepository(session).delete_session(session_id)
        self._sign_ins.end(session_id)

    def watch(self, *, cookie: str | None, secret: str | None) -> AbstractContextManager[SignIn]:
        """For connections that stay open: knows within seconds when the session or the API token has ended."""
        if secret is not None:
            return self._sign_ins.watch(tokens.digest(secret))
        claims = sessions.read(cookie or "", self._secret, self._clock())
        return self._sign_ins.watch(claims.session_id)

    async def authenticate(self, token: str) -> Principal:
        """The person whose cookie holds this JWT; raises Unauthenticated."""
        now = self._clock()
        claims = sessions.read(token, self._secret, now)
        async with self._database.reading() as session:
            found = await AccountRepository(session).signed_in(
                claims.account_id, claims.session_id, now
            )
        if found is None:
            raise sessions.not_signed_in()
        email, timezone = found
        return Principal.person(claims.account_id, email, timezone, claims.session_id)

    async def authenticate_token(self, secret: str) -> Principal:
        """The program that sent this API token; raises Unauthenticated."""
        if not tokens.is_secret(secret):
            raise _unknown_token()
        async with self._database.reading() as session:
            found = await AccountRepository(session).with_token(tokens.digest(secret))
        if found is None:
            raise _unknown_token()
        account, token = found
        await self._note_use(token)
        actor = Actor(ActorKind.TOKEN, token.name)
        return Principal(UserId(account.id), account.email, account.timezone, actor, None)

    async def get(self, account_id: UserId) -> Account:
        """Raises NotFound when it was deleted in the meantime."""
        async with self._database.reading() as session:
            row = await AccountRepository(session).with_id(account_id)
        return self._account(_existing(row))

    async def change(self, account_id: UserId, command: ChangeAccount) -> Account:
        """Raises Invalid for reminders by e-mail where none can be sent."""
        if command.reminders_by_email and not self._mail_available:
            message = "This server sends no e-mail."
            raise Invalid(message, code="mail_unavailable")
        async with self._database.transaction() as session:
            row = _existing(await AccountRepository(session).locked(account_id))
            row.timezone = command.timezone or row.timezone
            if "digest_time" in command.model_fields_set:
                row.digest_time = command.digest_time
            row.digest_at = digests.next_at(row.digest_time, row.timezone, self._clock())
            if command.reminders_by_email is not None:
                row.reminders_by_email = command.reminders_by_email
            return self._account(row)

    async def find(self, email: str) -> Principal:
        """Whoever has this e-mail, for the console, which may act as anybody; raises NotFound."""
        async with self._database.reading() as session:
            row = await AccountRepository(session).with_email(normalise_email(email))
        return Principal.of(_existing(row), None)

    async def add(self, command: Register) -> Account:
        """Whatever the sign-up setting says; raises Conflict when the e-mail is taken."""
        row = await self._new_account(command)
        async with self._database.transaction() as session:
            await AccountRepository(session).add(row)
        return self._account(row)

    async def list(self) -> tuple[Account, ...]:
        async with self._database.reading() as session:
            return tuple(self._account(row) for row in await AccountRepository(session).all())

    async def reset_password(self, account_id: UserId, command: ResetPassword) -> None:
        """Ends every session of the account."""
        password_hash = await self._hash(command.password)
        async with self._database.transaction() as session:
            accounts = AccountRepository(session)
            _existing(await accounts.locked(account_id)).password_hash = password_hash
            await accounts.delete_sessions(account_id)

    async def delete(self, account_id: UserId) -> None:
        """With everything that belongs to it, for good."""
        async with self._database.transaction() as session:
            if not await AccountRepository(session).delete(account_id):
                raise _no_account()

    async def create_token(self, account_id: UserId, command: CreateToken) -> CreatedToken:
        secret = tokens.new_secret()
        row = ApiTokenRow(
            id=new_id("tok"),
            account_id=account_id,
            name=command.name,
            secret_hash=tokens.digest(secret),
            created_at=self._clock(),
            last_used_at=None,
        )
        async with self._database.transaction() as session:
            accounts = AccountRepository(session)
            _existing(await accounts.locked(account_id))
            await accounts.add_token(row)
        return CreatedToken(_token(row), secret)

    async def list_tokens(self, account_id: UserId) -> tuple[Token, ...]:
        async with self._database.reading() as session:
            return tuple(_token(row) for row in await AccountRepository(session).tokens(account_id))

    async def revoke_token(self, account_id: UserId, token_id: str) -> None:
        """Raises NotFound, also for another account's token."""
        async with self._database.transaction() as session:
            if not await AccountRepository(session).delete_token(account_id, token_id):
                raise NotFound("There is no such token.", code="token_not_found")

    async def _living(self, keys: Collection[str]) -> set[str]:
        """Of these ids of sessions and hashes of API tokens, those that still let somebody in."""
        async with self._database.reading() as session:
            return await AccountRepository(session).living(keys, self._clock())

    async def _new_account(self, command: Register) -> AccountRow:
        return AccountRow(
            id=new_id("usr"),
            email=command.email,
            password_hash=await self._hash(command.password),
            timezone=command.timezone,
            created_at=self._clock(),
        )

    async def _hash(self, password: SecretStr) -> str:
        return await self._passwords.hash(password.get_secret_value())

    async def _start_session(self, accounts: AccountRepository, row: AccountRow) -> SignedIn:
        now = self._clock()
        expires_at = now + sessions.LIFETIME
        session_id = new_id("ses")
        await accounts.add_session(
            SessionRow(id=session_id, account_id=row.id, created_at=now, expires_at=expires_at)
        )
        claims = sessions.Claims(row.id, session_id)
        return SignedIn(self._account(row), sessions.sign(claims, self._secret, expires_at))

    def _account(self, row: AccountRow) -> Account:
        return Account(
            id=row.id,
            email=row.email,
            timezone=row.timezone,
            digest_time=row.digest_time,
            reminders_by_email=row.reminders_by_email,
            mail_available=self._mail_available,
            created_at=row.created_at,
        )

    async def _note_use(self, token: ApiTokenRow) -> None:
        now = self._clock()
        noted_before = now - USE_NOTED_EVERY
        if token.last_used_at is not None and token.last_used_at > noted_before:
            return
        async with self._database.transaction() as session:
            await AccountRepository(session).note_use(token.id, now, unless_after=noted_before)


def _token(row: ApiTokenRow) -> Token:
    return Token(row.id, row.name, row.created_at, row.last_used_at)


def _existing(row: AccountRow | None) -> AccountRow:
    if row is None:
        raise _no_account()
    return row


def _no_account() -> NotFound:
    return NotFound("There is no such account.", code="account_not_found")


def _signup_closed() -> Forbidden:
    message = "New accounts cannot be made here; ask whoever runs this server."
    return Forbidden(message, code="signup_closed")


def _bad_credentials() -> Unauthenticated:
    return Unauthenticated("The e-mail or the password is wrong.", code="bad_credentials")


def _unknown_token() -> Unauthenticated:
    return Unauthenticated("This API token is not known; it may have been revoked.")
