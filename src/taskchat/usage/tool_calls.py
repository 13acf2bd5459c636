"""What tools did and how long it took, in SQL."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

from taskchat.db.statements import Link, change, inserted
from taskchat.domain.task import UserId

COLUMNS = (
    "run_id",
    "call_id",
    "owner_id",
    "thread_id",
    "day",
    "model",
    "tool",
    "status",
    "milliseconds",
    "at",
)


@dataclass(frozen=True, slots=True)
class ToolCall:
    """`status` is that of its card, `day` the person's own."""

    run_id: str
    call_id: str
    owner_id: UserId
    thread_id: str
    day: str
    model: str
    tool: str
    status: str
    milliseconds: int
    at: datetime


async def keep(link: Link, calls: Sequence[ToolCall]) -> None:
    """Each once, however often it is told."""
    rows = [astuple(call) for call in calls]
    await change(link, inserted("tool_calls", COLUMNS, rows, "ON CONFLICT DO NOTHING"))
