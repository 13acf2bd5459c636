"""What the model calls of a run come to: reserved before each, settled after, in transactions that are made anyway."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from chatkit.types import NoticeEvent

from taskchat.chat import wire
from taskchat.chat.books import ANSWER_TOKENS, PROMPT_TOKENS, Books, Payer, reserve
from taskchat.chat.failures import FailureKind, ModelFailure
from taskchat.chat.journal import Journal, turn_key
from taskchat.chat.repository import ChatRepository
from taskchat.db.engine import after_commit
from taskchat.db.statements import Link
from taskchat.usage.days import Day
from taskchat.usage.ledger import Bill, Ledger, Reservation, Totals
from taskchat.usage.limits import Measure, Spent
from taskchat.usage.tokens import TokenCount, estimate

SPENT = "spent"  # beside a turn in the journal
INTERRUPTED = "interrupted"


@dataclass(slots=True, eq=False)
class _Call:
    """A call that is not known to be settled."""

    reserved: Reservation
    tokens: TokenCount = field(default_factory=TokenCount)
    requests: int = 0
    is_estimated: bool = False
    failure: str | None = None
    ended_at: datetime | None = None

    def bill(self, unfinished: str, now: datetime) -> Bill:
        failure = self.failure or (None if self.ended_at else unfinished)
        ended_at = self.ended_at or now
        return Bill(self.tokens, self.requests, self.is_estimated, failure, ended_at)


class Spending:
    """Of one attempt at a run; `reserved` are the run's calls that are not settled yet, earlier attempts' too."""

    def __init__(
        self,
        books: Books,
        payer: Payer,
        journal: Journal,
        *,
        model: str,
        costs: bool,
        reserved: Iterable[Reservation] = (),
        shown_size: int = 0,
    ) -> None:
        """`costs` is false for a model that nobody pays for; `shown_size` is how many bytes were said and not finished."""
        self._books = books
        self._payer = payer
        self._journal = journal
        self._model = model
        self._costs = costs
        self._shown_size = shown_size
        self._open = [_Call(call) for call in reserved]
        self._current: _Call | None = None
        self._last: TokenCount | None = None

    # While a model answers

    async def begin(self, turn: int, size: int) -> None:
        """Before a turn is asked for; `size` is how many bytes have been added since the last one.

        Raises ModelFailure when the day's budget is used up, and FenceLost.
        """
        if not self._costs:
            return
        self._current = self._find(turn)
        if self._current is None and (exceeded := await self._begin_next(turn, size)):
            sentence = self._books.limits.explain(exceeded)
            raise ModelFailure(FailureKind.BUDGET, sentence, allow_retry=False)

    def count(self, tokens: TokenCount, *, is_estimated: bool) -> None:
        """For each request that was made."""
        if call := self._current:
            call.tokens += tokens
            call.requests += 1
            call.is_estimated = call.is_estimated or is_estimated

    def complete(self, told: TokenCount) -> dict[str, Any]:
        """At the end of a turn, with what the model says of it; returns what the journal keeps beside the turn."""
        if (call := self._current) is None:
            return {}
        if not call.requests:
            call.tokens, call.requests = told, 1
        call.ended_at = self._books.clock()
        self._last = told
        return {SPENT: _as_json(call)}

    def fail(self, failure: FailureKind) -> None:
        if call := self._current:
            call.failure = failure.value
            call.ended_at = self._books.clock()

    def count_retry(self, failure: FailureKind) -> None:
        self._books.metrics.count_retry(self._model, failure.value)

    def recall(self, told: TokenCount) -> None:
        """A turn that an earlier attempt paid for."""
        self._last = told

    def _find(self, turn: int) -> _Call | None:
        attempt = self._journal.fence.attempt
        ours = (c for c in self._open if (c.reserved.turn, c.reserved.attempt) == (turn, attempt))
        return next(ours, None)

    async def _begin_next(self, turn: int, size: int) -> Measure | None:
        reserved = self._reservation(turn, size)
        call = self._current = _Call(reserved)
        before = list(self._open)
        # A run that ends meanwhile settles it too: it may be reserved by then.
        self._open.append(call)
        exceeded = await self._books.database.transact(
            lambda link: self._change_calls(link, before, reserved)
        )
        if exceeded:
            self._open.remove(call)
            self._current = None
        return exceeded

    async def _change_calls(
        self, link: Link, before: list[_Call], call: Reservation
    ) -> Measure | None:
        await self._journal.join(link)
        await self.take_turn(link)
        await self._settle(link, before, INTERRUPTED)
        follows = self._last is None
        return await reserve(self._books, link, self._payer.owner, call, follows=follows)

    def _reservation(self, turn: int, size: int) -> Reservation:
        known = self._last.total if self._last else PROMPT_TOKENS
        now, fence = self._books.clock(), self._journal.fence
        return Reservation(
            fence.run_id,
            turn,
            fence.attempt,
            self._payer.thread_id,
            Day.of(now, self._payer.zone).name,
            self._model,
            TokenCount(prompt=known + estimate(size), output=ANSWER_TOKENS),
            now,
        )

    # At the end

    async def take_turn(self, link: Link) -> None:
        """Right after joining the journal: sums of several answers at once are made one after the other."""
        if self._books.limits.budgets:
            await ChatRepository(link, self._payer.owner).take_turn()

    async def settle(self, link: Link, unfinished: str) -> Totals | None:
        """What the run came to, in the transaction that ends it; `unfinished` is the failure of a call without an end."""
        await self._settle(link, self._open, unfinished)
        return await Ledger(link, self._payer.owner).totals(self._journal.fence.run_id)

    async def leave(self) -> None:
        """Settles what this attempt knows best, when the run goes on elsewhere."""
        attempt = self._journal.fence.attempt
        ours = [call for call in self._open if call.reserved.attempt == attempt]
        if ours:
            await self._books.database.transact(lambda link: self._settle(link, ours, INTERRUPTED))

    async def _settle(self, link: Link, calls: list[_Call], unfinished: str) -> None:
        if not calls:
            return
        now = self._books.clock()
        today, limits = Day.of(now, self._payer.zone).name, self._books.limits
        ledger, settled = Ledger(link, self._payer.owner), list(calls)
        before = await ledger.spent(today, settled_only=True) if limits.budgets else Spent()
        after = before
        for call in settled:
            bill = self._bill(call, unfinished, now)
            spent = await self._settle_one(link, ledger, call.reserved, bill)
            if call.reserved.day == today:
                after += spent
        if told := limits.warnings(before, after):
            notices = [NoticeEvent(level="warning", message=sentence) for sentence in told]
            lines = [wire.encode(notice) for notice in notices]
            await self._books.log.write(link, self._payer.thread_id, lines)
        after_commit(link, partial(self._forget, settled))

    async def _settle_one(self, link: Link, ledger: Ledger, call: Reservation, bill: Bill) -> Spent:
        cost = self._books.prices.cost(call.model, bill.tokens, call.began_at)
        if not await ledger.settle(call, bill, cost):
            return Spent()
        if bill.requests:
            outcome = bill.failure or "ok"
            after_commit(link, partial(self._books.count, call, bill, cost, outcome=outcome))
        return Spent(bill.tokens.total, cost or 0)

    def _bill(self, call: _Call, unfinished: str, now: datetime) -> Bill:
        if call.reserved.attempt == self._journal.fence.attempt:
            return call.bill(unfinished, now)
        kept = self._journal.recall(turn_key(call.reserved.turn)) or {}
        spent = kept.get(SPENT)
        if spent and spent["attempt"] == call.reserved.attempt:
            return Bill(
                TokenCount(**spent["tokens"]), spent["requests"], spent["is_estimated"], None, now
            )
        return self._estimated(call.reserved, now)

    def _estimated(self, call: Reservation, now: datetime) -> Bill:
        """Of a call whose process is gone: it was made, and what came back is what was seen of it."""
        shown = estimate(self._shown_size) or call.tokens.output
        tokens = TokenCount(prompt=call.tokens.prompt, output=shown)
        return Bill(tokens, 1, is_estimated=True, failure=INTERRUPTED, ended_at=now)

    def _forget(self, settled: list[_Call]) -> None:
        self._open = [call for call in self._open if call not in settled]


def _as_json(call: _Call) -> dict[str, Any]:
    tokens = call.tokens
    return {
        "attempt": call.reserved.attempt,
        "tokens": {
            "prompt": tokens.prompt,
            "cached": tokens.cached,
            "output": tokens.output,
            "thinking": tokens.thinking,
        },
        "requests": call.requests,
        "is_estimated": call.is_estimated,
    }
