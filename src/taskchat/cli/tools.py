"""`taskchat tool`."""

import json
from typing import Annotated

import typer
from pydantic import ValidationError

from taskchat.cli.console import described, owner_of, with_database
from taskchat.clock import now
from taskchat.db.engine import Database
from taskchat.domain.errors import DomainError, Invalid
from taskchat.settings import Settings
from taskchat.streams.log import EventLog
from taskchat.tasks.tools import find_tool, refusal
from taskchat.tasks.transactions import TaskTransactions

cli = typer.Typer()


@cli.command()
def tool(
    name: str,
    email: Annotated[str, typer.Option("--as", help="Whose tasks.")],
    arguments: Annotated[str, typer.Argument(metavar="JSON")] = "{}",
) -> None:
    """Run one task tool as a person and print its JSON result."""

    async def run(database: Database, settings: Settings) -> str:
        owner = await owner_of(email, database, settings)
        tasks = TaskTransactions(database, EventLog(database), now)
        async with tasks.begin(owner) as opened:
            return (await find_tool(name).call(opened, arguments)).model_dump_json()

    try:
        typer.echo(with_database(run))
    except DomainError as error:
        typer.echo(json.dumps(refusal(error)))
        raise typer.Exit(1) from error
    except ValidationError as error:
        detail = f"The arguments do not fit: {described(error)}"
        typer.echo(json.dumps(refusal(Invalid(detail, code="invalid_arguments"))))
        raise typer.Exit(1) from error
