import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.torture.people import Person
from tests.torture.sites import Site, site

SEED = 20261121


@contextmanager
def directory() -> Generator[Path]:
    """Not in a folder of pytest's: PostgreSQL runs as a user of its own, who may not enter there."""
    place = tempfile.TemporaryDirectory(prefix="taskchat-torture-", ignore_cleanup_errors=True)
    with place as name:
        yield Path(name)


@pytest.fixture(scope="module")
async def single() -> AsyncGenerator[Site]:
    """One process over SQLite; each test leaves it running."""
    with directory() as place:
        async with site("sqlite", place, SEED) as here:
            yield here


@pytest.fixture(scope="module")
async def cluster() -> AsyncGenerator[Site]:
    """Two processes over PostgreSQL and Redis; each test leaves all of them running."""
    with directory() as place:
        async with site("redis", place, SEED) as here:
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
