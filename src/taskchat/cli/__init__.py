"""`taskchat`: serve, migrate, doctor, accounts, tokens, one tool, imports and exports, the API's description."""

import sys

import typer
from pydantic import ValidationError

from taskchat.cli import doctor, people, server, tools, transfers
from taskchat.cli.console import described
from taskchat.domain.errors import DomainError
from taskchat.settings import SettingsError

cli = typer.Typer(
    help="A self-hosted task manager you can talk to.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for part in (server, doctor, tools, transfers):
    cli.add_typer(part.cli)
cli.add_typer(people.user_cli, name="user")
cli.add_typer(people.token_cli, name="token")


def main() -> None:
    """Refusals end with status 1 and one line; nobody should have to read a stack trace."""
    try:
        cli()
    except (SettingsError, DomainError) as error:
        sys.exit(f"taskchat: {error}")
    except OSError as error:
        sys.exit(f"taskchat: {error.strerror or error}")
    except ValidationError as error:
        sys.exit(f"taskchat: {described(error)}")
