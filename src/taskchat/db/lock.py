"""An embedded database belongs to one serving process at a time."""

import fcntl
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from taskchat.domain.errors import Conflict


@contextmanager
def serving_alone(url: str) -> Generator[None]:
    """Raises Conflict while another process serves the same SQLite file; the kernel ends the lock with its process.

    Two would end each other's running answers as orphans. PostgreSQL is not locked.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        yield
        return
    with Path(f"{parsed.database}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            message = f"another process serves {parsed.database} already"
            raise Conflict(message, code="database_in_use") from error
        yield
