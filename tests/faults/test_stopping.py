"""Stop leaves the endpoint at once, whatever it is doing."""

from pathlib import Path

import pytest
from anyio import fail_after

from tests.api.chat_client import Event, message, status_of, thread_of
from tests.faults.cases import Case
from tests.faults.playing import play
from tests.faults.rows import ROWS
from tests.faults.site import serving
from tests.faults.verdict import differences

pytestmark = pytest.mark.anyio

STOPPED = [case for cases in ROWS.values() for case in cases if case.way == "stop"]
IDLE_SECONDS = 60.0
SLOW_SECONDS = 60.0
PATIENCE_SECONDS = 20.0
HANG_UP_SECONDS = 2.0


@pytest.mark.parametrize("case", STOPPED, ids=lambda case: case.fault)
async def test_a_click_on_stop_closes_the_connection_to_the_model(
    case: Case, database_url: str, tmp_path: Path
) -> None:
    """Neither the idle timeout nor the slow reply would end it before the patience of the test does."""
    async with serving(
        database_url, tmp_path, idle_seconds=IDLE_SECONDS, slow_seconds=SLOW_SECONDS
    ) as site:
        with fail_after(PATIENCE_SECONDS):
            played = await play(site, case)
        assert differences(case, played, HANG_UP_SECONDS) == []


async def test_a_click_on_stop_while_a_retry_is_waited_for_sends_no_more(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with (
        serving(sqlite_url, tmp_path, idle_seconds=IDLE_SECONDS, slow_seconds=SLOW_SECONDS) as site,
        site.person("ann") as ann,
    ):
        events: list[Event] = []
        async with ann.chat.streaming(message("Hello [[fault:rpm]]")) as frames:
            async for frame in frames:
                events.append(frame.event)
                if frame.event["type"] == "progress_update":
                    address = f"/api/chatkit/threads/{thread_of(events)}/stop"
                    assert (await ann.chat.http.post(address)).status_code == 204
        assert status_of(events) == "stopped"
        assert len(site.endpoint.requests) == 1
