import asyncio
from collections.abc import AsyncIterator

import pytest
from agents import Agent, RunConfig, Runner, StreamEvent
from anyio import fail_after

from taskchat.chat.failures import FailureKind
from taskchat.standin.plays import create
from taskchat.standin.wire import (
    DONE,
    STREAM_HEAD,
    Pause,
    Reply,
    calls,
    stream,
    text,
    transfer_chunk,
)
from tests.gemini.conversation import SECONDS, Conversation, converse

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("text", "Hello."),
        ("thought_leak", "Hi"),
        ("split_utf8", "party 🎉🎉"),
        ("crlf", "Hi"),
        ("keepalive", "Hi"),
        ("rst_after_finish", "All of it."),
        ("null_message", "Hello."),
    ],
)
async def test_text_arrives_whole_and_clean(fault: str, text: str) -> None:
    async with converse() as conversation:
        outcome = await conversation.say(f"[[fault:{fault}]]")
        assert outcome.failure is None
        assert outcome.text == text
        assert len(conversation.endpoint.requests) == 1


@pytest.mark.parametrize(
    "fault",
    [
        "mid_error_obj",
        "mid_error_list",
        "mid_error_bare",
        "eof",
        "eof_done",
        "finish_error",
        "finish_other",
        "bad_json_after_finish",
        "error_after_finish",
        "rst",
        "trunc",
        "bad_json_event",
    ],
)
async def test_a_broken_stream_keeps_its_text_and_is_not_asked_again(fault: str) -> None:
    async with converse() as conversation:
        outcome = await conversation.say(f"[[fault:{fault}]]")
        assert outcome.text == "Half an"
        assert outcome.created == []
        assert outcome.failure is not None
        assert outcome.failure.kind is FailureKind.CUT_OFF
        assert outcome.failure.sentence == "The answer was cut off. Try again."
        assert outcome.failure.allow_retry
        assert len(conversation.endpoint.requests) == 1
        assert outcome.events[-1].type == "response.output_text.delta"


@pytest.mark.parametrize(
    ("fault", "text", "kind", "sentence"),
    [
        (
            "recitation",
            "Once upon",
            FailureKind.RECITATION,
            "Gemini's filter stopped this answer.",
        ),
        (
            "length_partial",
            "A long story",
            FailureKind.TOO_LONG,
            'The answer was too long and was cut. Say "continue" for the rest.',
        ),
    ],
)
async def test_an_answer_that_was_stopped_keeps_its_text_and_says_why(
    fault: str, text: str, kind: FailureKind, sentence: str
) -> None:
    async with converse() as conversation:
        outcome = await conversation.say(f"[[fault:{fault}]]")
        assert outcome.text == text
        assert outcome.failure is not None
        assert (outcome.failure.kind, outcome.failure.sentence) == (kind, sentence)


async def test_a_call_in_a_stream_that_broke_never_runs() -> None:
    async with converse() as conversation:
        outcome = await conversation.say("[[fault:text_eof_after_call]]")
        assert outcome.text == "I will."
        assert outcome.created == []
        assert outcome.failure is not None
        assert outcome.failure.kind is FailureKind.CUT_OFF
        assert len(conversation.endpoint.requests) == 1


async def test_a_call_in_a_stream_that_broke_before_any_text_is_asked_for_again() -> None:
    async with converse() as conversation:
        conversation.endpoint.script(["eof_after_call", "call_one"])
        outcome = await conversation.say("create a task called A")
        assert outcome.failure is None
        assert outcome.created == ["A"]
        assert len(conversation.endpoint.requests) == 3


@pytest.mark.parametrize("fault", ["stall", "stall_pinging"])
async def test_silence_in_the_middle_ends_the_answer_and_hangs_up(fault: str) -> None:
    async with converse(idle_timeout=0.3) as conversation:
        outcome = await conversation.say(f"[[fault:{fault}]]")
        assert outcome.text == "Half an"
        assert outcome.failure is not None
        assert outcome.failure.kind is FailureKind.CUT_OFF
        await _left(conversation)


async def test_silence_from_the_start_is_told_without_another_try() -> None:
    async with converse(idle_timeout=0.3) as conversation:
        outcome = await conversation.say("[[fault:stall_first]]")
        assert outcome.failure is not None
        assert outcome.failure.kind is FailureKind.TIMED_OUT
        assert outcome.failure.sentence == "Gemini sent nothing for 0.3 seconds. Try again."
        assert len(conversation.endpoint.requests) == 1
        await _left(conversation)


async def test_an_error_in_the_middle_hangs_up_even_if_the_endpoint_does_not() -> None:
    async with converse(idle_timeout=60) as conversation:
        outcome = await conversation.say("[[fault:mid_error_open]]")
        assert outcome.failure is not None
        assert outcome.failure.kind is FailureKind.CUT_OFF
        await _left(conversation)


