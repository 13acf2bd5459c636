"""Proof that an attempt at a run is still the current one."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.statements import Link, Sql, Steps, change, for_update
from taskchat.db.tables import RunRow

CURRENT = "SELECT id FROM runs WHERE id = ? AND attempt = ? AND status = 'running'"


@dataclass(frozen=True, slots=True)
class Fence:
    run_id: str
    attempt: int


class FenceLost(Exception):
    """Another attempt has the run, or it has ended: nothing may be done for it any more."""


async def hold(session: Link, fence: Fence) -> None:
    """Nobody else takes the run on or ends it before the transaction is over; raises FenceLost.

    Run rows are locked before stream rows, everywhere, or two transactions could wait for each other.
    """
    await change(session, held(fence, for_update(session)))


def held(fence: Fence, for_update: str) -> Steps[None]:
    """As in `hold`, for what does more in the same trip to the database."""
    if not (yield Sql(f"{CURRENT}{for_update}", (fence.run_id, fence.attempt))):
        raise FenceLost(fence.run_id)


async def hold_free(session: AsyncSession, fences: Collection[Fence]) -> set[Fence]:
    """Those of the fences that stand and that nobody else holds; they stay so until the transaction is over.

    Waits for nobody: who holds one run and waits for another could be waited for in turn.
    """
    current = (
        select(RunRow.id, RunRow.attempt)
        .where(RunRow.id.in_({fence.run_id for fence in fences}), RunRow.status == "running")
        .with_for_update(read=True, skip_locked=True)
    )
    standing = {Fence(run_id, attempt) for run_id, attempt in await session.execute(current)}
    return standing.intersection(fences)
