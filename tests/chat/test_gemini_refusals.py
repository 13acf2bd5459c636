import json
from typing import override

import pytest
from anyio import fail_after

from taskchat.chat.failures import FailureKind
from taskchat.chat.gemini.errors import MESSAGE_CHARACTERS
from taskchat.chat.gemini.model import build_gemini_model
from taskchat.standin.asked import Asked
from taskchat.standin.server import Recorded, StandIn
from taskchat.standin.wire import Json, Pause, Reply, error, event, plain, stream
from tests.gemini.conversation import SECONDS, Conversation, converse

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("fault", "kind", "sentence"),
    [
        ("bad_key", FailureKind.BAD_KEY, "The Gemini API key was not accepted."),
        ("leaked_key", FailureKind.KEY_DENIED, "Google disabled this Gemini API key."),
        ("no_model", FailureKind.BAD_MODEL, "The model gemini-3.5-flash-lite is not available."),
        ("model_retired", FailureKind.BAD_MODEL, "The model gemini-3.5-flash-lite is not avail"),
        ("region", FailureKind.REGION, "Gemini is not available in the server's region."),
        ("rpd", FailureKind.QUOTA_DAY, "Today's free quota for the model gemini-3.5-flash-lite"),
        ("blocked", FailureKind.BLOCKED, "Gemini declined to answer this."),
        ("redirect", FailureKind.UNEXPECTED_REPLY, "The model server redirects to another addre"),
    ],
)
async def test_what_another_try_cannot_cure_is_told_at_once(
    fault: str, kind: FailureKind, sentence: str
) -> None:
    async with converse() as conversation:
        outcome = await conversation.say(f"[[fault:{fault}]]")
        assert outcome.failure is not None
        assert outcome.failure.kind is kind
        assert outcome.failure.sentence.startswith(sentence)
        assert not outcome.failure.allow_retry
        assert outcome.events == []
        assert len(conversation.endpoint.requests) == 1
        assert conversation.waits == []


async def test_a_wrong_key_is_named_and_never_shown() -> None:
    async with converse(api_key="AIzaWrongWrongWrong") as conversation:
        outcome = await conversation.say("Hello")
        assert outcome.failure is not None
        assert outcome.failure.kind is FailureKind.BAD_KEY
        assert "AIza" not in repr(outcome.failure)
        assert conversation.endpoint.requests[0].refusal == "bad_key"


async def test_a_key_in_a_refusal_reaches_neither_the_chat_nor_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with converse() as conversation:
        conversation.endpoint.api_key = "AQ.Ab8RN6-secret"
        model = build_gemini_model(
            api_key="AQ.Ab8RN6-secret",
            base_url=conversation.endpoint.base_url,
            model="gemini-3.5-flash-lite",
        )
        conversation.model = model
        message = "Consumer 'api_key:AQ.Ab8RN6-secret' has been suspended."
        conversation.endpoint.script([error(400, "INVALID_ARGUMENT", message)])
        outcome = await conversation.say("Hello")
        await model.close()
        assert outcome.failure is not None
        assert outcome.failure.kind is FailureKind.BAD_REQUEST
        assert outcome.failure.sentence == (
            "Gemini refused the request: Consumer 'api_key:(key)' has been suspended."
        )
        assert "has been suspended" in caplog.text
        assert "AQ.Ab8RN6-secret" not in caplog.text


KEY = "AQ.Ab8RN6-secret"
PASSWORD = "word@home"


class Credulous(StandIn):
    """Lets everybody in."""

    @override
    def _refuse(self, recorded: Recorded, asked: Asked) -> Reply | None:
        return None


