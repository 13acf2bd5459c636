from collections.abc import AsyncGenerator

import pytest

from tests.torture.people import Person
from tests.torture.sites import Site, site

SEED = 20261121


@pytest.fixture(scope="module")
async def single(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Site]:
    """One process over SQLite; each test leaves it running."""
    async with site("sqlite", tmp_path_factory.mktemp("single"), SEED) as here:
        yield here


@pytest.fixture(scope="module")
async def cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Site]:
    """Two processes over PostgreSQL and Redis; each test leaves all of them running."""
    async with site("redis", tmp_path_factory.mktemp("cluster"), SEED) as here:
        yield here


@pytest.fixture
async def ann(single: Site) -> Person:
    return await someone(single)


@pytest.fixture
async def ben(cluster: Site) -> Person:
    return await someone(cluster)


async def someone(here: Site) -> Person:
    person = Person(here.urls)
    await person.register()
    return person
