"""`taskchat serve`, `migrate` and `openapi`."""

import gc
import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

import typer
import uvicorn
from uvicorn.importer import import_from_string

from taskchat.cli.console import with_database
from taskchat.db.engine import Database
from taskchat.db.lock import serving_alone
from taskchat.settings import Settings, load_settings, read_settings

# By name: the app takes seconds to import, which only those commands should wait for that need it.
APP = "taskchat.app:create_served_app"
PROTOCOL = "taskchat.api.patience:ImpatientProtocol"
START_SECONDS = 60  # after which a worker process that has not answered is replaced
STOP_SECONDS = 3
KEEP_ALIVE_SECONDS = 75
SHARED_METRICS = "PROMETHEUS_MULTIPROC_DIR"

cli = typer.Typer()


@cli.command()
def serve() -> None:
    """Serve the API and the web app."""
    settings = load_settings()
    with serving_alone(settings.database), _shared_metrics(settings):
        typer.echo(f"TaskChat is at {settings.origin}")
        typer.echo(f"Its data is in {settings.data_dir}")
        gc.disable()  # importing makes no garbage, and looking for it takes a tenth of the start
        uvicorn.run(
            APP,
            factory=True,
            host=settings.host,
            port=settings.port,
            log_level="warning",
            access_log=False,  # the address of a calendar feed is a secret
            workers=settings.workers,
            timeout_worker_healthcheck=START_SECONDS,
            http=import_from_string(PROTOCOL),
            timeout_graceful_shutdown=STOP_SECONDS,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            server_header=False,
        )


@contextmanager
def _shared_metrics(settings: Settings) -> Generator[None]:
    """Where several worker processes write down what they count, so that each can tell the sum; each start begins anew."""
    if settings.workers == 1:
        os.environ.pop(SHARED_METRICS, None)
        yield
        return
    with TemporaryDirectory(prefix="metrics-", dir=settings.data_dir) as directory:
        os.environ[SHARED_METRICS] = directory
        yield


@cli.command("migrate")
def migrate_database() -> None:
    """Bring the database to the newest schema."""

    async def run(database: Database, settings: Settings) -> None:
        del database, settings  # opening it has migrated it

    with_database(run)
    typer.echo("The database has the newest schema.")


@cli.command()
def openapi() -> None:
    """Print the API's description as JSON."""
    create_app = import_from_string("taskchat.app:create_app")
    typer.echo(json.dumps(create_app(read_settings()).openapi(), indent=2))
