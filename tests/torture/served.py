"""`taskchat serve` that kills itself at a chosen point.

TORTURE_CRASH=<when>:<trigger>:<n> names the point: the n-th step at the database after a statement
that the trigger matches. A step is a statement that was executed, a commit that is about to be made
and one that was made. The trigger is looked out for from the start when <when> is "now", otherwise
from the signal SIGUSR1 on.
"""

import os
import re
import signal
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine.default import DefaultDialect

from taskchat.cli import main
from taskchat.db import statements
from taskchat.db.sqlite import LIBRARY
from taskchat.db.statements import Row, Sql

TRIGGERS = {
    "accept": r"INSERT INTO (runs|accepted_requests)\b",
    "tool": r"INSERT INTO tasks\b",
    "turn": r"INSERT INTO journal\b",
    "settle": r"UPDATE model_calls SET ",
    "end": r"UPDATE runs SET .*finished_at",
    "recovery": r"UPDATE runs SET .*attempt=\(runs\.attempt",
}


class CrashPoint:
    def __init__(self, trigger: str, steps: int, *, is_armed: bool) -> None:
        self._trigger = re.compile(TRIGGERS[trigger], re.DOTALL)
        self._steps = steps
        self._is_armed = is_armed
        self._is_counting = False

    def install(self) -> None:
        signal.signal(signal.SIGUSR1, self._arm)
        event.listen(Engine, "after_cursor_execute", self._look)
        commit = DefaultDialect.do_commit

        def do_commit(dialect: DefaultDialect, connection: Any) -> None:
            self._step()
            commit(dialect, connection)
            self._step()

        DefaultDialect.do_commit = do_commit  # pyright: ignore[reportAttributeAccessIssue]
        self._watch_drivers()

    def _watch_drivers(self) -> None:
        """What goes past SQLAlchemy: statements on PostgreSQL's driver, and on connections that are visited."""
        fetch, connect = statements.fetch_rows, LIBRARY.connect
        run: Any = LIBRARY.Connection.execute

        async def watched_fetch(driver: Any, sql: Sql) -> Sequence[Row]:
            self._begin(sql.text)
            rows = await fetch(driver, sql)
            self._executed(sql.text)
            return rows

        def watched_execute(connection: Any, sql: str, *values: Any) -> Any:
            self._begin(sql)
            cursor = run(connection, sql, *values)
            self._executed(sql)
            return cursor

        watched: Any = type("Watched", (LIBRARY.Connection,), {"execute": watched_execute})
        statements.fetch_rows = watched_fetch
        LIBRARY.connect = partial(connect, factory=watched)

    def _begin(self, statement: str) -> None:
        if statement == "COMMIT":
            self._step()

    def _arm(self, *_: Any) -> None:
        self._is_armed = True

    def _look(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self._executed(statement)

    def _executed(self, statement: str) -> None:
        if self._is_counting:
            self._step()
        elif self._is_armed and self._trigger.match(statement):
            self._is_counting = True

    def _step(self) -> None:
        if not self._is_counting:
            return
        self._steps -= 1
        if self._steps <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


def serve() -> None:
    if chosen := os.environ.get("TORTURE_CRASH"):
        armed, trigger, steps = chosen.split(":")
        CrashPoint(trigger, int(steps), is_armed=armed == "now").install()
    sys.argv = ["taskchat", "serve"]
    main()


if __name__ == "__main__":
    serve()
