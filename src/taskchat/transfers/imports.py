"""Files of tasks, in."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

from taskchat.domain.errors import TooMany
from taskchat.domain.task import UserId
from taskchat.interchange.formats import READERS, Format, detect
from taskchat.interchange.record import Arrival
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions
from taskchat.tasks.transfer.arrivals import Progress
from taskchat.tasks.views import Brought

READ_AT_ONCE = 2  # files, each of which may take a core and much memory for seconds


class Imports:
    """Files are read on threads, so that others are answered meanwhile, and before the transaction begins."""

    def __init__(self, tasks: TaskTransactions, clock: Callable[[], datetime]) -> None:
        self._tasks = tasks
        self._clock = clock
        self._room = asyncio.Semaphore(READ_AT_ONCE)
        self._busy: set[UserId] = set()

    async def bring_in(
        self,
        owner: Owner,
        data: bytes,
        *,
        form: Format | Literal["auto"],
        filename: str,
        dry_run: bool,
        progress: Progress,
    ) -> Brought:
        """All of it or nothing; raises Invalid for what cannot be read, TooMany while another one of this person is."""
        if owner.id in self._busy:
            message = "Another import of yours is still at work."
            raise TooMany(message, code="import_running")
        self._busy.add(owner.id)
        try:
            async with self._room:
                source, arrivals = await asyncio.to_thread(
                    self._read, data, form, filename, owner.timezone
                )
            if dry_run:
                async with self._tasks.read(owner) as tasks:
                    return await tasks.bring_in(source, arrivals, dry_run=True)
            async with self._tasks.begin(owner) as tasks:
                return await tasks.bring_in(source, arrivals, progress=progress)
        finally:
            self._busy.discard(owner.id)

    def _read(
        self, data: bytes, form: Format | Literal["auto"], filename: str, zone: str
    ) -> tuple[Format, Sequence[Arrival]]:
        source = detect(data, filename) if form == "auto" else form
        return source, list(READERS[source](data, zone=zone, now=self._clock()))
