"""Proof that an attempt at a run is still the current one."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.db.tables import RunRow


@dataclass(frozen=True, slots=True)
class Fence:
    run_id: str
    attempt: int


class FenceLost(Exception):
    """Another attempt has the run, or it has ended: nothing may be done for it any more."""


async def hold(session: AsyncSession, fence: Fence) -> None:
    """Nobody else takes the run on or ends it before the transaction is over; raises FenceLost.

    Run rows are locked before stream rows, everywhere, or two transactions could wait for each other.
    """
    current = (
        select(RunRow.id)
        .where(
            RunRow.id == fence.run_id,
            RunRow.attempt == fence.attempt,
            RunRow.status == "running",
        )
        .with_for_update(key_share=True)
    )
    if await session.scalar(current) is None:
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
