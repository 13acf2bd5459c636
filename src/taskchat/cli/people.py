"""`taskchat user` and `taskchat token`."""

from typing import Annotated

import typer

from taskchat.accounts.commands import CreateToken, Register, ResetPassword
from taskchat.accounts.service import Accounts
from taskchat.cli.console import with_accounts

user_cli = typer.Typer(help="People's accounts.", no_args_is_help=True)
token_cli = typer.Typer(help="API tokens for programs.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="The person's e-mail address.")]
Password = Annotated[
    str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, envvar="PASSWORD")
]


@user_cli.command("add")
def add_user(
    email: Email, password: Password, timezone: Annotated[str, typer.Option()] = "UTC"
) -> None:
    """Add a person, whatever the sign-up setting says."""
    command = Register.model_validate({"email": email, "password": password, "timezone": timezone})
    account = with_accounts(lambda accounts: accounts.add(command))
    typer.echo(f"Added {account.email}.")


@user_cli.command("list")
def list_users() -> None:
    """List everybody."""
    for account in with_accounts(lambda accounts: accounts.list()):
        typer.echo(f"{account.email}\t{account.timezone}\t{account.created_at:%Y-%m-%d}")


@user_cli.command("reset-password")
def reset_password(email: Email, password: Password) -> None:
    """Set a new password and end the person's sessions."""

    async def run(accounts: Accounts) -> None:
        person = await accounts.find(email)
        command = ResetPassword.model_validate({"password": password})
        await accounts.reset_password(person.account_id, command)

    with_accounts(run)
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

    with_accounts(run)
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

    typer.echo(with_accounts(run))


@token_cli.command("list")
def list_tokens(email: Email) -> None:
    """List a person's tokens."""

    async def run(accounts: Accounts) -> list[str]:
        person = await accounts.find(email)
        tokens = await accounts.list_tokens(person.account_id)
        return [f"{t.id}\t{t.name}\t{t.last_used_at or 'never used'}" for t in tokens]

    for line in with_accounts(run):
        typer.echo(line)


@token_cli.command("revoke")
def revoke_token(email: Email, token_id: str) -> None:
    """Make a token worthless."""

    async def run(accounts: Accounts) -> None:
        person = await accounts.find(email)
        await accounts.revoke_token(person.account_id, token_id)

    with_accounts(run)
    typer.echo("The token is revoked.")
