"""Each request that is sent is counted once, with what the endpoint says or what can be guessed."""

import asyncio
import json

import pytest
from agents import Agent, RunConfig, Runner
from anyio import fail_after

from taskchat.standin.wire import DONE, chunk, finish, stream, text
from taskchat.usage.tokens import TokenCount, estimate
from tests.gemini.conversation import SECONDS, Conversation, converse

pytestmark = pytest.mark.anyio

NOTHING = (TokenCount(), False)
RULES = (TokenCount(prompt=400, output=30, thinking=10), False)


def guessed(conversation: Conversation, written: str, request: int = 0) -> tuple[TokenCount, bool]:
    body = json.dumps(conversation.endpoint.requests[request].body, ensure_ascii=False)
    return TokenCount(prompt=estimate(len(body)), output=estimate(len(written))), True


async def test_each_step_of_a_run_is_counted_with_what_the_endpoint_says() -> None:
    async with converse() as conversation:
        await conversation.say("create a task called A")
        assert conversation.watch.counted == [RULES, RULES]


async def test_usage_that_grows_is_counted_once_with_its_last_value() -> None:
    async with converse() as conversation:
        await conversation.say("[[fault:usage_cumulative]]")
        assert conversation.watch.counted == [(TokenCount(16, 0, 18, 9), False)]


USAGES: list[tuple[dict[str, object], TokenCount]] = [
    (
        {"prompt_tokens": 16, "completion_tokens": 9, "total_tokens": 627},
        TokenCount(16, 0, 611, 602),
    ),
    (
        {
            "prompt_tokens": 10,
            "completion_tokens": 9,
            "total_tokens": 19,
            "prompt_tokens_details": {"cached_tokens": 4},
            "completion_tokens_details": {"reasoning_tokens": 5},
        },
        TokenCount(10, 4, 9, 5),
    ),
    ({"prompt_tokens": 3, "prompt_tokens_details": {"cached_tokens": 8}}, TokenCount(3, 3)),
    ({"prompt_tokens": "many", "completion_tokens": None, "total_tokens": 2.5}, TokenCount()),
    ({"prompt_tokens": 3, "prompt_tokens_details": None}, TokenCount(3)),
    ({"prompt_tokens": 10**30, "completion_tokens": 10**30}, TokenCount(2**40, 0, 2**40)),
]


@pytest.mark.parametrize(("usage", "tokens"), USAGES)
async def test_each_way_of_counting_comes_to_the_same(
    usage: dict[str, object], tokens: TokenCount
) -> None:
    async with converse() as conversation:
        ended = chunk(delta={"content": "Hi"}, finish_reason="stop", usage=usage)
        conversation.endpoint.script([stream(ended, DONE)])
        await conversation.say("Hello")
        assert conversation.watch.counted == [(tokens, False)]


async def test_a_stream_that_breaks_counts_with_the_usage_that_came_before() -> None:
    async with converse() as conversation:
        await conversation.say("[[fault:eof_after_usage]]")
        assert conversation.watch.counted == [(TokenCount(16, 0, 3), False)]


@pytest.mark.parametrize(
    ("fault", "written"),
    [
        ("text", "Hello."),
        ("eof", "Half an"),
        ("rst", "Half an"),
        ("mid_error_obj", "Half an"),
        ("stall", "Half an"),
        ("thought_leak", "<thought>plan</thought>Hi"),
        ("blocked", ""),
    ],
)
async def test_an_answer_without_usage_is_estimated_from_its_characters(
    fault: str, written: str
) -> None:
    async with converse(idle_timeout=0.3) as conversation:
        await conversation.say(f"Schöne Grüße 🎉 [[fault:{fault}]]")
        assert conversation.watch.counted == [guessed(conversation, written)]


async def test_calls_without_usage_are_estimated_too() -> None:
    async with converse() as conversation:
        await conversation.say("[[fault:call_one]]")
        written = 'create_task{"title":"A"}'
        assert conversation.watch.counted == [guessed(conversation, written), RULES]


@pytest.mark.parametrize(
    ("fault", "requests"),
    [("bad_key", 1), ("rpd", 1), ("503", 4), ("hang_up", 3), ("html_200", 2), ("done_only", 2)],
)
async def test_refused_and_unanswered_requests_count_without_tokens(
    fault: str, requests: int
) -> None:
    async with converse() as conversation:
        await conversation.say(f"[[fault:{fault}]]")
        assert conversation.watch.counted == [NOTHING] * requests


async def test_a_try_that_failed_is_counted_besides_the_one_that_did_not() -> None:
    async with converse() as conversation:
        await conversation.say("[[fault:503_once]]")
        assert conversation.watch.counted == [NOTHING, RULES]


async def test_a_server_that_is_not_there_costs_nothing() -> None:
    async with converse() as conversation:
        await conversation.endpoint.__aexit__()
        await conversation.say("Hello")
        assert conversation.watch.counted == [NOTHING] * 3


async def test_a_request_that_was_never_answered_is_estimated_by_what_was_sent() -> None:
    async with converse(idle_timeout=0.3) as conversation:
        await conversation.say("[[fault:stall_first]]")
        assert conversation.watch.counted == [guessed(conversation, "")]


@pytest.mark.parametrize(("fault", "written"), [("stall", "Half an"), ("slow_first", "")])
async def test_a_request_that_was_left_is_counted(fault: str, written: str) -> None:
    async with converse(idle_timeout=60) as conversation:
        agent = Agent[None](name="TaskChat", model=conversation.model)
        result = Runner.run_streamed(
            agent, f"[[fault:{fault}]]", run_config=RunConfig(tracing_disabled=True)
        )
        with fail_after(SECONDS):
            await conversation.endpoint.request_with(fault)
            if written:
                async for event in result.stream_events():
                    if event.type == "raw_response_event" and "delta" in event.data.type:
                        break
            result.cancel()
            async for _ in result.stream_events():
                """To its end."""
            if result.run_loop_task:
                await asyncio.wait([result.run_loop_task])
        assert conversation.watch.counted == [guessed(conversation, written)]


async def test_losing_the_connection_after_the_end_changes_no_count() -> None:
    usage: dict[str, object] = {"completion_tokens": 2, "prompt_tokens": 5, "total_tokens": 7}
    async with converse() as conversation:
        ended = chunk(delta={}, finish_reason="stop", usage=usage)
        conversation.endpoint.script([stream(text("Hi"), ended, end=b"")])
        outcome = await conversation.say("Hello")
        assert outcome.failure is None
        assert conversation.watch.counted == [(TokenCount(5, 0, 2), False)]


async def test_what_was_estimated_is_what_the_run_is_told() -> None:
    async with converse() as conversation:
        conversation.endpoint.script([stream(text("Hi"), finish("stop"), DONE)])
        outcome = await conversation.say("Hello")
        tokens, _ = conversation.watch.counted[0]
        assert (outcome.input_tokens, outcome.output_tokens) == (tokens.prompt, tokens.output)
