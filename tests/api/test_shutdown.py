"""A server that is told to stop while an answer is on its way."""

import shutil
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx2
import pytest

from taskchat.app import create_app
from taskchat.settings import Settings
from tests.api.chat_client import ChatClient, message, text_of, thread_of, until_text
from tests.api.serving import running
from tests.gemini.standin import StandIn

pytestmark = pytest.mark.anyio


@pytest.fixture
async def endpoint() -> AsyncGenerator[StandIn]:
    async with StandIn() as standin:
        yield standin


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


async def test_an_interrupted_answer_keeps_its_text_and_is_over_after_the_restart(
    settings: Settings,
) -> None:
    async with running(create_app(settings)) as url, httpx2.AsyncClient(base_url=url) as http:
        ann = ChatClient(http)
        await ann.register()
        async with ann.streaming(message("[[slow]] tell me")) as frames:
            seen = await until_text(frames)
        thread_id = thread_of([frame.event for frame in seen])
        cookies = http.cookies

    async with (
        running(create_app(settings)) as url,
        httpx2.AsyncClient(base_url=url, cookies=cookies) as http,
    ):
        ann = ChatClient(http)
        question, answer = await ann.items(thread_id)
        stream = f"/api/chatkit/threads/{thread_id}/stream"
        ended = await http.get(stream, headers={"Last-Event-ID": "1"})

    assert text_of(question) == "[[slow]] tell me"
    assert text_of(answer).startswith("word1")
    assert '"status": "interrupted"' in ended.text
