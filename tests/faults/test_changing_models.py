"""A conversation that goes from one model to another and back."""

from pathlib import Path
from typing import Any

import pytest

from taskchat.standin.server import Recorded
from tests.api.chat_client import message, status_of, thread_of
from tests.faults.cases import LITE, STRICT
from tests.faults.site import Person, serving

pytestmark = pytest.mark.anyio

STAND_IN = "skip_thought_signature_validator"
MODELS = (LITE, STRICT, LITE)


async def say(person: Person, words: str, model: str, thread_id: str | None) -> str:
    """The conversation's id."""
    asked = message(words, thread_id)
    asked["params"]["input"]["inference_options"] = {"model": model}
    async with person.chat.streaming(asked) as frames:
        events = [frame.event async for frame in frames]
    assert status_of(events) == "completed"
    return thread_id or thread_of(events)


def signatures(request: Recorded) -> list[str]:
    """That go to the model with the calls so far, in their order."""
    calls: list[dict[str, Any]] = []
    for said in request.messages:
        calls += said.get("tool_calls") or []
    return [call["extra_content"]["google"]["thought_signature"] for call in calls]


async def test_each_model_gets_its_own_signatures_back_and_a_substitute_for_those_of_others(
    database_url: str, tmp_path: Path
) -> None:
    async with (
        serving(database_url, tmp_path, idle_seconds=20, slow_seconds=1) as site,
        site.person("ann") as ann,
    ):
        thread_id = None
        for number, model in enumerate(MODELS):
            words = f"create a task called T{number}"
            thread_id = await say(ann, words, model, thread_id)

        requests = site.endpoint.requests
        assert [request.refusal for request in requests] == [""] * 6
        first, second, third = (signatures(request) for request in requests[1::2])
        assert first[0].startswith("sig-")
        assert second[0] == STAND_IN
        assert second[1].startswith("sig-")
        assert third[:2] == [first[0], STAND_IN]
        assert third[2].startswith("sig-")
