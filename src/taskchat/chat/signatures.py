"""What models want back with the calls they made, kept beyond the run that made them."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.chat.recorded_turn import RecordedTurn
from taskchat.db.statements import Link, change, inserted
from taskchat.db.tables import ThoughtSignatureRow

COLUMNS = ("thread_id", "call_id", "model", "signature")

type Signed = tuple[str, str]
"""The model that signed, and its signature."""


async def keep(link: Link, thread_id: str, model: str, turns: Iterable[Mapping[str, Any]]) -> None:
    """`turns` are a run's turns as its journal has them; what is kept already stays."""
    calls = [call for turn in turns for call in RecordedTurn.read({**turn}).calls]
    rows = [(thread_id, call.id, model, call.signature) for call in calls if call.signature]
    await change(link, inserted("thought_signatures", COLUMNS, rows, "ON CONFLICT DO NOTHING"))


async def load(
    session: AsyncSession, thread_id: str, call_ids: Collection[str]
) -> dict[str, Signed]:
    """By call id; those that nobody signed are missing."""
    if not call_ids:
        return {}
    row = ThoughtSignatureRow
    of_calls = (row.thread_id == thread_id, row.call_id.in_(call_ids))
    found = await session.execute(select(row.call_id, row.model, row.signature).where(*of_calls))
    return {call_id: (model, signature) for call_id, model, signature in found}
