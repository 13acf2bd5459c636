"""A server that is not Gemini's and can do less: what a person sees of it."""

from pathlib import Path

import pytest

from taskchat.chat.gemini.model import NO_TOOLS
from tests.api.chat_client import message, status_of
from tests.faults.cases import DEFAULT
from tests.faults.playing import Seen
from tests.faults.site import serving

pytestmark = pytest.mark.anyio


async def test_a_model_without_tools_says_so_in_each_answer_and_goes_on_talking(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with (
        serving(sqlite_url, tmp_path, idle_seconds=20, slow_seconds=1) as site,
        site.person("ann") as ann,
    ):
        for words in ("create a task called A [[fault:tools_refused]]", "create a task called B"):
            async with ann.chat.streaming(message(words)) as frames:
                events = [frame.event async for frame in frames]
            seen = Seen.of(events)
            assert status_of(events) == "completed"
            assert seen.notices == (NO_TOOLS,)
            assert seen.said == (DEFAULT,)
        sent = ["tools" in request.body for request in site.endpoint.requests]
        assert sent == [True, False, False]
        assert (await ann.chat.http.get("/api/tasks")).json()["items"] == []
