"""What a person's assistants have cost and done, by day, model, conversation and tool."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.tables import ModelCallRow, ThreadRow, ToolCallRow
from taskchat.domain.task import UserId
from taskchat.usage.checks import NO_THREAD
from taskchat.usage.days import Day
from taskchat.usage.ledger import SETTLED, Totals, totalled

MOST_THREADS = 50
MIDDLE, SLOW = 50, 95  # percent


@dataclass(frozen=True, slots=True)
class ThreadUsage:
    """`title` is None for a conversation that is gone."""

    thread_id: str
    title: str | None
    totals: Totals


@dataclass(frozen=True, slots=True)
class ToolUsage:
    tool: str
    calls: int
    failures: int
    median_ms: int
    p95_ms: int


class Report:
    """One person's, over the days from `days - 1` days ago up to now. Reads from one snapshot."""

    def __init__(
        self, session: AsyncSession, owner: UserId, *, zone: str, days: int, now: datetime
    ) -> None:
        self._session = session
        self._owner = owner
        self.today = Day.of(now, zone)
        self._first = Day.of(now - timedelta(days=days - 1), zone).name

    async def total(self) -> Totals:
        rows = await self._by()
        return rows[0][1] if rows else Totals()

    async def by_day(self) -> list[tuple[str, Totals]]:
        """Oldest first; only days with calls."""
        rows = await self._by(ModelCallRow.day)
        return sorted(_named(rows), key=lambda named: named[0])

    async def by_model(self) -> list[tuple[str, Totals]]:
        """The most used first."""
        return sorted(_named(await self._by(ModelCallRow.model)), key=_size, reverse=True)

    async def by_thread(self) -> list[ThreadUsage]:
        """Those that cost most, then those with most tokens."""
        rows = sorted(_named(await self._by(ModelCallRow.thread_id)), key=_size, reverse=True)
        most = [row for row in rows if row[0] != NO_THREAD][:MOST_THREADS]
        titles = await self._titles([thread_id for thread_id, _ in most])
        return [ThreadUsage(thread_id, titles.get(thread_id), totals) for thread_id, totals in most]

    async def by_tool(self) -> list[ToolUsage]:
        """The most called first. The calls in the middle and near the end of the order by time say how long they take."""
        call = ToolCallRow
        place = func.row_number().over(partition_by=call.tool, order_by=call.milliseconds)
        count = func.count().over(partition_by=call.tool)
        failed = func.sum(case((call.status == "failed", 1), else_=0)).over(partition_by=call.tool)
        ranked = (
            select(
                call.tool,
                call.milliseconds,
                place.label("place"),
                count.label("calls"),
                failed.label("failures"),
            )
            .where(call.owner_id == self._owner, call.day >= self._first)
            .subquery()
        )
        # The smallest place that at least so many percent of the calls are at or before.
        places = [(ranked.c.calls * percent + 99) // 100 for percent in (MIDDLE, SLOW)]
        wanted = select(ranked).where(or_(*(ranked.c.place == one for one in places)))
        found: dict[str, list[Any]] = {}
        for row in await self._session.execute(wanted.order_by(ranked.c.tool, ranked.c.place)):
            found.setdefault(row.tool, []).append(row)
        tools = [
            ToolUsage(
                tool,
                int(rows[0].calls),
                int(rows[0].failures),
                rows[0].milliseconds,
                rows[-1].milliseconds,
            )
            for tool, rows in found.items()
        ]
        return sorted(tools, key=lambda tool: (-tool.calls, tool.tool))

    async def _by(self, *keys: Any) -> list[tuple[Any, Totals]]:
        """With the first of the keys; calls that were reserved and never made are left out."""
        call = ModelCallRow
        query = totalled(*keys).where(
            call.owner_id == self._owner, call.day >= self._first, call.status == SETTLED
        )
        rows = (await self._session.execute(query)).all()
        named = [(row[0] if keys else None, Totals.of(row[len(keys) :])) for row in rows]
        return [(name, totals) for name, totals in named if totals.calls]

    async def _titles(self, thread_ids: list[str]) -> dict[str, str | None]:
        query = select(ThreadRow.id, ThreadRow.data).where(
            ThreadRow.id.in_(thread_ids), ThreadRow.owner_id == self._owner
        )
        return {row.id: row.data.get("title") for row in await self._session.execute(query)}


def _named(rows: list[tuple[Any, Totals]]) -> list[tuple[str, Totals]]:
    return [(str(name), totals) for name, totals in rows]


def _size(named: tuple[str, Totals]) -> tuple[float, int]:
    totals = named[1]
    return (totals.cost or 0.0, totals.prompt + totals.output)
