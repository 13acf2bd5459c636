"""`taskchat`: serve, migrate, accounts, tokens, one tool, the API's description."""

import asyncio
import gc
import json
import sys
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

import typer
import uvicorn
from pydantic import ValidationError
from uvicorn.importer import import_from_string

from taskchat.accounts.commands import CreateToken, Register, ResetPassword
from taskchat.accounts.service import Accounts
from taskchat.clock import now
from taskchat.db.engine import Database
from taskchat.db.lock import serving_alone
from taskchat.db.migrate import migrate
from taskchat.domain.errors import DomainError, Invalid
from taskchat.settings import Settings, SettingsError, load_settings, read_settings
from taskchat.streams.log import EventLog
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions
from taskchat.tasks.tools import find_tool, refusal

# By name: the app takes seconds to import, which only those commands should wait for that need it.
APP = "taskchat.app:create_served_app"
PROTOCOL = "taskchat.api.patience:ImpatientProtocol"
START_SECONDS = 60  # after which a worker process that has not answered is replaced
STOP_SECONDS = 3
KEEP_ALIVE_SECONDS = 75

cli = typer.Typer(
    help="A self-hosted task manager you can talk to.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
user_cli = typer.Typer(help="People's accounts.", no_args_is_help=True)
token_cli = typer.Typer(help="API tokens for programs.", no_args_is_help=True)
cli.add_typer(user_cli, name="user")
cli.add_typer(token_cli, name="token")

Email = Annotated[str, typer.Argument(help="The person's e-mail address.")]
Password = Annotated[
    str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, envvar="PASSWORD")
]


def main() -> None:
    """Refusals end with status 1 and one line; nobody should have to read a stack trace."""
    try:
        cli()
    except SettingsError as error:
        sys.exit(f"taskchat: {error}")
    except DomainError as error:
        sys.exit(f"taskchat: {error}")
    except OSError as error:
        sys.exit(f"taskchat: {error.strerror or error}")
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        sys.exit(f"taskchat: {'.'.join(map(str, problem['loc']))}: {problem['msg']}")


@cli.command()
def serve() -> None:
    """Serve the API and the web app."""
    settings = load_settings()
    with serving_alone(settings.database):
        typer.echo(f"TaskChat is at {settings.origin}")
        typer.echo(f"Its data is in {settings.data_dir}")
        gc.disable()  # importing makes no garbage, and looking for it takes a tenth of the start
        uvicorn.run(
            APP,
            factory=True,
            host=settings.host,
            port=settings.port,
            log_level="warning",
            workers=settings.workers,
            timeout_worker_healthcheck=START_SECONDS,
            http=import_from_string(PROTOCOL),
            timeout_graceful_shutdown=STOP_SECONDS,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            server_header=False,
        )


@cli.command("migrate")
def migrate_database() -> None:
    """Bring the database to the newest schema."""

    async def run(database: Database, settings: Settings) -> None:
        del database, settings  # opening it has migrated it

    _with_database(run)
    typer.echo("The database has the newest schema.")


@cli.command()
def openapi() -> None:
    """Print the API's description as JSON."""
    create_app = import_from_string("taskchat.app:create_app")
    typer.echo(json.dumps(create_app(read_settings()).openapi(), indent=2))


@cli.command()
def tool(
    name: str,
    email: Annotated[str, typer.Option("--as", help="Whose tasks.")],
    arguments: Annotated[str, typer.Argument(metavar="JSON")] = "{}",
) -> None:
    """Run one task tool as a person and print its JSON result."""

    async def run(database: Database, settings: Settings) -> str:
        person = await _accounts(settings, database).find(email)
        owner = Owner(person.account_id, person.timezone, person.actor)
        tasks = TaskTransactions(database, EventLog(database), now)
        async with tasks.begin(owner) as opened:
            return (await find_tool(name).call(opened, arguments)).model_dump_json()

    try:
        typer.echo(_with_database(run))
    except DomainError as error:
        typer.echo(json.dumps(refusal(error)))
        raise typer.Exit(1) from error
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in problem["loc"])
        detail = f"The arguments do not fit: {place}: {problem['msg']}"
        typer.echo(json.dumps(refusal(Invalid(detail, code="invalid_arguments"))))
        raise typer.Exit(1) from error


@user_cli.command("add")
def add_user(
    email: Email, password: Password, timezone: Annotated[str, typer.Option()] = "UTC"
) -> None:
    """Add a person, whatever the sign-up setting says."""
    command = Register.model_validate({"email": email, "password": password, "timezone": timezone})
    account = _with_accounts(lambda accounts: accounts.add(command))
    typer.echo(f"Added {account.email}.")


@user_cli.command("list")
def list_users() -> None:
    """List everybody."""
    for account in _with_accounts(lambda accounts: accounts.list()):
        typer.echo(f"{account.email}\t{account.timezone}\t{account.created_at:%Y-%m-%d}")


@user_cli.command("reset-password")
def reset_password(email: Email, password: Password) -> None:
    """Set a new password and end the person's sessions."""

    async def run(accounts: Accounts) -> None:
        person = await accounts.find(email)
        command = ResetPassword.model_validate({"password": password})
        await accounts.reset_password(person.account_id, command)

    _with_accounts(run)
    typer.echo("The password is set; every session has ended.")


@user_cli.command("delete")
def delete_user(
    email: Email,
    yes: Annotated[bool, typer.Option("--yes", prompt="Delete the person and all their data?")],
) -> None:
    """Delete a person with everything that is theirs."""
    if not yes:
        raise typer.Exit(1)

    async def run(accounts: Accounts) -> None:
        await accounts.delete((await accounts.find(email)).account_id)

    _with_accounts(run)
    typer.echo(f"Deleted {email}.")


@token_cli.command("create")
def create_token(email: Email, name: Annotated[str, typer.Option()] = "token") -> None:
    """Make an API token; it is shown this once."""

    async def run(accounts: Accounts) -> str:
        person = await accounts.find(email)
        created = await accounts.create_token(
            person.account_id, CreateToken.model_validate({"name": name})
        )
        return created.secret

    typer.echo(_with_accounts(run))


@token_cli.command("list")
def list_tokens(email: Email) -> None:
    """List a person's tokens."""

    async def run(accounts: Accounts) -> list[str]:
        person = await accounts.find(email)
        tokens = await accounts.list_tokens(person.account_id)
        return [f"{t.id}\t{t.name}\t{t.last_used_at or 'never used'}" for t in tokens]

    for line in _with_accounts(run):
        typer.echo(line)


@token_cli.command("revoke")
def revoke_token(email: Email, token_id: str) -> None:
    """Make a token worthless."""

    async def run(accounts: Accounts) -> None:
        person = await accounts.find(email)
        await accounts.revoke_token(person.account_id, token_id)

    _with_accounts(run)
    typer.echo("The token is revoked.")


def _with_accounts[T](use: Callable[[Accounts], Coroutine[Any, Any, T]]) -> T:
    return _with_database(lambda database, settings: use(_accounts(settings, database)))


def _with_database[T](use: Callable[[Database, Settings], Coroutine[Any, Any, T]]) -> T:
    async def run() -> T:
        settings = load_settings()
        database = Database(settings.database)
        try:
            await migrate(database)
            return await use(database, settings)
        finally:
            await database.close()

    return asyncio.run(run())


def _accounts(settings: Settings, database: Database) -> Accounts:
    return Accounts(database, clock=now, secret=settings.jwt_secret, signup=settings.signup)
