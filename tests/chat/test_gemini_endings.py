"""What a person is told of an answer that ended early, and offered."""

import pytest

from taskchat.chat.endings import Ending, Remedy, ending_of
from taskchat.chat.failures import FailureKind, ModelFailure


def test_a_conversation_that_lost_its_signatures_is_offered_the_commands() -> None:
    failure = ModelFailure(FailureKind.SIGNATURE, "Refused.", allow_retry=False)
    assert ending_of(failure).remedies == (Remedy.COMMANDS,)


@pytest.mark.parametrize(
    ("kind", "message", "told"),
    [
        (
            FailureKind.OVERLOADED,
            "Gemini is overloaded. Try again.",
            "Gemini is overloaded. What was done until then stands. Try again.",
        ),
        (
            FailureKind.BAD_REQUEST,
            "Gemini refused the request: No. tool_config is not known. Why?",
            "Gemini refused the request: No. tool_config is not known. Why? "
            "What was done until then stands.",
        ),
        (
            FailureKind.BAD_REQUEST,
            "Gemini refused the request: m v1. 5 is not known",
            "Gemini refused the request: m v1. 5 is not known. What was done until then stands.",
        ),
    ],
)
def test_what_was_done_is_told_without_taking_a_servers_words_apart(
    kind: FailureKind, message: str, told: str
) -> None:
    assert Ending(kind, message).after(1).message == told
