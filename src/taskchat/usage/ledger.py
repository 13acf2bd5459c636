"""Model calls in SQL: reserved before they are made, settled once after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.statements import Link, change, fetched, follow
from taskchat.db.tables import ModelCallRow, RunRow
from taskchat.domain.task import UserId
from taskchat.usage.limits import Spent
from taskchat.usage.prices import NANO_PER_DOLLAR, NANO_PER_TOKEN, Price
from taskchat.usage.tokens import TokenCount

RESERVED, SETTLED = "reserved", "settled"
RUNNING = ("queued", "running")
LOST = "lost"  # the failure of a call of which nobody knows the end

# As text, because it is on the way to the first words of every answer. What the last call of the conversation came to
# is looked up on the way; ordered by a column without an index, or all calls since then would be gone through.
RESERVE = (
    "INSERT INTO model_calls (run_id, turn, attempt, owner_id, thread_id, day, model, status,"
    " prompt, cached, output, thinking, cost, is_estimated, requests, began_at)"
    " SELECT ?, CAST(? AS BIGINT), CAST(? AS BIGINT), ?, ?, ?, ?, 'reserved',"
    " size.prompt, 0, CAST(? AS BIGINT), 0,"
    " CAST(round(size.prompt * CAST(? AS DOUBLE PRECISION) + CAST(? AS DOUBLE PRECISION)) AS BIGINT),"
    " false, 0, ?"
    " FROM (SELECT CAST(? AS BIGINT) + COALESCE((SELECT prompt + output FROM model_calls"
    " WHERE thread_id = ? AND status = 'settled' AND prompt > 0 ORDER BY ended_at DESC LIMIT 1), 0) AS prompt) AS size"
)
CALL = "run_id = ? AND turn = ? AND attempt = ?"
DROP = f"DELETE FROM model_calls WHERE {CALL}"
SETTLE = (
    "UPDATE model_calls SET status = 'settled', prompt = ?, cached = ?, output = ?, thinking = ?, cost = ?,"
    f" is_estimated = ?, requests = ?, failure = ?, ended_at = ? WHERE {CALL} AND status = 'reserved' RETURNING 1"
)
SPENT = "SELECT sum(prompt + output), sum(cost) FROM model_calls WHERE owner_id = ? AND day = ?"
OF_RUN = (
    "SELECT sum(CASE WHEN requests > 0 THEN 1 ELSE 0 END), sum(requests), sum(prompt), sum(cached), sum(output),"
    " sum(thinking), sum(cost), max(CASE WHEN is_estimated THEN 1 ELSE 0 END),"
    " max(CASE WHEN cost IS NULL AND requests > 0 THEN 1 ELSE 0 END)"
    " FROM model_calls WHERE run_id = ? AND owner_id = ? AND status = 'settled'"
)


@dataclass(frozen=True, slots=True)
class Reservation:
    """A call before it is made: `tokens` is what it may come to."""

    run_id: str
    turn: int
    attempt: int
    thread_id: str
    day: str
    model: str
    tokens: TokenCount
    began_at: datetime


@dataclass(frozen=True, slots=True)
class Bill:
    """What a call came to; `requests` counts what was sent, `failure` is why it gave no answer."""

    tokens: TokenCount
    requests: int
    is_estimated: bool
    failure: str | None
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Totals:
    """Of settled calls; `cost` is in US dollars, None where no price is known of any of them."""

    calls: int = 0
    requests: int = 0
    prompt: int = 0
    cached: int = 0
    output: int = 0
    thinking: int = 0
    cost: float | None = None
    is_estimated: bool = False
    has_unknown_prices: bool = False

    @classmethod
    def of(cls, sums: Sequence[Any]) -> "Totals":
        """Of what `totalled` adds to its keys."""
        *counts, cost, is_estimated, is_unpriced = sums
        return cls(
            *(int(count or 0) for count in counts),
            cost=None if cost is None else int(cost) / NANO_PER_DOLLAR,
            is_estimated=bool(is_estimated),
            has_unknown_prices=bool(is_unpriced),
        )

    def as_turn(self) -> dict[str, Any]:
        """As the end of an answer tells it."""
        told = ("calls", "prompt", "cached", "output", "thinking", "cost", "is_estimated")
        return {name: getattr(self, name) for name in told}


WAS_MADE = ModelCallRow.requests > 0
SUMMED = ("requests", "prompt", "cached", "output", "thinking", "cost")


def totalled(*keys: Any) -> Select[*tuple[Any, ...]]:
    """Settled calls by `keys`. One that was reserved and never made is no call."""
    call = ModelCallRow
    columns: list[Any] = [
        *keys,
        func.sum(case((WAS_MADE, 1), else_=0)),
        *(func.sum(getattr(call, name)) for name in SUMMED),
        func.max(case((call.is_estimated, 1), else_=0)),
        func.max(case((call.cost.is_(None) & WAS_MADE, 1), else_=0)),
    ]
    return select(*columns).where(call.status == SETTLED).group_by(*keys)


class Ledger:
    """One person's calls, within the caller's transaction."""

    def __init__(self, link: Link, owner: UserId) -> None:
        self._link = link
        self._owner = owner

    async def reserve(self, call: Reservation, price: Price | None, *, follows: bool) -> None:
        """With `follows`, as many tokens more as the last call of the conversation came to."""
        output = call.tokens.output
        values = (
            *_key(call),
            self._owner,
            call.thread_id,
            call.day,
            call.model,
            output,
            price and price.input * NANO_PER_TOKEN,
            price and price.output * NANO_PER_TOKEN * output,
            call.began_at,
            call.tokens.prompt,
            call.thread_id if follows else "",
        )
        await change(self._link, fetched(RESERVE, *values))

    async def drop(self, call: Reservation) -> None:
        """As if it had never been reserved."""
        await change(self._link, fetched(DROP, *_key(call)))

    async def settle(self, call: Reservation, bill: Bill, cost: int | None) -> bool:
        """False when it was settled before."""
        tokens = bill.tokens
        values = (
            tokens.prompt,
            tokens.cached,
            tokens.output,
            tokens.thinking,
            cost,
            bill.is_estimated,
            bill.requests,
            bill.failure,
            bill.ended_at,
            *_key(call),
        )
        return bool(await change(self._link, fetched(SETTLE, *values)))

    async def spent(self, day: str, *, settled_only: bool = False) -> Spent:
        """On that day, with what is reserved."""
        text = f"{SPENT} AND status = 'settled'" if settled_only else SPENT
        ((tokens, cost),) = await follow(self._link, fetched(text, self._owner, day))
        return Spent(int(tokens or 0), int(cost or 0))

    async def totals(self, run_id: str) -> Totals | None:
        """None for a run that no counted model had a part in."""
        (sums,) = await follow(self._link, fetched(OF_RUN, run_id, self._owner))
        return None if sums[0] is None else Totals.of(sums)


async def reserved_by(session: AsyncSession, run_id: str) -> Sequence[Reservation]:
    """The calls of a run that are not settled, the earliest first."""
    call = ModelCallRow
    still = (call.run_id == run_id, call.status == RESERVED)
    rows = await session.scalars(select(call).where(*still).order_by(call.attempt, call.turn))
    return [_read(row) for row in rows]


async def totals_by_run(
    session: AsyncSession, owner: UserId, thread_id: str
) -> Mapping[str, Totals]:
    mine = (ModelCallRow.thread_id == thread_id, ModelCallRow.owner_id == owner)
    rows = await session.execute(totalled(ModelCallRow.run_id).where(*mine))
    return {run_id: Totals.of(sums) for run_id, *sums in rows}


async def settle_lost(session: AsyncSession, before: datetime, now: datetime) -> None:
    """Calls from before then whose run went away with its conversation: they count as what was reserved for them."""
    call = ModelCallRow
    runs_on = exists().where(RunRow.id == call.run_id, RunRow.status.in_(RUNNING))
    lost = (call.status == RESERVED, call.began_at < before, ~runs_on)
    bill = {"is_estimated": True, "requests": 1, "failure": LOST, "ended_at": now}
    await session.execute(update(call).where(*lost).values(status=SETTLED, **bill))


def _key(call: Reservation) -> tuple[str, int, int]:
    return (call.run_id, call.turn, call.attempt)


def _read(row: ModelCallRow) -> Reservation:
    return Reservation(
        row.run_id,
        row.turn,
        row.attempt,
        row.thread_id,
        row.day,
        row.model,
        TokenCount(prompt=row.prompt, output=row.output),
        row.began_at,
    )
