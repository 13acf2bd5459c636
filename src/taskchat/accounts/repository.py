"""Accounts, their sessions and their API tokens in SQL."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import batched

from sqlalchemy import delete, exists, or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.statements import fetched, follow
from taskchat.db.tables import AccountRow, ApiTokenRow, SessionRow, StreamRow
from taskchat.domain.errors import Conflict
from taskchat.domain.task import UserId

KEYS_AT_ONCE = 500
SIGNED_IN = (
    "SELECT email, timezone FROM accounts JOIN sessions ON account_id = accounts.id"
    " WHERE accounts.id = ? AND sessions.id = ? AND expires_at > ?"
)


class AccountRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, account: AccountRow) -> None:
        """With the stream of the person's events; raises Conflict when the e-mail is taken."""
        self._session.add(account)
        try:
            await self._session.flush()
        except IntegrityError as error:
            message = "There is already an account with this e-mail address."
            raise Conflict(message, code="email_taken") from error
        self._session.add(StreamRow(id=account.id, owner_id=account.id))
        await self._session.flush()

    async def keep_others_out(self) -> None:
        """Until the transaction ends nobody else adds an account; on SQLite that is so anyway."""
        if self._session.get_bind().dialect.name == "postgresql":
            await self._session.execute(text("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE"))

    async def is_empty(self) -> bool:
        return not await self._session.scalar(select(exists().select_from(AccountRow)))

    async def all(self) -> Sequence[AccountRow]:
        """In order of their creation."""
        rows = await self._session.scalars(
            select(AccountRow).order_by(AccountRow.created_at, AccountRow.id)
        )
        return rows.all()

    async def with_email(self, email: str) -> AccountRow | None:
        return await self._session.scalar(select(AccountRow).where(AccountRow.email == email))

    async def with_id(self, account_id: UserId) -> AccountRow | None:
        return await self._session.get(AccountRow, account_id)

    async def locked(self, account_id: UserId) -> AccountRow | None:
        """The account, which nobody else changes until the transaction ends."""
        return await self._session.get(AccountRow, account_id, with_for_update=True)

    async def delete(self, account_id: UserId) -> bool:
        """With everything that belongs to it. Whether it was there."""
        deleted = await self._session.scalar(
            delete(AccountRow).where(AccountRow.id == account_id).returning(AccountRow.id)
        )
        return deleted is not None

    async def add_session(self, row: SessionRow) -> None:
        self._session.add(row)
        await self._session.flush()

    async def signed_in(
        self, account_id: str, session_id: str, now: datetime
    ) -> tuple[str, str] | None:
        """E-mail address and time zone of the account, if that session is its own and alive."""
        asked = fetched(SIGNED_IN, account_id, session_id, now)
        found = await follow(self._session, asked)
        return (found[0][0], found[0][1]) if found else None

    async def living(self, keys: Collection[str], now: datetime) -> set[str]:
        """Those of the keys that are ids of sessions that are alive, or hashes of API tokens."""
        living: set[str] = set()
        for some in batched(keys, KEYS_AT_ONCE, strict=False):
            session_ids = select(SessionRow.id).where(
                SessionRow.id.in_(some), SessionRow.expires_at > now
            )
            hashes = select(ApiTokenRow.secret_hash).where(ApiTokenRow.secret_hash.in_(some))
            for found in (session_ids, hashes):
                living.update(await self._session.scalars(found))
        return living

    async def delete_session(self, session_id: str) -> None:
        await self._session.execute(delete(SessionRow).where(SessionRow.id == session_id))

    async def delete_sessions(self, account_id: str, *, expired_by: datetime | None = None) -> None:
        """All of an account's, or those that had expired by then."""
        statement = delete(SessionRow).where(SessionRow.account_id == account_id)
        if expired_by is not None:
            statement = statement.where(SessionRow.expires_at <= expired_by)
        await self._session.execute(statement)

    async def add_token(self, row: ApiTokenRow) -> None:
        self._session.add(row)
        await self._session.flush()

    async def with_token(self, secret_hash: str) -> tuple[AccountRow, ApiTokenRow] | None:
        """The account and its token, if there is one with that hash."""
        found = await self._session.execute(
            select(AccountRow, ApiTokenRow)
            .join(ApiTokenRow, ApiTokenRow.account_id == AccountRow.id)
            .where(ApiTokenRow.secret_hash == secret_hash)
        )
        row = found.one_or_none()
        return (row[0], row[1]) if row else None

    async def tokens(self, account_id: UserId) -> Sequence[ApiTokenRow]:
        """In order of their creation."""
        rows = await self._session.scalars(
            select(ApiTokenRow)
            .where(ApiTokenRow.account_id == account_id)
            .order_by(ApiTokenRow.created_at, ApiTokenRow.id)
        )
        return rows.all()

    async def note_use(self, token_id: str, now: datetime, *, unless_after: datetime) -> None:
        """Leaves a token alone that another request noted in the meantime."""
        await self._session.execute(
            update(ApiTokenRow)
            .where(
                ApiTokenRow.id == token_id,
                or_(ApiTokenRow.last_used_at.is_(None), ApiTokenRow.last_used_at <= unless_after),
            )
            .values(last_used_at=now)
        )

    async def delete_token(self, account_id: UserId, token_id: str) -> bool:
        """Whether it was there."""
        deleted = await self._session.scalar(
            delete(ApiTokenRow)
            .where(ApiTokenRow.account_id == account_id, ApiTokenRow.id == token_id)
            .returning(ApiTokenRow.id)
        )
        return deleted is not None
