"""A server that is told to stop while an answer is on its way."""

import shutil
from pathlib import Path

import httpx2
import pytest

from taskchat.app import create_app
from taskchat.settings import Settings
from taskchat.standin.server import StandIn
from tests.api.chat_client import (
    ChatClient,
    fold,
    message,
    status_of,
    thread_of,
    until_words,
)
from tests.api.serving import running

pytestmark = pytest.mark.anyio


@pytest.fixture
def settings(endpoint: StandIn, sqlite_template: Path, tmp_path: Path) -> Settings:
    path = shutil.copy(sqlite_template, tmp_path / "taskchat.db")
    return Settings.model_validate(
        {
            "database_url": f"sqlite:///{path}",
            "data_dir": tmp_path,
            "jwt_secret": "a secret of at least thirty-two bytes",
            "gemini_api_key": endpoint.api_key,
            "gemini_base_url": endpoint.base_url,
        }
    )


async def test_an_answer_that_is_cut_off_by_a_stop_goes_on_after_the_start(
    settings: Settings,
) -> None:
    async with running(create_app(settings)) as url, httpx2.AsyncClient(base_url=url) as http:
        ann = ChatClient(http)
        await ann.register()
        async with ann.streaming(message("create a task called A [[slow end]]")) as frames:
            seen = await until_words(frames)
        thread_id = thread_of([frame.event for frame in seen])
        cookies = http.cookies

    async with (
        running(create_app(settings)) as url,
        httpx2.AsyncClient(base_url=url, cookies=cookies) as http,
    ):
        ann = ChatClient(http)
        stream = f"/api/chatkit/threads/{thread_id}/stream"
        async with ann.following(stream, **{"Last-Event-ID": seen[-1].id}) as frames:
            rest = [frame.event async for frame in frames]
        items = await ann.items(thread_id)
        tasks = (await http.get("/api/tasks")).json()["items"]

    assert "run.recovered" in [event["type"] for event in rest]
    assert status_of(rest) == "completed"
    assert items == fold([frame.event for frame in seen] + rest)
    assert [task["title"] for task in tasks] == ["A"]
