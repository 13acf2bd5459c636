"""Asking again is counted always, and told where it takes a while."""

from pathlib import Path

import pytest

from tests.api.chat_client import message
from tests.faults.cases import LITE
from tests.faults.playing import Seen
from tests.faults.site import serving
from tests.test_metrics import read

pytestmark = pytest.mark.anyio

RETRIES = "taskchat_model_retries_total"


async def test_a_retry_without_a_wait_is_counted_and_not_told(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with (
        serving(sqlite_url, tmp_path, idle_seconds=20, slow_seconds=1) as site,
        site.person("ann") as ann,
    ):
        for fault in ("empty_stop_once", "hang_up_once"):
            async with ann.chat.streaming(message(f"Hello [[fault:{fault}]]")) as frames:
                seen = Seen.of([frame.event async for frame in frames])
            assert (seen.status, seen.meanwhile) == ("completed", ())
        found = read((await ann.chat.http.get("/metrics")).content)
        for failure in ("empty", "unreachable"):
            assert found[f"{RETRIES}{sorted([LITE, failure])}"] == 1
