"""Claims on people: what is due for one of them is fired by one process at a time."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.tables import AccountRow, StreamRow


async def claim(session: AsyncSession, account_id: str) -> AccountRow | None:
    """The account, which is ours with its stream until the transaction ends; None while somebody else holds either.

    Both at once and without waiting: whoever holds one of them may wait for what is claimed here.
    """
    query = (
        select(AccountRow)
        .join(StreamRow, StreamRow.id == AccountRow.id)
        .where(AccountRow.id == account_id)
    )
    return await session.scalar(query.with_for_update(skip_locked=True, key_share=True))
