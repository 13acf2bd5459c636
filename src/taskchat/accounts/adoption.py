"""Accounts that come from elsewhere with the hash of their password."""

from datetime import datetime

from taskchat.accounts.passwords import DECOY
from taskchat.accounts.principal import Principal
from taskchat.accounts.repository import AccountRepository
from taskchat.db.engine import Database
from taskchat.db.tables import AccountRow
from taskchat.domain.ids import new_id


async def find(database: Database, email: str) -> Principal | None:
    """`email` as `normalise_email` gives it."""
    async with database.reading() as session:
        row = await AccountRepository(session).with_email(email)
    return row and Principal.of(row, None)


async def adopt(
    database: Database,
    *,
    email: str,
    password_hash: str | None,
    timezone: str,
    created_at: datetime,
) -> Principal:
    """A new account; without a hash nobody gets in before a password is set. Raises Conflict when the e-mail is taken."""
    row = AccountRow(
        id=new_id("usr"),
        email=email,
        password_hash=password_hash or DECOY,
        timezone=timezone,
        created_at=created_at,
    )
    async with database.transaction() as session:
        await AccountRepository(session).add(row)
    return Principal.of(row, None)
