"""`taskchat export` and `import`."""

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from uvicorn.importer import import_from_string

from taskchat.cli.console import owner_of, with_database
from taskchat.clock import now
from taskchat.db.engine import Database
from taskchat.domain.due import find_zone
from taskchat.domain.errors import Invalid
from taskchat.settings import Settings
from taskchat.streams.log import EventLog
from taskchat.tasks.transactions import TaskTransactions
from taskchat.tasks.views import Brought
from taskchat.transfers.exports import File, Form, export
from taskchat.transfers.imports import Imports

# By name: conversations need libraries that take seconds to import.
MOVE = "taskchat.transfers.legacy.move:move"
STANDARD = "-"

ImportFormat = Literal[
    "auto", "todoist", "takeout", "ticktick", "taskwarrior", "ics", "json", "csv", "legacy"
]

cli = typer.Typer()


@cli.command("export")
def export_tasks(
    email: Annotated[str, typer.Option("--as", help="Whose tasks.")],
    form: Annotated[Form, typer.Option("--format")] = "json",
    output: Annotated[
        str, typer.Option(help="A file; - is standard output.", metavar="FILE")
    ] = STANDARD,
) -> None:
    """Write all tasks of a person; as JSON nothing is lost."""

    async def run(database: Database, settings: Settings) -> File:
        owner = await owner_of(email, database, settings)
        return await export(TaskTransactions(database, EventLog(database), now), owner, form)

    data = with_database(run).data
    if output == STANDARD:
        sys.stdout.buffer.write(data)
        return
    path = Path(output)
    path.touch(mode=0o600)  # nobody else's to read
    path.write_bytes(data)


@cli.command("import")
def import_tasks(
    form: Annotated[ImportFormat, typer.Argument(metavar="FORMAT")],
    source: Annotated[
        str,
        typer.Argument(metavar="FILE", help="- is standard input; an address for legacy."),
    ],
    email: Annotated[str | None, typer.Option("--as", help="Whose tasks they become.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would come.")] = False,
    timezone: Annotated[
        str, typer.Option(help="Of accounts that legacy brings; it knew none.")
    ] = "UTC",
) -> None:
    """Bring tasks in: from auto, todoist, takeout, ticktick, taskwarrior, ics, json or csv FILE as a person, or from legacy postgresql://… everybody."""
    if form == "legacy":
        _move(source, find_zone(timezone).key, dry_run=dry_run)
        return
    if email is None:
        raise Invalid("Say whose tasks they become, with --as EMAIL.", code="person_missing")
    data = sys.stdin.buffer.read() if source == STANDARD else Path(source).read_bytes()

    async def run(database: Database, settings: Settings) -> Brought:
        owner = await owner_of(email, database, settings)
        imports = Imports(TaskTransactions(database, EventLog(database), now), now)
        return await imports.bring_in(
            owner,
            data,
            form=form,
            filename=source,
            dry_run=dry_run,
            progress=lambda done, total: _progress(f"{done:,} of {total:,}"),
        )

    _tell(with_database(run), dry_run=dry_run)


def _tell(brought: Brought, *, dry_run: bool) -> None:
    verbs = (
        ("Will create", "bring back", "skip") if dry_run else ("Created", "brought back", "skipped")
    )
    parts = [f"{verbs[0]} {brought.created:,}"]
    if brought.restored:
        parts.append(f"{verbs[1]} {brought.restored:,} from the trash")
    parts.append(f"{verbs[2]} {brought.skipped:,} that are here already")
    typer.echo(", ".join(parts) + ".")
    if brought.projects:
        typer.echo(f"New projects: {', '.join(brought.projects)}.")
    if brought.filters:
        typer.echo(f"New saved filters: {', '.join(brought.filters)}.")
    told = [f"{problem.place}: {problem.reason}" for problem in brought.problems]
    _tell_problems(told, brought.problem_count)


def _tell_problems(told: list[str], count: int) -> None:
    if not count:
        return
    typer.echo(f"Not understood, or not as it was: {count:,}")
    for line in told:
        typer.echo(f"  {line}")
    if count > len(told):
        typer.echo(f"  and {count - len(told):,} more")


def _move(url: str, timezone: str, *, dry_run: bool) -> None:
    move: Any = import_from_string(MOVE)

    async def run(database: Database, _: Settings) -> Any:
        return await move(
            url, database, now, timezone=timezone, dry_run=dry_run, progress=_progress
        )

    compared, tally = with_database(run)
    for one in compared:
        line = (
            f"{one.table}: {one.rows:,} there, {one.brought:,} {'to bring' if dry_run else 'brought'}, "
            f"{one.known:,} here already, {one.left_out:,} left out"
        )
        typer.echo(f"{line}, {one.unaccounted:,} missing" if one.unaccounted else line)
    _tell_problems([f"{place}: {reason}" for place, reason in tally.problems], tally.problem_count)


def _progress(line: str) -> None:
    typer.echo(line, err=True)
