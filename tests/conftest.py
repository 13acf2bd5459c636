import pytest

pytest_plugins = ["tests.databases", "tests.people"]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
