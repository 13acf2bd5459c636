from typing import Any

import pytest
from agents import TResponseInputItem

from tests.gemini.conversation import Conversation, converse

pytestmark = pytest.mark.anyio

USER: TResponseInputItem = {"role": "user", "content": "Add A and B."}
SPOKEN: TResponseInputItem = {"role": "assistant", "content": "I added A."}


def call(call_id: str) -> TResponseInputItem:
    return {
        "type": "function_call",
        "call_id": call_id,
        "name": "create_task",
        "arguments": '{"title":"A"}',
    }


def output(call_id: str, text: str = "{}") -> TResponseInputItem:
    return {"type": "function_call_output", "call_id": call_id, "output": text}


async def sent(conversation: Conversation, history: list[TResponseInputItem]) -> list[str]:
    """What the endpoint got for a history, as `role:what`, without the instructions."""
    with_words = await conversation.say("Go on.", history)
    assert with_words.failure is None
    (request,) = conversation.endpoint.requests
    assert request.refusal == ""
    return [_line(message) for message in request.messages[1:]]


def _line(message: dict[str, Any]) -> str:
    calls = ",".join(call["id"] for call in message.get("tool_calls", []))
    words = [message.get("tool_call_id"), calls, message.get("content")]
    return ":".join([message["role"], *(word for word in words if word)])


@pytest.mark.parametrize(
    ("history", "lines"),
    [
        ([USER, SPOKEN], ["user:Add A and B.", "assistant:I added A."]),
        (
            [USER, call("c1"), call("c2"), output("c2", "two"), output("c1", "one")],
            ["user:Add A and B.", "assistant:c1,c2", "tool:c1:one", "tool:c2:two"],
        ),
        (
            [USER, call("c1"), output("c1", "")],
            ["user:Add A and B.", "assistant:c1", "tool:c1:(no output)"],
        ),
        (
            [USER, SPOKEN, SPOKEN],
            ["user:Add A and B.", "assistant:I added A.\n\nI added A."],
        ),
        (
            [USER, SPOKEN, call("c1"), output("c1")],
            ["user:Add A and B.", "assistant:c1:I added A.", "tool:c1:{}"],
        ),
        (
            [USER, call("c1"), output("c1"), call("c2"), output("c2")],
            ["user:Add A and B.", "assistant:c1", "tool:c1:{}", "assistant:c2", "tool:c2:{}"],
        ),
        (
            [call("c1"), output("c1")],
            ["user:(Earlier messages are not shown.)", "assistant:c1", "tool:c1:{}"],
        ),
        ([{"role": "user", "content": ""}], ["user:(empty message)"]),
        ([USER, {"role": "assistant", "content": ""}], ["user:Add A and B."]),
    ],
)
async def test_a_history_is_sent_as_gemini_accepts_it(
    history: list[TResponseInputItem], lines: list[str]
) -> None:
    async with converse(model="gemini-3.8-flash") as conversation:
        assert await sent(conversation, history) == [*lines, "user:Go on."]


async def test_what_the_program_says_goes_in_brackets_before_the_next_message_of_the_person() -> (
    None
):
    history: list[TResponseInputItem] = [
        {"role": "developer", "content": "Now it is Saturday."},
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": [{"type": "input_text", "text": "Hello"}]},
        SPOKEN,
        {"role": "developer", "content": "Now it is Sunday."},
    ]
    async with converse(model="gemini-3.8-flash") as conversation:
        assert await sent(conversation, [history[0], USER]) == [
            "user:[Now it is Saturday.]\nAdd A and B.",
            "user:Go on.",
        ]
        await conversation.ask(history)
        messages = conversation.endpoint.requests[-1].messages
        assert [message["role"] for message in messages] == ["user", "assistant", "user"]
        assert messages[0]["content"] == [
            {"type": "text", "text": "[Now it is Saturday.]\n[Be brief.]\n"},
            {"type": "text", "text": "Hello"},
        ]
        assert messages[2]["content"] == "[Now it is Sunday.]"


async def test_a_history_that_ends_with_the_assistant_asks_it_to_continue() -> None:
    async with converse(model="gemini-3.8-flash") as conversation:
        await conversation.ask([USER, SPOKEN])
        (request,) = conversation.endpoint.requests
        assert request.refusal == ""
        assert [_line(message) for message in request.messages] == [
            "user:Add A and B.",
            "assistant:I added A.",
            "user:Continue.",
        ]


@pytest.mark.parametrize(
    ("history", "lines"),
    [
        (
            [USER, call("c1"), call("c2"), output("c2", "two")],
            ["user:Add A and B.", "assistant:c1,c2", "tool:c1:(no output)", "tool:c2:two"],
        ),
        (
            [USER, SPOKEN, output("lost", "one"), call("c1"), output("c1")],
            ["user:Add A and B.", "assistant:c1:I added A.", "tool:c1:{}"],
        ),
        (
            [USER, output("lost", "one"), SPOKEN, output("lost", "two"), USER],
            ["user:Add A and B.", "assistant:I added A.", "user:Add A and B."],
        ),
    ],
)
async def test_calls_and_outputs_that_lost_each_other_are_mended(
    history: list[TResponseInputItem], lines: list[str]
) -> None:
    async with converse(model="gemini-3.8-flash") as conversation:
        await conversation.ask(history)
        (request,) = conversation.endpoint.requests
        assert request.refusal == ""
        assert [_line(message) for message in request.messages] == lines
