"""Servers that speak the same protocol and can do less: Ollama, vLLM, Mistral, proxies."""

from typing import cast

import pytest
from agents import TResponseInputItem

from taskchat.chat.failures import FailureKind
from taskchat.chat.gemini.model import NO_TOOLS
from taskchat.standin.wire import plain
from taskchat.usage.tokens import TokenCount
from tests.gemini.conversation import converse

pytestmark = pytest.mark.anyio

EARLIER = cast(
    "list[TResponseInputItem]",
    [
        {"role": "user", "content": "Add A."},
        {"role": "assistant", "content": "I will."},
        {"type": "function_call", "call_id": "c1", "name": "create_task", "arguments": '{"n":1}'},
        {"type": "function_call_output", "call_id": "c1", "output": '{"number":7}'},
        {"role": "assistant", "content": "Done."},
    ],
)


@pytest.mark.parametrize("fault", ["tools_refused", "tools_refused_bare"])
async def test_a_model_without_tools_can_still_talk_and_says_so(fault: str) -> None:
    async with converse(model="assistant") as conversation:
        outcome = await conversation.say(f"How are you? [[fault:{fault}]]")
        assert outcome.failure is None
        assert outcome.text.startswith("I can help you")
        assert conversation.watch.done_without == [NO_TOOLS]
        first, second = conversation.endpoint.requests
        assert "tools" in first.body
        assert not {"tools", "tool_choice", "parallel_tool_calls"} & set(second.body)


async def test_what_a_server_has_refused_it_is_not_sent_again() -> None:
    async with converse(model="assistant") as conversation:
        for fault in ("tools_refused", "stream_options_refused"):
            await conversation.say(f"Hello [[fault:{fault}]]")
        before = len(conversation.endpoint.requests)
        outcome = await conversation.say("Hello again")
        assert outcome.failure is None
        (request,) = conversation.endpoint.requests[before:]
        assert set(request.body) == {"model", "messages", "stream"}
        assert conversation.watch.done_without == [NO_TOOLS] * 3


async def test_earlier_calls_are_told_in_words_to_a_model_without_tools() -> None:
    async with converse(model="assistant") as conversation:
        conversation.endpoint.script(["tools_refused", ""])
        outcome = await conversation.say("And now?", EARLIER)
        assert outcome.failure is None
        assert conversation.endpoint.requests[1].messages[1:] == [
            {"role": "user", "content": "Add A."},
            {
                "role": "assistant",
                "content": 'I will.\n\n[create_task {"n":1}: {"number":7}]\n\nDone.',
            },
            {"role": "user", "content": "And now?"},
        ]


async def test_a_refusal_that_leaving_out_did_not_cure_is_told() -> None:
    async with converse(model="assistant") as conversation:
        refused = plain(400, "application/json", '{"error":"m does not support tools"}')
        conversation.endpoint.script([refused, refused])
        outcome = await conversation.say("Hello")
        assert outcome.failure is not None
        assert outcome.failure.kind is FailureKind.BAD_REQUEST
        assert outcome.failure.sentence == (
            "The model server refused the request: m does not support tools"
        )
        assert len(conversation.endpoint.requests) == 2


@pytest.mark.parametrize(
    ("code", "body"),
    [
        (404, '{"error":{"message":"No endpoints found that support tool use."}}'),
        (500, '{"error":{"code":500,"message":"tools param requires --jinja flag"}}'),
        (400, '{"detail":"This model does not support function calling."}'),
        (400, '{"error":{"message":"Function calling is not enabled for models/gemma-3-27b"}}'),
        (400, '{"error":{"message":"Tools are not supported in this version."}}'),
        (400, '{"error":{"message":"m doesn\'t support tools"}}'),
    ],
)
async def test_other_words_for_having_no_tools_are_understood(code: int, body: str) -> None:
    async with converse(model="assistant") as conversation:
        conversation.endpoint.script([plain(code, "application/json", body), ""])
        outcome = await conversation.say("Hello")
        assert outcome.failure is None
        assert conversation.watch.done_without == [NO_TOOLS]


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("stream_options", '{"detail":[{"loc":["body","stream_options"],"msg":"Extra inputs"}]}'),
        ("reasoning_effort", '{"error":{"message":"\\"m\\" does not support thinking"}}'),
    ],
)
async def test_a_field_that_a_server_does_not_know_is_left_out(field: str, message: str) -> None:
    async with converse(model="assistant") as conversation:
        conversation.settings.extra_body = {"reasoning_effort": "low"}
        conversation.endpoint.script([plain(422, "application/json", message), "", ""])
        for words in ("Hello", "Hello again"):
            assert (await conversation.say(words)).failure is None
        sent = [field in request.body for request in conversation.endpoint.requests]
        assert sent == [True, False, False]
        assert conversation.watch.done_without == []


async def test_a_whole_completion_is_an_answer_too() -> None:
    async with converse(model="assistant") as conversation:
        outcome = await conversation.say("[[fault:json_answer]]")
        assert outcome.failure is None
        assert outcome.text == "Hi"
        assert conversation.watch.counted == [(TokenCount(7, 0, 5), False)]
        assert len(conversation.endpoint.requests) == 1


async def test_the_calls_of_a_whole_completion_run() -> None:
    async with converse(model="assistant") as conversation:
        outcome = await conversation.say("[[fault:json_call]]")
        assert outcome.failure is None
        assert outcome.created == ["A", "B"]


async def test_text_in_parts_is_joined() -> None:
    content = '[{"type":"text","text":"Hel"},{"type":"text","text":"lo"},{"type":"image"}]'
    body = f'{{"choices":[{{"message":{{"content":{content}}},"finish_reason":"stop"}}]}}'
    async with converse(model="assistant") as conversation:
        conversation.endpoint.script([plain(200, "application/json", body)])
        assert (await conversation.say("Hello")).text == "Hello"


async def test_a_long_completion_arrives_whole() -> None:
    words = "word " * 20_000
    body = f'{{"choices":[{{"message":{{"content":"{words}"}},"finish_reason":"stop"}}]}}'
    async with converse(model="assistant") as conversation:
        conversation.endpoint.script([plain(200, "application/json", body)])
        assert (await conversation.say("Hello")).text == words


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("bad_key", "The model server's API key was not accepted. Check GEMINI_API_KEY"),
        ("leaked_key", "The model server does not allow this API key"),
        ("region", "The model server is not available"),
        ("blocked", "The model server declined to answer this."),
        ("recitation", "A filter stopped this answer."),
        ("503", "The model server is overloaded."),
        ("429_bare", "The model server gets too many requests"),
        ("hang_up", "The model server could not be reached."),
        ("stall_first", "The model server sent nothing for 0.3 seconds."),
        ("empty_stop", "The model server sent an empty answer."),
    ],
)
async def test_another_server_is_not_called_gemini(fault: str, sentence: str) -> None:
    async with converse(model="assistant", idle_timeout=0.3) as conversation:
        outcome = await conversation.say(f"[[fault:{fault}]]")
        assert outcome.failure is not None
        assert outcome.failure.sentence.startswith(sentence)
        assert "Gemini " not in outcome.failure.sentence


async def test_an_error_without_words_is_told_as_it_came() -> None:
    async with converse(model="assistant") as conversation:
        body = '{"error":{"type":"invalid_request_error"}}'
        conversation.endpoint.script([plain(400, "application/json", body)])
        outcome = await conversation.say("Hello")
        assert outcome.failure is not None
        assert "invalid_request_error" in outcome.failure.sentence
