import pytest
from hypothesis import settings

pytest_plugins = ["tests.console", "tests.databases", "tests.people", "tests.redis_server"]

# Examples are bounded in number; how long one takes says something of the machine only.
settings.register_profile("taskchat", deadline=None)
settings.load_profile("taskchat")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
