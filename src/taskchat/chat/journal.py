"""What a run has got for good, so that nothing of it is asked for or done a second time."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.engine import after_commit
from taskchat.db.types import DOCUMENT
from taskchat.streams.fences import Fence, hold

END = "end"
INSERT = text(
    "INSERT INTO journal (run_id, key, data) VALUES (:run_id, :key, :data) ON CONFLICT DO NOTHING"
).bindparams(bindparam("data", type_=DOCUMENT))


def turn_key(number: int) -> str:
    """Of the model's turn; the first is 1."""
    return f"turn:{number}"


def tool_key(call_id: str) -> str:
    return f"tool:{call_id}"


class Journal:
    """One attempt's access to its run's journal; `kept` is what earlier attempts wrote.

    Everything that a run writes joins the journal in its own transaction: an attempt that lost its
    run to another process is refused there.
    """

    def __init__(self, fence: Fence, kept: Mapping[str, Any]) -> None:
        self.fence = fence
        self._kept = dict(kept)
        self._noted: dict[str, Any] = {}

    def recall(self, key: str) -> dict[str, Any] | None:
        return self._kept.get(key)

    def tools(self) -> dict[str, dict[str, Any]]:
        """What the tools gave, by call id."""
        prefix = tool_key("")
        return {
            key.removeprefix(prefix): data
            for key, data in self._kept.items()
            if key.startswith(prefix)
        }

    def note(self, key: str, data: dict[str, Any]) -> None:
        """Keeps what has no effect of its own; it is written with the next thing that has one."""
        self._kept[key] = self._noted[key] = data

    async def join(self, session: AsyncSession) -> None:
        """Locks the run and writes what was noted, within the caller's transaction.

        Raises FenceLost when the run is not this attempt's any more.
        """
        await hold(session, self.fence)
        noted = dict(self._noted)
        for key, data in noted.items():
            await self._insert(session, key, data)
        if noted:
            after_commit(session, lambda: self._forget(noted))

    async def record(self, session: AsyncSession, key: str, data: dict[str, Any]) -> None:
        """Writes the outcome of an effect in the transaction of the effect, after `join`."""
        await self._insert(session, key, data)
        after_commit(session, lambda: self._kept.__setitem__(key, data))

    async def _insert(self, session: AsyncSession, key: str, data: dict[str, Any]) -> None:
        await session.execute(INSERT, {"run_id": self.fence.run_id, "key": key, "data": data})

    def _forget(self, written: Mapping[str, Any]) -> None:
        for key in written:
            self._noted.pop(key, None)
