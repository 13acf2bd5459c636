"""What people may spend on models, and how a call is reserved before it is made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from taskchat.db.engine import Database
from taskchat.db.statements import Link
from taskchat.domain.task import UserId
from taskchat.metrics import Metrics
from taskchat.streams.log import EventLog
from taskchat.usage.days import Day
from taskchat.usage.ledger import Bill, Ledger, Reservation
from taskchat.usage.limits import Limits, Measure
from taskchat.usage.prices import Prices
from taskchat.usage.tokens import TokenCount, estimate

# What is reserved for a call: instructions and tools, and an answer of some length.
PROMPT_TOKENS = 1500
ANSWER_TOKENS = 800


@dataclass(frozen=True, slots=True)
class Books:
    """What the spending of every run needs."""

    database: Database
    log: EventLog
    limits: Limits
    prices: Prices
    metrics: Metrics
    clock: Callable[[], datetime]

    def count(self, call: Reservation, bill: Bill, cost: int | None, *, outcome: str) -> None:
        """For Prometheus, once the call is settled; `cost` is in billionths of a US dollar."""
        tokens = bill.tokens
        self.metrics.count_tokens(
            call.model,
            prompt=tokens.prompt,
            cached=tokens.cached,
            output=tokens.output,
            thinking=tokens.thinking,
        )
        self.metrics.count_call(
            call.model,
            outcome,
            requests=bill.requests,
            cost=cost,
            seconds=(bill.ended_at - call.began_at).total_seconds(),
        )


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose tokens they are, and in which conversation; `zone` tells the person's days."""

    owner: UserId
    zone: str
    thread_id: str


def first_call(payer: Payer, run_id: str, model: str, *, size: int, now: datetime) -> Reservation:
    """The call with which a run begins; `size` is that of the message in bytes."""
    tokens = TokenCount(prompt=PROMPT_TOKENS + estimate(size), output=ANSWER_TOKENS)
    day = Day.of(now, payer.zone).name
    return Reservation(run_id, 1, 1, payer.thread_id, day, model, tokens, now)


async def reserve(
    books: Books, session: Link, owner: UserId, call: Reservation, *, follows: bool = True
) -> Measure | None:
    """The limit that the call would exceed, in which case nothing is reserved.

    Where there are budgets the person's turn has to be taken before. `follows` adds what the
    conversation's last call came to.
    """
    ledger = Ledger(session, owner)
    await ledger.reserve(call, books.prices.find(call.model, call.began_at), follows=follows)
    if not books.limits.budgets:
        return None
    exceeded = books.limits.exceeded(await ledger.spent(call.day))
    if exceeded:
        await ledger.drop(call)
        books.metrics.count_refusal(exceeded.value)
    return exceeded
