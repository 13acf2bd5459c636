"""All the cases, each alone and by two people at once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import httpx2

from tests.faults.cases import Case
from tests.faults.playing import Played, play
from tests.faults.site import Site
from tests.faults.verdict import differences

AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """`played` are the turns of those who played it, first of one alone; `trouble` what kept it from being played.

    `hang_up_seconds` is how soon the endpoint must be left after a click on Stop.
    """

    number: int
    case: Case
    hang_up_seconds: float
    played: tuple[Played, ...] = ()
    trouble: str = ""

    @property
    def wrong(self) -> list[str]:
        found = [
            found
            for each in self.played
            for found in differences(self.case, each, self.hang_up_seconds)
        ]
        return [self.trouble, *found] if self.trouble else found


async def play_alone(site: Site, case: Case) -> tuple[Played, ...]:
    return (await play(site, case),)


async def play_in_two(site: Site, case: Case) -> tuple[Played, ...]:
    """Two people at the same time."""
    return await asyncio.gather(play(site, case), play(site, case))


async def play_both_ways(site: Site, case: Case) -> tuple[Played, ...]:
    return (*await play_alone(site, case), *await play_in_two(site, case))


async def play_all(
    site: Site,
    cases: Sequence[tuple[int, Case]],
    way: Callable[[Site, Case], Awaitable[tuple[Played, ...]]],
    tell: Callable[[], None] = lambda: None,
    *,
    hang_up_seconds: float,
) -> list[Outcome]:
    """By their numbers; `tell` hears of each as soon as it was played."""
    room = asyncio.Semaphore(AT_ONCE)

    async def play_one(number: int, case: Case) -> Outcome:
        async with room:
            try:
                outcome = Outcome(number, case, hang_up_seconds, await way(site, case))
            except (AssertionError, TimeoutError, LookupError, httpx2.HTTPError) as error:
                trouble = f"could not be played: {error!r}"
                outcome = Outcome(number, case, hang_up_seconds, trouble=trouble)
        tell()
        return outcome

    # What takes longest begins first, and what is measured is played when nothing else is.
    together = [numbered for numbered in cases if numbered[1].way != "stop"]
    together.sort(key=lambda numbered: not numbered[1].takes_long)
    outcomes = await asyncio.gather(*(play_one(number, case) for number, case in together))
    measured = [await play_one(n, case) for n, case in cases if case.way == "stop"]
    return sorted([*outcomes, *measured], key=lambda outcome: outcome.number)
