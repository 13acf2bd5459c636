"""The program as a person at a console runs it."""

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest

from taskchat.accounts.commands import LogIn, Register
from taskchat.accounts.service import Accounts
from taskchat.clock import now
from taskchat.db.engine import Database
from taskchat.domain.errors import DomainError

PROGRAM = Path(sys.executable).parent / "taskchat"


def listen_to_interrupts() -> None:
    """In a new process: one that was started in the background would leave them unheard."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


PATIENCE_SECONDS = 30
SECRET = "a secret of at least thirty-two bytes"
PASSWORD = "long enough"


@dataclass(frozen=True)
class Ended:
    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Console:
    """A data directory with Ann's account; `accounts` works on its database, as a server does."""

    home: Path
    accounts: Accounts

    async def run(self, *words: str, **environment: str) -> Ended:
        inherited = {
            name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ
        }
        own = {"TASKCHAT_DATA_DIR": str(self.home), "JWT_SECRET": SECRET, "TERM": "dumb"}
        with anyio.fail_after(PATIENCE_SECONDS):
            process = await asyncio.create_subprocess_exec(
                PROGRAM,
                *words,
                cwd=self.home,
                env=inherited | own | environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            out, err = await process.communicate()
        return Ended(process.returncode or 0, out.decode(), err.decode())

    async def tool(self, name: str, arguments: object, person: str) -> tuple[int, Any]:
        ended = await self.run("tool", name, json.dumps(arguments), "--as", person)
        assert ended.err == ""
        return ended.status, json.loads(ended.out)


@pytest.fixture
async def console(sqlite_template: Path, tmp_path: Path) -> AsyncGenerator[Console]:
    database = Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'taskchat.db')}")
    accounts = Accounts(database, clock=now, secret=SECRET, signup="open")
    register = {"email": "ann@example.com", "password": PASSWORD, "timezone": "Europe/Berlin"}
    await accounts.add(Register.model_validate(register))
    yield Console(tmp_path, accounts)
    await database.close()


async def can_log_in(accounts: Accounts, email: str, password: str) -> bool:
    try:
        await accounts.log_in(LogIn.model_validate({"email": email, "password": password}))
    except DomainError:
        return False
    return True
