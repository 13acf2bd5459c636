"""One process's try at a run: what its answer, its tools and its store share."""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass

from chatkit.store import StoreItemType

from taskchat.chat.journal import Journal
from taskchat.chat.spending import Spending

PREFIXES: dict[StoreItemType, str] = {
    "thread": "thr",
    "message": "msg",
    "tool_call": "tc",
    "workflow": "wf",
    "task": "tsk",
    "attachment": "atc",
    "sdk_hidden_context": "shcx",
}


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers, by id; `instead_of` is whom the message would else have gone to.

    Without a model it is whoever answers by default.
    """

    model: str | None = None
    instead_of: str | None = None


DEFAULT = Answering()


class Attempt:
    """`settled` are the ids of the items that earlier attempts finished: they are not shown or stored again."""

    def __init__(
        self,
        journal: Journal,
        spending: Spending,
        settled: Collection[str] = (),
        *,
        answering: Answering = DEFAULT,
    ) -> None:
        self.journal = journal
        self.spending = spending
        self.answering = answering
        self.settled = frozenset(settled)
        self.is_stopped = False
        self.breakdown: Exception | None = None
        """What kept the answer from being made or stored, which the official server tells nobody."""
        self._stop: Callable[[], None] | None = None
        self._items = 0

    @property
    def run_id(self) -> str:
        return self.journal.fence.run_id

    def stop(self) -> None:
        """Ends the answer, even one that has yet to begin; what it said and did until then is kept."""
        self.is_stopped = True
        if self._stop:
            self._stop()

    def on_stop(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        if self.is_stopped:
            stop()

    def next_item_id(self, kind: StoreItemType) -> str:
        """The same for the same item of the same run, so that an attempt finds what another one stored."""
        self._items += 1
        seed = f"{self.run_id}/{self._items}/{kind}"
        return f"{PREFIXES[kind]}_{hashlib.sha256(seed.encode()).hexdigest()[:32]}"
