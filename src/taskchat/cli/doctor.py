"""`taskchat doctor`: whether the settings, the database and the model do what TaskChat needs."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import asdict
from typing import Annotated

import typer

from taskchat.chat.doctor.findings import LABELS, Finding, Status
from taskchat.chat.doctor.service import Examination, build_doctor, no_settings
from taskchat.clock import now
from taskchat.db.condition import look_at
from taskchat.settings import Settings, SettingsError, read_settings
from taskchat.standin.faults import FAULTS
from taskchat.standin.server import StandIn

cli = typer.Typer()


@cli.command()
def doctor(
    model: Annotated[str, typer.Option(help="Check this model instead of the default one.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the rows as JSON.")] = False,
    stand_in: Annotated[
        bool, typer.Option("--stand-in", help="Serve a stand-in for Gemini instead, for trying.")
    ] = False,
    port: Annotated[int, typer.Option(help="Of the stand-in.", min=0, max=65535)] = 9090,
    pace: Annotated[
        float, typer.Option(help="Of the stand-in: seconds between the pieces of an answer.", min=0)
    ] = 0.05,
    delay_first: Annotated[
        float, typer.Option(help="Of the stand-in: seconds before an answer.", min=0)
    ] = 0.4,
    list_faults: Annotated[
        bool, typer.Option("--list", help="List the faults that the stand-in can play.")
    ] = False,
) -> None:
    """Check the settings, the database and the model with at most five small requests."""
    if list_faults:
        typer.echo("\n".join(sorted(FAULTS)))
    elif stand_in:
        asyncio.run(_serve(StandIn(port=port, pace=pace, delay_first=delay_first)))
    elif not asyncio.run(_examine(model, as_json=as_json)):
        raise typer.Exit(1)


async def _serve(standin: StandIn) -> None:
    async with standin:
        typer.echo(f"GEMINI_BASE_URL={standin.base_url} GEMINI_API_KEY={standin.api_key}")
        typer.echo(
            "Start TaskChat with these two settings. [[fault:NAME]] in a message plays a fault; "
            "taskchat doctor --list has their names. Ctrl-C ends it."
        )
        await standin.serve_forever()


async def _examine(model: str, *, as_json: bool) -> bool:
    """Whether nothing failed. What the log would say is in the rows."""
    logging.getLogger("taskchat").setLevel(logging.CRITICAL)
    try:
        settings = read_settings()
    except SettingsError as error:
        return _print_all(no_settings(str(error)), as_json=as_json)
    examination = build_doctor(settings, now).examine(model or None, tells_address=True)
    rows: list[Finding] = []
    async with aclosing(_findings(examination, settings)) as findings:
        async for finding in findings:
            rows.append(finding)
            if not as_json:
                _print(finding)
    if as_json:
        _print_json(rows)
    elif examination.requests:
        typer.echo(_expense(examination))
    return _is_well(rows)


async def _findings(examination: Examination, settings: Settings) -> AsyncGenerator[Finding]:
    condition = await look_at(settings.database)
    async with aclosing(examination.findings(condition)) as findings:
        async for finding in findings:
            yield finding


def _print_all(findings: Iterable[Finding], *, as_json: bool) -> bool:
    rows = list(findings)
    if as_json:
        _print_json(rows)
    else:
        for finding in rows:
            _print(finding)
    return _is_well(rows)


def _print(finding: Finding) -> None:
    label = LABELS[finding.name]
    advice = f"  → {finding.advice}" if finding.advice else ""
    line = f"{finding.status:<8} {label:<14} {finding.found}{advice}"
    typer.echo(" ".join(line.splitlines()))


def _print_json(findings: Iterable[Finding]) -> None:
    typer.echo(json.dumps([asdict(finding) for finding in findings], indent=2, ensure_ascii=False))


def _expense(examination: Examination) -> str:
    requests = "1 request" if examination.requests == 1 else f"{examination.requests} requests"
    tokens = f"{requests}, {examination.tokens.total} tokens"
    if examination.is_estimated:
        tokens = f"{tokens} (estimated)"
    if (cost := examination.cost) is None:
        return f"This check took {tokens}."
    return f"This check took {tokens}, US$ {cost / 1e9:.4f}."


def _is_well(findings: Iterable[Finding]) -> bool:
    return all(finding.status is not Status.FAILED for finding in findings)
