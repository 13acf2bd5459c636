"""Servers killed again and again. `make torture` does the same hundreds of times."""

import pytest

from tests.torture.people import Person
from tests.torture.rounds import kill_once
from tests.torture.sites import Site

pytestmark = pytest.mark.anyio

KILLS = 20


async def kill(here: Site, person: Person) -> None:
    while here.kills < KILLS:
        await kill_once(here, person)
    assert here.tally.wrong == []
    assert here.tally.recovered > 0
    assert here.points_reached > 0


async def test_nothing_is_lost_or_done_twice_when_the_only_server_is_killed(
    single: Site, ann: Person
) -> None:
    await kill(single, ann)


async def test_nothing_is_lost_or_done_twice_when_one_of_two_servers_is_killed(
    cluster: Site, ben: Person
) -> None:
    await kill(cluster, ben)
