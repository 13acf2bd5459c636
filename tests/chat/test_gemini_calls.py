import pytest

from taskchat.chat.failures import FailureKind
from taskchat.standin.validation import missing_signature
from tests.gemini.conversation import converse

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "fault", ["call_one", "args_split", "args_empty_first", "bad_name", "sig_only_delta"]
)
async def test_a_call_runs_once_whatever_its_shape(fault: str) -> None:
    async with converse() as conversation:
        outcome = await conversation.say(f"[[fault:{fault}]]")
        assert outcome.failure is None
        assert outcome.created == ["A"]
        assert outcome.text == "Done: I created **A**."
        assert len(conversation.endpoint.requests) == 2


@pytest.mark.parametrize(
    "fault",
    [
        "par_same_chunk",
        "par_two_chunks",
        "par_index0",
        "id_empty",
        "id_missing",
        "openai_shape",
    ],
)
async def test_parallel_calls_all_run_once_and_go_back_in_one_message(fault: str) -> None:
    async with converse() as conversation:
        outcome = await conversation.say(f"[[fault:{fault}]]")
        assert outcome.failure is None
        assert sorted(outcome.created) == ["A", "B"]
        assert outcome.text == "Done: I created **A**. Done: I created **B**."
        _, called, *answers = conversation.endpoint.requests[1].messages[1:]
        ids = [call["id"] for call in called["tool_calls"]]
        assert len(set(ids)) == 2
        assert [answer["tool_call_id"] for answer in answers] == ids


async def test_an_id_used_again_in_one_reply_and_in_the_next_does_not_end_the_run() -> None:
    async with converse() as conversation:
        outcome = await conversation.say("[[fault:id_dup]]")
        assert outcome.failure is None
        assert outcome.created == ["A", "B", "C"]
        assert len(conversation.endpoint.requests) == 3


async def test_an_id_used_again_in_a_later_message_of_the_conversation_is_another_call() -> None:
    async with converse() as conversation:
        first = await conversation.say("[[fault:call_one]]")
        second = await conversation.say("[[fault:call_one]] again", first.history)
        assert second.failure is None
        assert second.created == ["A"]
        ids = [
            call["id"]
            for message in conversation.endpoint.requests[-1].messages
            for call in message.get("tool_calls", [])
        ]
        assert len(set(ids)) == 2
        assert all(len(call_id) == len("call_") + 32 for call_id in ids)


@pytest.mark.parametrize("model", ["gemini-3.5-flash-lite", "models/gemini-3.8-flash", "assistant"])
async def test_a_signature_goes_back_with_the_call_it_came_with(model: str) -> None:
    async with converse(model=model) as conversation:
        await conversation.say("[[fault:par_two_chunks]]")
        first, second = conversation.endpoint.requests[1].messages[2]["tool_calls"]
        assert first["extra_content"] == {"google": {"thought_signature": "SIG1"}}
        assert "extra_content" not in second


async def test_a_signature_that_comes_alone_belongs_to_the_call_before_it() -> None:
    async with converse() as conversation:
        await conversation.say("[[fault:sig_only_delta]]")
        (call,) = conversation.endpoint.requests[1].messages[2]["tool_calls"]
        assert call["extra_content"] == {"google": {"thought_signature": "SIGX"}}


async def test_an_unsigned_call_goes_back_with_the_accepted_substitute() -> None:
    async with converse() as conversation:
        outcome = await conversation.say("[[fault:call_unsigned]]")
        (call,) = conversation.endpoint.requests[1].messages[2]["tool_calls"]
        signature = call["extra_content"]["google"]["thought_signature"]
        assert signature == "skip_thought_signature_validator"
        assert outcome.text == "Done: I created **A**."


async def test_a_refused_signature_is_replaced_once_and_the_call_does_not_run_again() -> None:
    async with converse() as conversation:
        outcome = await conversation.say("[[fault:sig_refused]]")
        assert outcome.created == ["A"]
        assert outcome.text == "Done: I created **A**."
        assert len(conversation.endpoint.requests) == 3


async def test_a_substitute_that_is_refused_too_ends_the_answer() -> None:
    async with converse() as conversation:
        refusal = missing_signature("create_task", 1)
        conversation.endpoint.script(["call_one", refusal, refusal])
        outcome = await conversation.say("create a task called A")
        assert outcome.created == ["A"]
        assert outcome.failure is not None
        assert outcome.failure.kind is FailureKind.SIGNATURE
        assert len(conversation.endpoint.requests) == 3


async def test_of_parallel_calls_the_first_owns_a_signature_that_comes_alone() -> None:
    async with converse() as conversation:
        await conversation.say("[[fault:sig_after_both]]")
        first, second = conversation.endpoint.requests[1].messages[2]["tool_calls"]
        assert first["extra_content"] == {"google": {"thought_signature": "SIGX"}}
        assert "extra_content" not in second


async def test_a_tool_that_does_not_exist_is_told_to_the_model() -> None:
    async with converse() as conversation:
        outcome = await conversation.say("[[fault:no_tool]]")
        assert outcome.failure is None
        assert outcome.created == []
        assert "launch_rocket" in conversation.endpoint.requests[1].messages[-1]["content"]


async def test_broken_arguments_run_nothing_and_do_not_go_back_broken() -> None:
    async with converse() as conversation:
        outcome = await conversation.say("[[fault:bad_args]]")
        assert outcome.failure is None
        assert outcome.created == []
        (call,) = conversation.endpoint.requests[1].messages[2]["tool_calls"]
        assert call["function"]["arguments"] == "{}"


async def test_a_tool_without_output_answers_with_words() -> None:
    async with converse() as conversation:
        outcome = await conversation.say("list my tasks")
        assert outcome.failure is None
        assert conversation.endpoint.requests[1].messages[-1]["content"] == "(no output)"
