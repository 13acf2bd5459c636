import json
import os
from collections import defaultdict

import pytest
from agents import MaxTurnsExceeded
from agents.items import TResponseStreamEvent

from taskchat.chat.gemini.model import build_gemini_model
from tests.gemini.conversation import converse

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "address",
    [
        "https://api.openai.com/v1",
        "https://openai.com/v1",
        "https://API.OpenAI.com./v1",
        "http://eu.api.openai.com",
        "ftp://example.com",
        "localhost:9090",
    ],
)
def test_addresses_of_openai_and_no_addresses_are_refused_by_the_settings_name(
    address: str,
) -> None:
    with pytest.raises(ValueError, match="GEMINI_BASE_URL"):
        build_gemini_model(api_key="k", base_url=address, model="gemini-3.5-flash-lite")


def test_a_host_that_only_resembles_openai_is_accepted() -> None:
    build_gemini_model(api_key="k", base_url="https://notopenai.com/v1", model="m")


async def test_nothing_of_the_environment_reaches_the_endpoint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("API_KEY", "ORG_ID", "PROJECT_ID"):
        monkeypatch.setitem(os.environ, f"OPENAI_{name}", "from-the-environment")
    monkeypatch.setitem(os.environ, "OPENAI_CUSTOM_HEADERS", "X-Custom: from-the-environment")
    monkeypatch.setitem(os.environ, "HTTP_PROXY", "http://127.0.0.1:9")
    async with converse() as conversation:
        await conversation.say("Hello")
        (request,) = conversation.endpoint.requests
        assert request.headers["authorization"] == "Bearer test-key"
        assert "from-the-environment" not in json.dumps(request.headers)


async def test_a_request_holds_only_what_gemini_knows() -> None:
    async with converse() as conversation:
        await conversation.say("Hello")
        (request,) = conversation.endpoint.requests
        assert set(request.body) == {"model", "messages", "stream", "stream_options", "tools"}
        assert request.body["stream_options"] == {"include_usage": True}
        assert [message["role"] for message in request.messages] == ["system", "user"]


async def test_every_item_has_one_id_from_its_first_event_to_the_last() -> None:
    async with converse() as conversation:
        outcome = await conversation.say("create a task called A and create a task called B")
        announced, finished, completed = _ids(outcome.events)
        assert [len(ids) for ids in (announced, finished, completed)] == [4, 4, 4]
        assert announced == finished == completed
        assert sorted(item_id.split("_")[0] for item_id in announced) == ["fc", "fc", "msg", "msg"]
        assert all(len(item_id.split("_")[1]) == 32 for item_id in announced)


async def test_the_events_of_each_response_are_numbered_without_gaps() -> None:
    async with converse() as conversation:
        outcome = await conversation.say("create a task called A")
        numbers: dict[int, list[int]] = defaultdict(list)
        response = 0
        for event in outcome.events:
            response += event.type == "response.created"
            numbers[response].append(event.sequence_number)
        assert list(numbers) == [1, 2]
        assert all(run == list(range(len(run))) for run in numbers.values())


async def test_the_last_usage_counts_and_thinking_is_output() -> None:
    async with converse() as conversation:
        outcome = await conversation.say("[[fault:usage_cumulative]]")
        assert outcome.text == "One two"
        assert (outcome.input_tokens, outcome.output_tokens) == (16, 18)


async def test_a_model_that_never_stops_calling_tools_is_stopped_by_the_run() -> None:
    async with converse() as conversation:
        conversation.max_turns = 3
        with pytest.raises(MaxTurnsExceeded):
            await conversation.say("[[fault:loop]]")
        assert len(conversation.endpoint.requests) == 3


async def test_an_answer_asked_for_as_a_whole_has_the_same_content() -> None:
    async with converse() as conversation:
        response = await conversation.ask("[[fault:text]]")
        (message,) = response.output
        assert message.type == "message"
        assert message.content[0].type == "output_text"
        assert message.content[0].text == "Hello."
        assert response.usage.requests == 1


def _ids(events: list[TResponseStreamEvent]) -> tuple[set[str], set[str], set[str]]:
    announced = {e.item.id or "" for e in events if e.type == "response.output_item.added"}
    finished = {e.item.id or "" for e in events if e.type == "response.output_item.done"}
    completed = {
        item.id or ""
        for event in events
        if event.type == "response.completed"
        for item in event.response.output
    }
    return announced, finished, completed
