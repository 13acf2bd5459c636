"""What a person's assistants have used and done."""

from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel

from taskchat.api.deps import CurrentPrincipal, ResourcesDep
from taskchat.api.errors import problems
from taskchat.chat.runs.repository import RunRepository
from taskchat.clock import now
from taskchat.usage.ledger import Ledger, Totals
from taskchat.usage.prices import NANO_PER_DOLLAR
from taskchat.usage.report import Report, ThreadUsage, ToolUsage

router = APIRouter(prefix="/api", tags=["usage"])


class Allowance(BaseModel):
    """A limit of 0 is none."""

    used: int
    limit: int


class CostAllowance(BaseModel):
    """In US dollars; a limit of 0 is none. A call whose price is unknown counts as free."""

    used: float
    limit: float


class Today(BaseModel):
    """`resets_at` is midnight on the person's clock. Calls that are being made count as what they may come to."""

    day: str
    resets_at: str
    messages: Allowance
    tokens: Allowance
    cost: CostAllowance


class TotalsOut(BaseModel):
    """`calls` are turns of models, `requests` what was sent for them, retries included.

    `prompt` includes `cached`, `output` includes `thinking`; `cost` is in US dollars, null where no price is known.
    """

    calls: int
    requests: int
    prompt: int
    cached: int
    output: int
    thinking: int
    cost: float | None
    is_estimated: bool
    has_unknown_prices: bool

    @classmethod
    def of(cls, totals: Totals, **more: object) -> Self:
        fields = TotalsOut.model_fields
        return cls.model_validate({name: getattr(totals, name) for name in fields} | more)


class DayOut(TotalsOut):
    day: str


class ModelOut(TotalsOut):
    model: str


class ThreadOut(TotalsOut):
    """`title` is null for a conversation that was deleted."""

    thread_id: str
    title: str | None

    @classmethod
    def about(cls, thread: ThreadUsage) -> Self:
        return cls.of(thread.totals, thread_id=thread.thread_id, title=thread.title)


class ToolOut(BaseModel):
    tool: str
    calls: int
    failures: int
    median_ms: int
    p95_ms: int

    @classmethod
    def of(cls, tool: ToolUsage) -> Self:
        return cls(
            tool=tool.tool,
            calls=tool.calls,
            failures=tool.failures,
            median_ms=tool.median_ms,
            p95_ms=tool.p95_ms,
        )


class Usage(BaseModel):
    """`days` come oldest first and only where there were calls; of `threads` there are the 50 that cost most."""

    timezone: str
    today: Today
    total: TotalsOut
    days: list[DayOut]
    models: list[ModelOut]
    threads: list[ThreadOut]
    tools: list[ToolOut]


@router.get("/usage", responses=problems(401, 422))
async def get_usage(
    principal: CurrentPrincipal,
    resources: ResourcesDep,
    days: Annotated[int, Query(ge=1, le=366)] = 30,
) -> Usage:
    """Tokens, cost and tool calls of the last days, today among them."""
    limits, owner = resources.limits, principal.account_id
    async with resources.database.snapshot() as session:
        report = Report(session, owner, zone=principal.timezone, days=days, now=now())
        today = report.today
        spent = await Ledger(session, owner).spent(today.name)
        messages = await RunRepository(session).count_since(owner, today.began)
        return Usage(
            timezone=principal.timezone,
            today=Today(
                day=today.name,
                resets_at=today.ends.isoformat(),
                messages=Allowance(used=messages, limit=limits.messages),
                tokens=Allowance(used=spent.tokens, limit=limits.tokens),
                cost=CostAllowance(
                    used=spent.cost / NANO_PER_DOLLAR, limit=limits.cost / NANO_PER_DOLLAR
                ),
            ),
            total=TotalsOut.of(await report.total()),
            days=[DayOut.of(totals, day=day) for day, totals in await report.by_day()],
            models=[ModelOut.of(totals, model=name) for name, totals in await report.by_model()],
            threads=[ThreadOut.about(thread) for thread in await report.by_thread()],
            tools=[ToolOut.of(tool) for tool in await report.by_tool()],
        )
