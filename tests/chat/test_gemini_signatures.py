"""Thought signatures go back to the model that gave them, and to no server that might not know them."""

from typing import Any, cast

import pytest
from agents import TResponseInputItem

from taskchat.chat.gemini.server import ModelServer
from taskchat.standin.validation import missing_signature
from tests.gemini.conversation import Conversation, converse

pytestmark = pytest.mark.anyio

STAND_IN = "skip_thought_signature_validator"
ELSEWHERE = "http://127.0.0.1:11434/v1"


def earlier(signature: str, model: str | None) -> list[TResponseInputItem]:
    """A turn of an earlier run, with a signed call."""
    provided = {"thought_signature": signature} | ({"model": model} if model else {})
    call = {"type": "function_call", "call_id": "c1", "name": "create_task", "arguments": "{}"}
    output = {"type": "function_call_output", "call_id": "c1", "output": "{}"}
    said = [
        {"role": "user", "content": "Add A."},
        call | {"provider_data": provided},
        output,
        {"role": "assistant", "content": "Done."},
    ]
    return cast("list[TResponseInputItem]", said)


def sent_signatures(conversation: Conversation, request: int = -1) -> list[Any]:
    """Of the calls in the order of the conversation; None for one without the field."""
    calls = [
        call
        for message in conversation.endpoint.requests[request].messages
        for call in message.get("tool_calls", [])
    ]
    return [
        call["extra_content"]["google"]["thought_signature"] if "extra_content" in call else None
        for call in calls
    ]


@pytest.mark.parametrize(
    ("model", "signed_by", "sent"),
    [
        ("gemini-3.8-flash", "gemini-3.8-flash", "SIG"),
        ("gemini-3.8-flash", "models/gemini-3.8-flash", "SIG"),
        ("models/gemini-3.8-flash", "gemini-3.8-flash", "SIG"),
        ("gemini-3.8-flash", None, "SIG"),
        ("gemini-3.8-flash", "gemini-3.5-flash-lite", STAND_IN),
        ("gemini-3.8-flash", "gemma", STAND_IN),
    ],
)
async def test_only_the_model_that_signed_gets_its_signature_back(
    model: str, signed_by: str | None, sent: str
) -> None:
    async with converse(model=model) as conversation:
        outcome = await conversation.say("Hello", earlier("SIG", signed_by))
        assert outcome.failure is None
        assert sent_signatures(conversation) == [sent]


async def test_a_conversation_goes_on_with_another_model() -> None:
    async with converse(model="gemini-3.5-flash-lite") as first:
        before = await first.say("[[fault:par_two_chunks]]")
    said = [
        cast("dict[str, Any]", item) | {"provider_data": _by(item, "gemini-3.5-flash-lite")}
        if cast("dict[str, Any]", item).get("provider_data")
        else item
        for item in before.history
    ]
    async with converse(model="gemini-3.8-flash") as second:
        history = cast("list[TResponseInputItem]", said)
        after = await second.say("create a task called C", history)
        assert after.failure is None
        assert after.created == ["C"]
        assert [request.refusal for request in second.endpoint.requests] == ["", ""]
        replaced, unsigned, own = sent_signatures(second)
        assert (replaced, unsigned) == (STAND_IN, None)
        assert own.startswith("sig-")


def _by(item: TResponseInputItem, model: str) -> dict[str, Any]:
    return {**cast("dict[str, Any]", item)["provider_data"], "model": model}


async def test_another_server_is_sent_no_field_that_it_may_not_know() -> None:
    async with converse(model="assistant") as conversation:
        conversation.endpoint.script(["call_unsigned", "extra_content_refused"])
        history = earlier("SIG", "gemini-3.8-flash")
        outcome = await conversation.say("create a task called A", history)
        assert outcome.failure is None
        assert outcome.created == ["A"]
        assert sent_signatures(conversation) == [None, None]


async def test_a_server_that_signs_a_call_is_geminis_whatever_its_name() -> None:
    async with converse(model="assistant") as conversation:
        first = await conversation.say("[[fault:call_one]]")
        assert sent_signatures(conversation) == ["SIG1"]
        await conversation.say("[[fault:call_unsigned]]", first.history)
        assert sent_signatures(conversation) == ["SIG1", STAND_IN]
        refused = await conversation.say("[[fault:blocked]]")
        assert refused.failure is not None
        assert refused.failure.sentence == "Gemini declined to answer this."


async def test_a_server_that_asks_for_signatures_gets_the_stand_in_from_then_on() -> None:
    async with converse(model="assistant") as conversation:
        outcome = await conversation.say("[[fault:sig_required]]")
        assert outcome.failure is None
        assert outcome.created == ["A"]
        assert len(conversation.endpoint.requests) == 3
        assert sent_signatures(conversation, 1) == [None]
        assert sent_signatures(conversation, 2) == [STAND_IN]
        again = await conversation.say("[[fault:sig_required]] again", outcome.history)
        assert again.failure is None
        assert len(conversation.endpoint.requests) == 5
        assert sent_signatures(conversation) == [STAND_IN, STAND_IN]


async def test_an_endpoint_of_geminis_is_never_asked_without() -> None:
    async with converse() as conversation:
        outcome = await conversation.say("[[fault:sig_required]]")
        assert outcome.failure is None
        assert len(conversation.endpoint.requests) == 2
        assert sent_signatures(conversation) == [STAND_IN]


async def test_a_signature_that_is_refused_is_replaced_in_the_whole_conversation() -> None:
    async with converse() as conversation:
        conversation.endpoint.script([missing_signature("create_task", 1), ""])
        await conversation.say("Hello", earlier("SIG", None))
        assert sent_signatures(conversation, 0) == ["SIG"]
        assert sent_signatures(conversation, 1) == [STAND_IN]


async def test_a_proxy_that_does_not_know_signatures_is_asked_without_from_then_on() -> None:
    async with converse(model="gemini-2.5-flash") as conversation:
        for _ in range(2):
            conversation.endpoint.script(["call_one", "extra_content_refused"])
            outcome = await conversation.say("create a task called A")
            assert outcome.failure is None
            assert outcome.created == ["A"]
        sent = [sent_signatures(conversation, at) for at in range(5)]
        assert sent == [[], ["SIG1"], [None], [], [None]]


@pytest.mark.parametrize(
    ("base_url", "model", "is_gemini"),
    [
        ("https://generativelanguage.googleapis.com/v1beta/openai/", "m", True),
        ("https://europe-west1-aiplatform.googleapis.com./v1", "m", True),
        ("https://googleapis.com.evil.example/v1", "m", False),
        ("https://notgoogleapis.com/v1", "m", False),
        ("https://openrouter.ai/api/v1", "google/Gemini-3.8-flash", True),
        (ELSEWHERE, "gemma:2b", False),
    ],
)
def test_gemini_is_told_by_its_address_or_its_name(
    base_url: str, model: str, is_gemini: bool
) -> None:
    server = ModelServer(base_url=base_url, model=model)
    assert server.is_gemini is is_gemini
    assert server.name == ("Gemini" if is_gemini else "The model server")
