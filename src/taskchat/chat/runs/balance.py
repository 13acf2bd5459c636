"""What a run came to, on record in the transaction that ends it."""

from collections.abc import Mapping
from functools import partial

from taskchat.chat import signatures
from taskchat.chat.attempt import Attempt
from taskchat.chat.books import Books, Payer
from taskchat.chat.tool_cards import ToolCard
from taskchat.db.engine import after_commit
from taskchat.db.statements import Link
from taskchat.usage import tool_calls
from taskchat.usage.days import Day
from taskchat.usage.ledger import Totals
from taskchat.usage.tool_calls import ToolCall


async def keep_balance(
    session: Link,
    books: Books,
    payer: Payer,
    attempt: Attempt,
    *,
    model: str,
    status: str,
    cards: Mapping[str, ToolCard],
) -> Totals | None:
    """Settles the calls and keeps what tools did and what models signed; None where no model was paid for."""
    totals = await attempt.spending.settle(session, status)
    now = books.clock()
    calls = [
        ToolCall(
            attempt.run_id,
            card.call_id,
            payer.owner,
            payer.thread_id,
            Day.of(now, payer.zone).name,
            model,
            card.name,
            card.status.value,
            card.milliseconds or 0,
            now,
        )
        for card in cards.values()
    ]
    await tool_calls.keep(session, calls)
    await signatures.keep(session, payer.thread_id, model, attempt.journal.turns())
    after_commit(session, partial(_count, books, calls))
    return totals


def _count(books: Books, calls: list[ToolCall]) -> None:
    for call in calls:
        books.metrics.count_tool_call(call.tool, call.status, call.milliseconds / 1000)
