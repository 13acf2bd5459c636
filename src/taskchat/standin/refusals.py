"""Replies that are errors from the start."""

import json
from collections.abc import Mapping
from types import MappingProxyType

from taskchat.standin.asked import Asked
from taskchat.standin.plays import Play, always
from taskchat.standin.validation import unknown_model
from taskchat.standin.wire import OVERLOADED, Json, Reply, error, plain

QUOTA = "type.googleapis.com/google.rpc.QuotaFailure"
RETRY = "type.googleapis.com/google.rpc.RetryInfo"
HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>\n"


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
        "503": always(
            error(503, "UNAVAILABLE", "This model is currently experiencing high demand.")
        ),
        "504": always(
            error(504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete.")
        ),
        "region": always(
            error(400, "FAILED_PRECONDITION", "User location is not supported for the API use.")
        ),
        "stream_options_refused": _stream_options_refused,
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
    }
)
