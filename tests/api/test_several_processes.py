"""Two servers behind one database: whichever a person reaches, it is one conversation."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import update

from taskchat.app import create_app
from taskchat.db.engine import Database
from taskchat.db.tables import RunRow
from taskchat.settings import Settings
from taskchat.standin.server import StandIn
from tests.api.chat_client import (
    DETACHED,
    ChatClient,
    Event,
    done_items,
    fold,
    message,
    read_frames,
    status_of,
    text_of,
    thread_of,
    until_words,
)
from tests.api.serving import running

pytestmark = pytest.mark.anyio

ORDER = "create a task called A [[slow end]]"
MOST_CRASHES = 3
WORDS = " ".join(f"word{number}" for number in range(1, 41))


@pytest.fixture(params=["notify", "redis"])
def settings(
    request: pytest.FixtureRequest, endpoint: StandIn, postgres_url: str, tmp_path: Path
) -> Settings:
    redis = request.param == "redis"
    return Settings.model_validate(
        {
            "database_url": postgres_url,
            "redis_url": request.getfixturevalue("redis_server").url if redis else "",
            "data_dir": tmp_path,
            "jwt_secret": "a secret of at least thirty-two bytes",
            "gemini_api_key": endpoint.api_key,
            "gemini_base_url": endpoint.base_url,
            "lease_seconds": 3.0,
        }
    )


@asynccontextmanager
async def serving(
    settings: Settings, other: ChatClient | None = None
) -> AsyncGenerator[ChatClient]:
    """A server of its own, and the same person at it."""
    async with running(create_app(settings)) as url, httpx2.AsyncClient(base_url=url) as http:
        client = ChatClient(http)
        if other:
            http.cookies = other.http.cookies
        else:
            await client.register()
        yield client


@pytest.fixture
async def here(settings: Settings) -> AsyncGenerator[ChatClient]:
    async with serving(settings) as client:
        yield client


@pytest.fixture
async def there(settings: Settings, here: ChatClient) -> AsyncGenerator[ChatClient]:
    async with serving(settings, here) as client:
        yield client


async def begin(client: ChatClient) -> list[Event]:
    """Asks for a task and leaves when the answer is in the middle of its last step."""
    async with client.streaming(message(ORDER)) as frames:
        return [frame.event for frame in await until_words(frames)]


async def follow(client: ChatClient, thread_id: str) -> list[Event]:
    """All that the running answer has shown, and the rest of it."""
    async with client.following(f"/api/chatkit/threads/{thread_id}/stream") as frames:
        return [frame.event async for frame in frames]


async def check(client: ChatClient, thread_id: str, events: list[Event]) -> None:
    """What a follower has is what is stored, and the task was made once."""
    assert fold(events) == await client.items(thread_id)
    tasks = (await client.http.get("/api/tasks")).json()["items"]
    assert [task["title"] for task in tasks] == ["A"]


async def test_an_answer_is_followed_live_wherever_one_is(
    here: ChatClient, there: ChatClient
) -> None:
    async with here.streaming(message(ORDER)) as frames:
        seen = await until_words(frames)
        thread_id = thread_of([frame.event for frame in seen])
        elsewhere = asyncio.create_task(follow(there, thread_id))
        seen += [frame async for frame in frames]

    events = [frame.event for frame in seen]
    assert await elsewhere == events
    assert text_of(done_items(events)[-1]) == WORDS
    await check(there, thread_id, events)


async def test_a_second_connection_resumes_elsewhere_without_a_gap(
    here: ChatClient, there: ChatClient
) -> None:
    async with here.streaming(message(ORDER)) as frames:
        seen = await until_words(frames)
    thread_id = thread_of([frame.event for frame in seen])
    path = f"/api/chatkit/threads/{thread_id}/stream"
    async with there.following(path, **{"Last-Event-ID": seen[-1].id}) as frames:
        seen += [frame async for frame in frames]

    assert len({frame.id for frame in seen}) == len(seen)
    await check(here, thread_id, [frame.event for frame in seen])


async def test_an_answer_is_stopped_from_elsewhere_and_keeps_its_text(
    here: ChatClient, there: ChatClient
) -> None:
    thread_id = thread_of(await begin(here))
    stop = f"/api/chatkit/threads/{thread_id}/stop"
    following = asyncio.create_task(follow(here, thread_id))
    assert (await there.http.post(stop)).status_code == 204
    events = await following

    assert status_of(events) == "stopped"
    kept = text_of(done_items(events)[-1])
    assert WORDS.startswith(kept)
    assert kept != WORDS
    await check(there, thread_id, events)
    assert (await here.http.post(stop)).status_code == 204


async def test_a_server_that_stops_hands_its_answers_over(
    settings: Settings, here: ChatClient, endpoint: StandIn
) -> None:
    async with serving(settings, here) as leaving:
        thread_id = thread_of(await begin(leaving))
        following = asyncio.create_task(follow(here, thread_id))
    events = await following

    assert [e["attempt"] for e in events if e["type"] == "run.recovered"] == [2]
    assert status_of(events) == "completed"
    await check(here, thread_id, events)
    assert len(endpoint.requests) == 3  # the first step once, the one that was cut off twice


async def lose(settings: Settings, *, crashes: int = 0) -> None:
    """Another process has taken the run on and died."""
    database = Database(settings.database)
    async with database.transaction() as session:
        taken = {"attempt": 2, "holder": "prc_other", "lease_until": 0.0, "crashes": crashes}
        await session.execute(update(RunRow).values(**taken))
    await database.close()


async def test_an_attempt_that_lost_its_run_writes_nothing_more(
    settings: Settings, here: ChatClient
) -> None:
    thread_id = thread_of(await begin(here))
    following = asyncio.create_task(follow(here, thread_id))
    await lose(settings)
    events = await following

    recovered = [e["type"] for e in events].index("run.recovered")
    assert events[recovered]["attempt"] == 3
    assert status_of(events) == "completed"
    await check(here, thread_id, events)


async def test_a_run_that_crashed_too_often_ends_with_what_it_has_and_can_be_tried_again(
    settings: Settings, here: ChatClient
) -> None:
    thread_id = thread_of(await begin(here))
    following = asyncio.create_task(follow(here, thread_id))
    await lose(settings, crashes=MOST_CRASHES)
    events = await following

    assert status_of(events) == "interrupted"
    (error,) = [event for event in events if event["type"] == "error"]
    assert error["allow_retry"] is True
    kept = text_of(done_items(events)[-1])
    assert WORDS.startswith(kept)
    assert kept != ""
    await check(here, thread_id, events)

    question = (await here.items(thread_id))[0]
    params = {"thread_id": thread_id, "item_id": question["id"]}
    retry = {"type": "threads.retry_after_item", "params": params}
    async with here.streaming(retry) as frames:
        assert status_of([frame.event async for frame in frames]) == "completed"


async def test_equal_posts_at_two_servers_are_one_message(
    here: ChatClient, there: ChatClient
) -> None:
    headers = {**DETACHED, "Idempotency-Key": "key-1"}

    async def post(client: ChatClient) -> list[Event]:
        async with client.streaming(message(ORDER), headers) as frames:
            return [frame.event async for frame in frames]

    answers = await asyncio.gather(*(post(client) for client in (here, there, here, there, here)))

    assert [fold(events) for events in answers] == [fold(answers[0])] * 5
    await check(there, thread_of(answers[0]), answers[0])


async def test_a_message_that_waits_is_begun_by_whoever_ends_the_one_before(
    here: ChatClient, there: ChatClient
) -> None:
    thread_id = thread_of(await begin(here))
    request = message("create a task called B", thread_id)
    async with there.http.stream("POST", "/api/chatkit", json=request, headers=DETACHED) as answer:
        events = [frame.event async for frame in read_frames(answer)]

    assert events[0]["type"] == "run.queued"
    assert status_of(events) == "completed"
    said = [text_of(i) for i in await here.items(thread_id) if i["type"] == "user_message"]
    assert said == [ORDER, "create a task called B"]