async def test_an_endpoint_that_says_done_and_stays_is_not_waited_for() -> None:
    async with converse(idle_timeout=60) as conversation:
        outcome = await conversation.say("[[fault:stall_after_done]]")
        assert outcome.failure is None
        assert outcome.text == "All of it."


async def test_silence_after_the_end_takes_nothing_away() -> None:
    async with converse(idle_timeout=0.3) as conversation:
        outcome = await conversation.say("[[fault:stall_after_finish]]")
        assert outcome.failure is None
        assert outcome.text == "All of it."


ENDS = {
    **dict.fromkeys(("stop", "tool_calls", "function_call", "eos_token"), None),
    **dict.fromkeys(("end_turn", "stop_sequence", "STOP"), None),
    **dict.fromkeys(("length", "max_tokens", "MAX_TOKENS", "model_length"), FailureKind.TOO_LONG),
    **dict.fromkeys(("content_filter", "safety", "SAFETY"), FailureKind.BLOCKED),
    **dict.fromkeys(("error", "abort", "cancelled", "unknown"), FailureKind.CUT_OFF),
}


@pytest.mark.parametrize("reason", ENDS)
async def test_only_a_good_end_passes_calls_on(reason: str) -> None:
    async with converse() as conversation:
        called = calls(create("c1", '{"title":"A"}'), finish=reason)
        conversation.endpoint.script([stream(text("I will."), called, DONE)])
        outcome = await conversation.say("create a task called A")
        assert outcome.text.startswith("I will.")
        assert (outcome.failure and outcome.failure.kind) is ENDS[reason]
        assert outcome.created == ([] if ENDS[reason] else ["A"])


async def test_after_the_end_only_a_moment_is_waited_for_the_counts() -> None:
    async with converse(idle_timeout=60) as conversation:
        outcome = await conversation.say("[[fault:stall_after_finish]]")
        assert outcome.failure is None
        assert outcome.text == "All of it."


async def test_the_time_until_the_first_piece_is_allowed_once() -> None:
    """The head of a reply is no sign that the model has anything to say."""
    async with converse(idle_timeout=1.0) as conversation:
        late = Reply(
            (Pause(0.7), STREAM_HEAD, Pause(0.7), transfer_chunk(text("Late.", finish="stop")))
        )
        conversation.endpoint.script([late])
        outcome = await conversation.say("Hello")
        assert outcome.failure is not None
        assert outcome.failure.kind is FailureKind.TIMED_OUT


async def test_an_event_without_an_end_is_broken_off() -> None:
    async with converse(idle_timeout=60) as conversation:
        endless = [b"data: ", *[b"x" * 65536] * 65, Pause(3600)]
        conversation.endpoint.script([stream(text("Half an"), *endless)])
        outcome = await conversation.say("Hello")
        assert outcome.failure is not None
        assert outcome.failure.kind is FailureKind.CUT_OFF
        await _left(conversation)


@pytest.mark.parametrize("fault", ["stall", "slow_first"])
async def test_a_cancelled_run_hangs_up_on_the_endpoint(fault: str) -> None:
    async with converse(idle_timeout=60) as conversation:
        agent = Agent[None](name="TaskChat", model=conversation.model)
        result = Runner.run_streamed(
            agent, f"[[fault:{fault}]]", run_config=RunConfig(tracing_disabled=True)
        )
        with fail_after(SECONDS):
            reading = asyncio.create_task(_first_text(result.stream_events()))
            while not conversation.endpoint.requests:
                await asyncio.wait({reading}, timeout=0.01)
            if fault == "stall":
                assert await reading == "Half an"
            result.cancel()
            await reading
        await _left(conversation)


async def test_deltas_reach_the_reader_before_the_stream_ends() -> None:
    async with converse() as conversation:
        agent = Agent[None](name="TaskChat", model=conversation.model)
        result = Runner.run_streamed(agent, "[[slow]]", run_config=RunConfig(tracing_disabled=True))
        with fail_after(SECONDS):
            assert await _first_text(result.stream_events()) == "word1 "
            assert not conversation.endpoint.requests[0].left.is_set()
            result.cancel()
        await _left(conversation)


async def test_one_connection_serves_the_steps_of_a_run() -> None:
    async with converse() as conversation:
        await conversation.say("create a task called A")
        assert len(conversation.endpoint.requests) == 2
        assert conversation.endpoint.connections == 1


async def _first_text(events: AsyncIterator[StreamEvent]) -> str:
    async for event in events:
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            return event.data.delta
    return ""


async def _left(conversation: Conversation) -> None:
    with fail_after(SECONDS):
        await conversation.endpoint.requests[0].left.wait()
