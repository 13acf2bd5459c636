"""Replies that are errors from the start, and what servers send that do not stream."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from taskchat.standin.asked import Asked
from taskchat.standin.plays import Play, always, create, first_step
from taskchat.standin.validation import (
    refuse_little_effort,
    refuse_model_turn_last,
    refuse_unknown_field,
    unknown_model,
)
from taskchat.standin.wire import OVERLOADED, Json, Reply, error, plain

QUOTA = "type.googleapis.com/google.rpc.QuotaFailure"
RETRY = "type.googleapis.com/google.rpc.RetryInfo"
HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>\n"

OVERLOAD = error(
    503,
    "UNAVAILABLE",
    "This model is currently experiencing high demand. Spikes in demand are usually temporary. "
    "Please try again later.",
)


def quota(quota_id: str, delay: str) -> Reply:
    message = (
        "You exceeded your current quota, please check your plan and billing details.\n"
        "* Quota exceeded for metric: generativelanguage.googleapis.com/"
        "generate_content_free_tier_requests, limit: 20, model: gemini-3.5-flash\n"
        f"Please retry in {delay}."
    )
    details: list[Json] = [
        {"@type": QUOTA, "violations": [{"quotaId": quota_id, "quotaValue": "20"}]},
        {"@type": RETRY, "retryDelay": delay},
    ]
    return error(429, "RESOURCE_EXHAUSTED", message, details=details)


def _stream_options_refused(asked: Asked) -> Reply | None:
    if "stream_options" not in asked.body:
        return None
    message = 'Invalid JSON payload received. Unknown name "stream_options": Cannot find field.'
    return error(400, "INVALID_ARGUMENT", message)


def _tools_refused(body: Json) -> Play:
    """As other servers do for models that cannot use tools."""
    reply = plain(400, "application/json", json.dumps(body))
    return lambda asked: reply if asked.body.get("tools") else None


def _extra_content_refused(asked: Asked) -> Reply | None:
    """As strict servers that are not Gemini do."""
    at = next((at for at, message in enumerate(asked.messages) if _has_extra(message)), None)
    if at is None:
        return None
    calls: list[Json] = asked.messages[at]["tool_calls"]
    field: Json = {
        "type": "extra_forbidden",
        "loc": ["body", "messages", at, "assistant", "tool_calls", 0, "extra_content"],
        "msg": "Extra inputs are not permitted",
        "input": next(call["extra_content"] for call in calls if "extra_content" in call),
    }
    return plain(422, "application/json", json.dumps({"detail": [field]}))


def _has_extra(message: dict[str, Any]) -> bool:
    calls: list[Json] = message.get("tool_calls") or []
    return any("extra_content" in call for call in calls)


def _whole(message: Json, finish_reason: str) -> Reply:
    """A completion as a server sends it that does not stream; `message` is the model's."""
    payload: Json = {
        "choices": [{"finish_reason": finish_reason, "index": 0, "message": message}],
        "created": 1760000000,
        "id": "R1",
        "model": "gemma",
        "object": "chat.completion",
        "usage": {"completion_tokens": 5, "prompt_tokens": 7, "total_tokens": 12},
    }
    return plain(200, "application/json", json.dumps(payload, indent=2))


REFUSALS: Mapping[str, Play] = MappingProxyType(
    {
        "bad_key": always(error(400, "INVALID_ARGUMENT", "Please pass a valid API key")),
        "leaked_key": always(
            error(
                403,
                "PERMISSION_DENIED",
                "Your API key was reported as leaked. Please use another API key.",
            )
        ),
        "no_model": always(unknown_model("no-existe")),
        "model_retired": always(
            error(
                404,
                "NOT_FOUND",
                "This model models/gemini-2.5-flash is no longer available to new users. "
                "Please update your code to use a newer model.",
            )
        ),
        "rpm": always(quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "2s")),
        "rpm_long": always(quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "44.5s")),
        "rpd": always(quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "14s")),
        "429_bare": always(
            error(429, "RESOURCE_EXHAUSTED", "Resource exhausted. Please try again later.")
        ),
        "429_unwrapped": always(
            error(
                429,
                "RESOURCE_EXHAUSTED",
                "Resource exhausted. Please try again later.",
                listed=False,
            )
        ),
        "500": always(
            error(
                500,
                "INTERNAL",
                "An internal error has occurred. Please retry or report in "
                "https://developers.generativeai.google/guide/troubleshooting",
            )
        ),
        "503": always(OVERLOAD),
        "503_always": always(OVERLOAD),
        "504": always(
            error(504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete.")
        ),
        "region": always(
            error(400, "FAILED_PRECONDITION", "User location is not supported for the API use.")
        ),
        "model_turn_last": refuse_model_turn_last,
        "unknown_field": refuse_unknown_field,
        "effort_minimal": refuse_little_effort,
        "stream_options_refused": _stream_options_refused,
        "extra_content_refused": _extra_content_refused,
        "tools_refused": _tools_refused(
            {
                "error": {
                    "message": "registry.ollama.ai/library/gemma:2b does not support tools",
                    "type": "invalid_request_error",
                    "param": None,
                    "code": None,
                }
            }
        ),
        "tools_refused_bare": _tools_refused(
            {
                "object": "error",
                "message": '"auto" tool choice requires --enable-auto-tool-choice and '
                "--tool-call-parser to be set",
                "type": "BadRequestError",
                "param": None,
                "code": 400,
            }
        ),
        "json_error_200": always(
            plain(200, "application/json", json.dumps([OVERLOADED], indent=2))
        ),
        "redirect": always(
            Reply(
                (
                    b"HTTP/1.1 307 Temporary Redirect\r\n"
                    b"Location: https://elsewhere.invalid/\r\n"
                    b"Content-Length: 0\r\n\r\n",
                )
            )
        ),
        "html_502": always(plain(502, "text/html", HTML)),
        "html_200": always(plain(200, "text/html", HTML)),
        "json_200": always(
            plain(200, "application/json", '{"choices":[{"message":{"content":"Hi"},"index":0}]}')
        ),
        "json_answer": always(_whole({"content": "Hi", "role": "assistant"}, "stop")),
        "json_call": first_step(
            _whole(
                {
                    "content": None,
                    "role": "assistant",
                    "tool_calls": [create("c1", '{"title":"A"}'), create("c2", '{"title":"B"}')],
                },
                "tool_calls",
            )
        ),
    }
)
