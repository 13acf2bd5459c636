"""When messages were answered, so that a model reads the same time before each of them ever after."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from taskchat.db.statements import Link, fetched, follow
from taskchat.db.types import asked_for

ANSWERS = (
    "SELECT input_item_id, created_at, finished_at FROM runs WHERE thread_id = ?"
    " AND kind IN ('message', 'retry') AND status NOT IN ('queued', 'withdrawn') AND start >= coalesce("
    "(SELECT min(start) FROM runs WHERE thread_id = ? AND input_item_id = ?), 0)"
    " ORDER BY start, created_at"
)


async def begun(
    link: Link, thread_id: str, rows: Sequence[Mapping[str, object]]
) -> dict[str, datetime]:
    """By the id of a message among the rows, when its latest answer began; of old ones nobody knows it any more.

    What had to wait began when the answer before it ended.
    """
    first = next((str(row["id"]) for row in rows if row["type"] == "user_message"), "")
    answers = fetched(ANSWERS, thread_id, thread_id, asked_for(first))
    times: dict[str, datetime] = {}
    free: datetime | None = None
    for item_id, created_at, finished_at in await follow(link, answers):
        created = _moment(created_at)
        times[item_id] = max(created, free or created)
        free = _moment(finished_at) if finished_at else free
    return times


def _moment(stored: datetime | str) -> datetime:
    """SQLite's driver gives it as text, without its zone."""
    return stored if isinstance(stored, datetime) else datetime.fromisoformat(f"{stored}+00:00")
