"""/metrics, as Prometheus reads it."""

from collections.abc import AsyncGenerator

import pytest

from taskchat.standin.server import StandIn
from tests.api.chat_client import DETACHED, ChatClient, message, signed_in, thread_of, until_text
from tests.api.serving import StartServer
from tests.test_metrics import read
from tests.usage.replies import counts, creates, ends, lingers, says

pytestmark = pytest.mark.anyio

MODEL = "gemini-3.5-flash-lite"


async def scrape(ann: ChatClient) -> dict[str, float]:
    answer = await ann.http.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return read(answer.content)


@pytest.fixture
async def eve(start_server: StartServer, endpoint: StandIn) -> AsyncGenerator[ChatClient]:
    """At a server with a model, where three messages a day are the limit."""
    server = await start_server(
        gemini_api_key=endpoint.api_key,
        gemini_base_url=endpoint.base_url,
        gemini_model=MODEL,
        daily_messages=3,
    )
    async with signed_in(server, "eve@example.com") as client:
        yield client


def samples(name: str, *labels: str) -> str:
    return f"{name}{sorted(labels)}"


async def test_answers_are_counted_with_their_calls_tools_and_failures(
    eve: ChatClient, endpoint: StandIn
) -> None:
    endpoint.script([creates("milk", counts(1000, 10, cached=400)), says("Done", counts(10, 1))])
    await eve.say("please")
    endpoint.script([ends("content_filter: PROHIBITED_CONTENT", counts(10, 0))])
    await eve.say("please")
    found = await scrape(eve)

    for outcome, times in (("ok", 2), ("blocked", 1)):
        assert found[samples("taskchat_model_calls_total", MODEL, outcome)] == times
    for status in ("completed", "failed"):
        assert found[samples("taskchat_runs_total", MODEL, status)] == 1
    assert found[samples("taskchat_model_tokens_total", MODEL, "cached")] == 400
    assert found[samples("taskchat_first_text_seconds_count", MODEL)] == 1
    assert found[samples("taskchat_tool_calls_total", "create_task", "ok")] == 1


async def test_what_goes_on_is_told_while_it_does(eve: ChatClient, endpoint: StandIn) -> None:
    endpoint.script([lingers("It begins", counts(1, 1))])
    async with eve.streaming(message("please")) as frames:
        thread_id = thread_of([frame.event for frame in await until_text(frames)])
        during = await scrape(eve)
        await eve.http.post(f"/api/chatkit/threads/{thread_id}/stop")
        async for _ in frames:
            """Up to its end."""
    after = await scrape(eve)

    for name in ("taskchat_runs_running[]", "taskchat_http_streams_open[]"):
        assert (during[name], after[name]) == (1, 0)
    assert after[samples("taskchat_model_calls_total", MODEL, "stopped")] == 1
    assert after[samples("taskchat_runs_total", MODEL, "stopped")] == 1


async def test_requests_are_counted_by_route_and_nothing_in_it_is_of_a_person(
    eve: ChatClient,
) -> None:
    for status in (200, 200, 200, 429):
        assert (await eve.ask(message("please"), **DETACHED)).status_code == status
    await eve.http.post("/api/chatkit/threads/thr_something/stop")
    found = await scrape(eve)

    requests, stop = "taskchat_http_requests_total", "/api/chatkit/threads/{thread_id}/stop"
    assert found[samples(requests, "POST", "/api/chatkit", "200")] == 3
    assert found[samples(requests, "POST", "/api/chatkit", "429")] == 1
    assert found[samples(requests, "POST", stop, "404")] == 1
    assert found[samples("taskchat_budget_refusals_total", "daily_limit")] == 1
    text = (await eve.http.get("/metrics")).text
    assert "eve@example.com" not in text
    assert "thr_" not in text


async def test_addresses_that_do_not_exist_share_one_label(ann: ChatClient) -> None:
    for number in range(5):
        await ann.http.get(f"/api/nothing/{number}")
        await ann.http.get(f"/assets/nothing-{number}")
    found = await scrape(ann)
    routes = {name for name in found if "nothing" in name}
    assert routes == set()
