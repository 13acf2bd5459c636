"""Runs what others wrote for Node against what is served here."""

import asyncio
import fcntl
import os
import subprocess
import sys
from pathlib import Path

CLIENTS = Path(__file__).parent / "clients"
TOOLS = Path(sys.executable).parent  # Node and npm come as a Python package


def _environment(**others: str) -> dict[str, str]:
    return {**os.environ, "PATH": f"{TOOLS}:{os.environ['PATH']}", **others}


def install(folder: Path = CLIENTS) -> None:
    """Installs the packages locked there unless they are there already; several may ask at once."""
    directory = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(directory, fcntl.LOCK_EX)
        installed = folder / "node_modules" / ".package-lock.json"
        locked = folder / "package-lock.json"
        if installed.exists() and installed.stat().st_mtime >= locked.stat().st_mtime:
            return
        subprocess.run(
            [TOOLS / "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"],
            cwd=folder,
            env=_environment(),
            check=True,
        )
        installed.touch()
    finally:
        os.close(directory)


async def run_node(*arguments: str, seconds: float, **environment: str) -> tuple[int, str]:
    """The exit status and what was printed; raises TimeoutError having ended the process."""
    await asyncio.to_thread(install)
    process = await asyncio.create_subprocess_exec(
        TOOLS / "node",
        *arguments,
        cwd=CLIENTS,
        env=_environment(**environment),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(seconds):
            printed, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return process.returncode, printed.decode()
