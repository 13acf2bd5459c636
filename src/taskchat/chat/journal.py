"""What a run has got for good, so that nothing of it is asked for or done a second time."""

from collections.abc import Mapping
from typing import Any

from taskchat.db.engine import after_commit
from taskchat.db.statements import Link, Steps, change, document, for_update, inserted
from taskchat.streams.fences import Fence, held

END = "end"
TURN = "turn:"
COLUMNS = ("run_id", "key", "data")


def turn_key(number: int) -> str:
    """Of the model's turn; the first is 1."""
    return f"{TURN}{number}"


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
        return self._kept_under(tool_key(""))

    def turns(self) -> list[dict[str, Any]]:
        """The model's finished turns."""
        return list(self._kept_under(TURN).values())

    def _kept_under(self, prefix: str) -> dict[str, dict[str, Any]]:
        return {
            key.removeprefix(prefix): data
            for key, data in self._kept.items()
            if key.startswith(prefix)
        }

    def note(self, key: str, data: dict[str, Any]) -> None:
        """Keeps what has no effect of its own; it is written with the next thing that has one."""
        self._kept[key] = self._noted[key] = data

    async def join(self, session: Link) -> None:
        """Locks the run and writes what was noted, within the caller's transaction.

        Raises FenceLost when the run is not this attempt's any more.
        """
        noted = dict(self._noted)
        await change(session, self._joined(noted, for_update(session)))
        if noted:
            after_commit(session, lambda: self._forget(noted))

    async def record(self, session: Link, key: str, data: dict[str, Any]) -> None:
        """Writes the outcome of an effect in the transaction of the effect, after `join`."""
        await change(session, self._inserted({key: data}))
        after_commit(session, lambda: self._kept.__setitem__(key, data))

    def _joined(self, noted: Mapping[str, dict[str, Any]], for_update: str) -> Steps[None]:
        yield from held(self.fence, for_update)
        yield from self._inserted(noted)

    def _inserted(self, noted: Mapping[str, dict[str, Any]]) -> Steps[None]:
        rows = [(self.fence.run_id, key, document(data)) for key, data in noted.items()]
        yield from inserted("journal", COLUMNS, rows, "ON CONFLICT DO NOTHING")

    def _forget(self, written: Mapping[str, Any]) -> None:
        for key in written:
            self._noted.pop(key, None)
