"""What people get from the same model servers: an answer, or one clear sentence."""

import socket
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from taskchat.standin.server import StandIn
from tests.api.chat_client import (
    ChatClient,
    Event,
    done_items,
    signed_in,
    status_of,
    text_of,
)
from tests.api.serving import StartServer
from tests.doctor import defects
from tests.doctor.defects import GEMINI, OWN, Defect, DefectiveEndpoint

pytestmark = pytest.mark.anyio

type Server = Callable[[AsyncExitStack], Awaitable[str]]

WORDS = "add a task called Water the plants"


async def say(
    start_server: StartServer, base_url: str, model: str, words: str = WORDS
) -> tuple[list[Event], list[str]]:
    """The events of the answer, and the titles of the tasks that there are then."""
    server = await start_server(
        gemini_api_key="test-key", gemini_base_url=base_url, gemini_model=model
    )
    async with signed_in(server, "ann@example.com") as ann:
        events = await ann.say(words)
        return events, await titles(ann)


async def titles(ann: ChatClient) -> list[str]:
    tasks = (await ann.http.get("/api/tasks")).json()["items"]
    return sorted(task["title"] for task in tasks)


def said(events: list[Event]) -> str:
    return " ".join(text_of(item) for item in done_items(events, "assistant_message"))


def told(events: list[Event], kind: str) -> list[str]:
    return [event["message"] for event in events if event["type"] == kind]


@pytest.mark.parametrize(
    ("defect", "model"),
    [
        (defects.in_one_piece, OWN),
        (defects.all_at_once, OWN),
        (defects.merged_calls, OWN),
        (defects.one_call_at_a_time, OWN),
        (defects.without_counts, OWN),
        (defects.counts_per_piece, OWN),
        (defects.without_signatures, OWN),
        (defects.refused_signatures, GEMINI),
        (defects.numbered_calls, OWN),
    ],
    ids=lambda given: getattr(given, "__name__", None),
)
async def test_a_message_does_what_it_says_in_spite_of_the_defect(
    start_server: StartServer, defect: Defect, model: str
) -> None:
    async with DefectiveEndpoint(defect) as endpoint:
        events, made = await say(start_server, endpoint.base_url, model)
        assert status_of(events) == "completed"
        assert made == ["Water the plants"]
        assert "Water the plants" in said(events)
        assert told(events, "error") == []


async def test_a_model_without_tools_talks_and_the_person_is_told_that_it_only_talks(
    start_server: StartServer,
) -> None:
    async with DefectiveEndpoint(defects.without_tools) as endpoint:
        events, made = await say(start_server, endpoint.base_url, OWN)
        assert (status_of(events), made) == ("completed", [])
        assert said(events)
        (notice,) = told(events, "notice")
        assert "cannot use tools" in notice


async def test_calls_that_came_merged_change_nothing_and_the_answer_goes_on(
    start_server: StartServer,
) -> None:
    words = "add a task called Buy bread and add a task called Buy milk"
    async with DefectiveEndpoint(defects.merged_calls) as endpoint:
        events, made = await say(start_server, endpoint.base_url, OWN, words)
        assert (status_of(events), made) == ("completed", [])
        assert "did not work" in said(events)


async def _nothing(stack: AsyncExitStack) -> str:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        return f"http://127.0.0.1:{closed.getsockname()[1]}/v1"


async def _redirect(stack: AsyncExitStack) -> str:
    defect = defects.redirecting_to("http://127.0.0.1:1/elsewhere")
    return (await stack.enter_async_context(DefectiveEndpoint(defect))).base_url


async def _web_page(stack: AsyncExitStack) -> str:
    return (await stack.enter_async_context(DefectiveEndpoint(defects.a_web_page))).base_url


async def _used_up(stack: AsyncExitStack) -> str:
    return (await stack.enter_async_context(DefectiveEndpoint(defects.used_up))).base_url


async def _other_key(stack: AsyncExitStack) -> str:
    return (await stack.enter_async_context(StandIn(api_key="another", models=[OWN]))).base_url


async def _other_models(stack: AsyncExitStack) -> str:
    return (await stack.enter_async_context(StandIn())).base_url


@pytest.mark.parametrize(
    ("server", "words"),
    [
        (_nothing, "could not be reached"),
        (_redirect, "The model server redirects to another address."),
        (_web_page, "Unexpected reply from the model server"),
        (_used_up, "quota for the model llama3.2 is used up"),
        (_other_key, "API key was not accepted"),
        (_other_models, "llama3.2 is not available"),
    ],
)
async def test_where_no_answer_can_be_had_one_sentence_says_why(
    start_server: StartServer, server: Server, words: str
) -> None:
    async with AsyncExitStack() as stack:
        events, made = await say(start_server, await server(stack), OWN)
        assert (status_of(events), made, said(events)) == ("failed", [], "")
        (sentence,) = told(events, "error")
        assert words in sentence
        assert "commands" in events[-1]["error"]["remedies"]
