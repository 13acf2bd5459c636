"""The log judged from outside, by the conformance tests of the Durable Streams protocol."""

import json
import os
from pathlib import Path

import pytest

from taskchat.db.engine import Database
from taskchat.streams.log import EventLog
from taskchat.tasks.owner import Owner
from tests.api.serving import running
from tests.conformance.face import Face
from tests.conformance.node import run_node

pytestmark = pytest.mark.anyio

SECONDS = 240
EVERYTHING = os.environ.get("CONFORMANCE") == "all"
# The log has no forks and no subscriptions, and how long a stream lives is the face's own business:
# the tests of that mostly sleep, so they are only run when everything is asked for.
CHOSEN = "^(?!Fork|Reserved)" if EVERYTHING else "^(?!Fork|Reserved|TTL Expiration)"
LEAST = 250 if EVERYTHING else 236


@pytest.fixture(params=["sqlite", "postgresql"] if EVERYTHING else ["sqlite"])
def database_url(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


async def test_the_log_keeps_what_the_durable_streams_protocol_promises(
    database: Database, log: EventLog, alice: Owner, tmp_path: Path
) -> None:
    async with running(Face(database, log, alice.id)) as url:
        status, printed = await run_node(
            "node_modules/vitest/vitest.mjs",
            "run",
            "ds.test.mjs",
            "--reporter=json",
            f"--outputFile={tmp_path / 'report.json'}",
            f"--testNamePattern={CHOSEN}",
            seconds=SECONDS,
            FACE_URL=url,
        )
    assert status == 0, printed
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["numFailedTests"] == 0
    assert report["numPassedTests"] >= LEAST
