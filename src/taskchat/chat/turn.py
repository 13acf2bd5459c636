"""What belongs to one answer while it is being made, shared by the agent, its tools and the page."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field

from taskchat.chat.confirmations import PendingEffect
from taskchat.chat.journal import Journal
from taskchat.chat.transcript import Signal
from taskchat.tasks.owner import Owner


@dataclass(slots=True)
class Turn:
    """`signals` ends with None, or with the exception that ended the answer; `changes` counts calls that changed something.

    `lost` is why a tool does not know whether it had an effect: the SDK would hide it in an error of its own.

    `cursors` are those that the model was shown in short, by what it was shown instead.
    """

    owner: Owner
    journal: Journal
    signals: asyncio.Queue[Signal | Exception | None] = field(
        default_factory=lambda: asyncio.Queue[Signal | Exception | None]()
    )
    pending: list[PendingEffect] = field(default_factory=list[PendingEffect])
    deletions_asked: int = 0
    deletions_done: int = 0
    changes: int = 0
    cursors: dict[str, str] = field(default_factory=dict[str, str])
    in_order: asyncio.Lock = field(default_factory=asyncio.Lock)
    is_stopped: bool = False
    lost: Exception | None = None
    effects: set[asyncio.Task[str]] = field(default_factory=set["asyncio.Task[str]"])

    def show(self, signal: Signal) -> None:
        self.signals.put_nowait(signal)

    async def undisturbed(self, effect: Coroutine[None, None, str]) -> str:
        """Runs to its end even when the answer is stopped, so that its card tells what really happened."""
        task = asyncio.ensure_future(effect)
        self.effects.add(task)
        task.add_done_callback(self._forget)
        return await asyncio.shield(task)

    def _forget(self, effect: asyncio.Task[str]) -> None:
        """Whoever waited for it may have gone; what it failed with is in `lost` then."""
        self.effects.discard(effect)
        if not effect.cancelled():
            effect.exception()

    async def settle(self) -> None:
        """Waits for the tool calls that had begun."""
        await asyncio.gather(*self.effects, return_exceptions=True)
