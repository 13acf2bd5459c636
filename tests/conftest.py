import pytest

pytest_plugins = ["tests.databases", "tests.people", "tests.redis_server"]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