@pytest.mark.parametrize("words", [KEY, "ann", PASSWORD, "word%40home", "YW5uOndvcmRAaG9tZQ=="])
@pytest.mark.parametrize("way", ["refusal", "stream", "whole", "long"])
async def test_no_way_of_telling_the_key_or_the_password_gets_through(
    words: str, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = "x" * (MESSAGE_CHARACTERS - 5) if way == "long" else "You are"
    told: Json = {"error": {"code": 400, "message": f"{before} {words}, and this is wrong."}}
    reply = plain(400, "application/json", json.dumps(told))
    if way == "stream":
        reply = stream(event(told))
    elif way == "whole":
        reply = plain(200, "application/json", json.dumps(told))
    async with Credulous() as endpoint:
        base_url = endpoint.base_url.replace("//", "//ann:word%40home@")
        model = build_gemini_model(api_key=KEY, base_url=base_url, model="m", idle_timeout=5)
        endpoint.script([reply])
        outcome = await Conversation(endpoint, model, []).say("Hello")
        await model.close()
        assert outcome.failure is not None
        assert outcome.failure.kind is FailureKind.BAD_REQUEST
        assert words[:4] not in outcome.failure.sentence
        assert words not in caplog.text
        assert "(key" in outcome.failure.sentence


def busy(code: int, content_type: str, body: str, wait: str = "") -> Reply:
    head = f"HTTP/1.1 {code} No\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
    told = f"Retry-After: {wait}\r\n" if wait else ""
    return Reply((f"{head}{told}\r\n{body}".encode(),))


@pytest.mark.parametrize(
    ("reply", "kind", "waits"),
    [
        (busy(401, "text/html", "<html>"), FailureKind.BAD_KEY, []),
        (busy(403, "text/plain", "no"), FailureKind.KEY_DENIED, []),
        (busy(401, "application/json", '{"message":"no"}'), FailureKind.BAD_KEY, []),
        (busy(408, "text/plain", "", "2"), FailureKind.OVERLOADED, [2.0]),
        (busy(429, "text/plain", "slow down", "3"), FailureKind.RATE_LIMIT, [3.0]),
        (busy(429, "text/html", "<html>", "60"), FailureKind.RATE_LIMIT, []),
        (busy(503, "text/html", "<html>", "4"), FailureKind.OVERLOADED, [4.0]),
        (busy(529, "text/plain", ""), FailureKind.OVERLOADED, [1.0]),
        (busy(502, "text/html", "<html>", "5"), FailureKind.UNEXPECTED_REPLY, [5.0]),
        (busy(404, "text/html", "<html>"), FailureKind.UNEXPECTED_REPLY, [1.0]),
        (busy(400, "application/json", "[" * 60_000), FailureKind.UNEXPECTED_REPLY, [1.0]),
    ],
)
async def test_a_refusal_without_words_is_judged_by_its_number_and_obeyed(
    reply: Reply, kind: FailureKind, waits: list[float]
) -> None:
    async with converse() as conversation:
        conversation.endpoint.script([reply] * 6)
        outcome = await conversation.say("Hello")
        assert outcome.failure is not None
        assert outcome.failure.kind is kind
        assert conversation.waits[:1] == waits


async def test_an_endless_refusal_is_read_only_to_its_beginning() -> None:
    async with converse(idle_timeout=60) as conversation:
        head = b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n\r\n"
        endless = Reply((head + b" " * (64 * 1024 + 1), Pause(3600)))
        conversation.endpoint.script([endless] * 2)
        outcome = await conversation.say("Hello")
        assert outcome.failure is not None
        assert outcome.failure.kind is FailureKind.UNEXPECTED_REPLY
        with fail_after(SECONDS):
            await conversation.endpoint.requests[0].left.wait()


@pytest.mark.parametrize(
    ("fault", "waits"),
    [
        ("rpm_once", [2.0]),
        ("429_bare_once", [1.0]),
        ("429_unwrapped_once", [1.0]),
        ("500_once", [1.0]),
        ("503_once", [1.0]),
        ("504_once", [1.0]),
        ("html_502_once", [1.0]),
        ("hang_up_once", [0.2]),
        ("early_error_once", [1.0]),
        ("json_error_200_once", [1.0]),
        ("malformed_once", []),
        ("empty_stop_once", []),
        ("done_only_once", []),
        ("empty_200_once", []),
        ("tool_code_text_once", []),
        ("stream_options_refused", []),
    ],
)
async def test_a_passing_fault_costs_only_time(fault: str, waits: list[float]) -> None:
    async with converse() as conversation:
        outcome = await conversation.say(f"create a task called X [[fault:{fault}]]")
        assert outcome.failure is None
        assert outcome.created == ["X"]
        assert outcome.text == "I will do that. Done: I created **X**."
        assert conversation.waits[: len(waits)] == waits
        told = [seconds for _, seconds in conversation.watch.waited]
        assert [seconds for seconds in told if seconds] == conversation.waits
        assert bool(told) == (fault != "stream_options_refused")


@pytest.mark.parametrize(
    ("fault", "kind", "requests", "waits"),
    [
        ("503", FailureKind.OVERLOADED, 4, [1.0, 2.0, 4.0]),
        ("rpm", FailureKind.RATE_LIMIT, 4, [2.0, 2.0, 2.0]),
        ("rpm_long", FailureKind.RATE_LIMIT, 1, []),
        ("malformed", FailureKind.MALFORMED_CALL, 3, []),
        ("tool_code_text", FailureKind.MALFORMED_CALL, 3, []),
        ("empty_stop", FailureKind.EMPTY, 2, []),
        ("done_only", FailureKind.EMPTY, 2, []),
        ("empty_200", FailureKind.EMPTY, 2, []),
        ("stall_after_done_only", FailureKind.EMPTY, 2, []),
        ("nameless", FailureKind.MALFORMED_CALL, 3, []),
        ("eof_after_call", FailureKind.CUT_OFF, 3, []),
        ("hang_up", FailureKind.UNREACHABLE, 3, [0.2, 1.0]),
        ("html_200", FailureKind.UNEXPECTED_REPLY, 2, [1.0]),
        ("html_502", FailureKind.UNEXPECTED_REPLY, 2, [1.0]),
        ("json_200", FailureKind.UNEXPECTED_REPLY, 2, [1.0]),
        ("length_empty", FailureKind.TOO_LONG, 1, []),
    ],
)
async def test_a_lasting_fault_is_told_after_a_few_tries(
    fault: str, kind: FailureKind, requests: int, waits: list[float]
) -> None:
    async with converse() as conversation:
        outcome = await conversation.say(f"[[fault:{fault}]]")
        assert outcome.failure is not None
        assert outcome.failure.kind is kind
        assert outcome.failure.allow_retry
        assert outcome.text == ""
        assert outcome.created == []
        assert len(conversation.endpoint.requests) == requests
        assert conversation.waits == waits


async def test_a_long_rate_limit_says_when_to_come_back() -> None:
    async with converse() as conversation:
        outcome = await conversation.say("[[fault:rpm_long]]")
        assert outcome.failure is not None
        assert outcome.failure.sentence.endswith("Try again in 44 seconds.")
        assert outcome.failure.retry_after == 44.5


async def test_a_daily_quota_is_known_by_its_metric_where_its_name_is_missing() -> None:
    async with converse() as conversation:
        message = "Quota exceeded for metric: generate_requests_per_model_per_day, limit: 250"
        conversation.endpoint.script([error(429, "RESOURCE_EXHAUSTED", message)])
        outcome = await conversation.say("Hello")
        assert outcome.failure is not None
        assert outcome.failure.kind is FailureKind.QUOTA_DAY
        assert outcome.failure.sentence == (
            "Today's quota for the model gemini-3.5-flash-lite is used up."
        )


async def test_an_overload_after_a_tool_ran_keeps_the_task_and_a_retry_does_not_repeat_it() -> None:
    async with converse() as conversation:
        outcome = await conversation.say("create a task called X [[fault:503_second_step]]")
        assert outcome.failure is not None
        assert outcome.failure.sentence == "Gemini is overloaded. Try again in a moment."
        assert outcome.created == ["X"]
        again = await conversation.say("Go on.", outcome.history)
        assert again.failure is None
        assert again.created == []


async def test_an_effort_that_the_model_refuses_is_left_out() -> None:
    async with converse(model="gemini-3.8-flash") as conversation:
        conversation.settings.extra_body = {"reasoning_effort": "minimal"}
        outcome = await conversation.say("Hello")
        assert outcome.failure is None
        first, second = conversation.endpoint.requests
        assert first.refusal == "effort_minimal"
        assert "reasoning_effort" not in second.body


async def test_a_server_that_is_not_there_is_told_as_unreachable() -> None:
    async with converse() as conversation:
        await conversation.endpoint.__aexit__()
        outcome = await conversation.say("Hello")
        assert outcome.failure is not None
        assert outcome.failure.kind is FailureKind.UNREACHABLE
        assert conversation.waits == [0.2, 1.0]
