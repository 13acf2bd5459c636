"""What Gemini refuses; every request to the stand-in is held against it."""

import re
from collections.abc import Callable, Iterator
from typing import Any, cast

from taskchat.standin.asked import Asked
from taskchat.standin.wire import Json, Reply, error

UNSIGNED = ("skip_thought_signature_validator", "context_engineering_is_the_way_to_go")
FIELDS = frozenset(
    {"model", "messages", "stream", "stream_options", "tools", "tool_choice", "response_format"}
    | {"parallel_tool_calls", "reasoning_effort", "max_tokens", "max_completion_tokens"}
    | {"temperature", "top_p", "n", "stop", "extra_body"}
)
TOOL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,63}")
MAX_TOOLS = 512
BAD_REQUEST = "INVALID_ARGUMENT"

type Rule = Callable[[Asked, "Issued"], Reply | None]
type Issued = frozenset[str]


def refuse(asked: Asked, issued: Issued) -> Reply | None:
    """`issued`: the signatures that this endpoint has sent."""
    for rule in RULES:
        if reply := rule(asked, issued):
            return reply
    return None


def bad_key() -> Reply:
    return _refused("bad_key", "Please pass a valid API key")


def unknown_model(model: str) -> Reply:
    return error(
        404,
        "NOT_FOUND",
        f"models/{model} is not found for API version v1main, or is not supported for "
        "generateContent.",
        refusal="unknown_model",
    )


def missing_signature(name: str, position: int) -> Reply:
    return _refused(
        "sig_required",
        "Function call is missing a thought_signature in functionCall parts. This is required for "
        "tools to work correctly, and missing thought_signature may lead to degraded model "
        f"performance. Additional data, function call `default_api:{name}` , position {position}. "
        "Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more "
        "details.",
    )


def unknown_field(name: str) -> Reply:
    message = f'Invalid JSON payload received. Unknown name "{name}": Cannot find field.'
    violation: Json = {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        "fieldViolations": [{"description": message}],
    }
    return error(400, BAD_REQUEST, message, details=[violation], refusal="unknown_field")


def effort_not_supported(effort: str) -> Reply:
    return _refused(
        "effort_minimal",
        f"Thinking level {effort.upper()} is not supported for this model. "
        "Please retry with other thinking level.",
    )


def _refused(rule: str, message: str) -> Reply:
    return error(400, BAD_REQUEST, message, refusal=rule)


def _fields(asked: Asked, _: Issued) -> Reply | None:
    unknown = sorted(set(asked.body) - FIELDS)
    return unknown_field(unknown[0]) if unknown else None


def _effort(asked: Asked, _: Issued) -> Reply | None:
    effort = asked.body.get("reasoning_effort")
    picky = asked.model.startswith(("gemini-3.7", "gemini-3.8"))
    return effort_not_supported(effort) if picky and effort in ("minimal", "none") else None


def _contents(asked: Asked, _: Issued) -> Reply | None:
    if all(message["role"] == "system" for message in asked.messages):
        return _refused("contents", "* GenerateContentRequest.contents: contents is not specified")
    for at, message in enumerate(asked.messages):
        if not message.get("content") and not message.get("tool_calls"):
            return _refused(
                "empty_parts",
                f"* GenerateContentRequest.contents[{at}].parts: contents.parts must not be empty.",
            )
    return None


def _last_turn(asked: Asked, _: Issued) -> Reply | None:
    strict = asked.model.startswith("gemini-3") and asked.model >= "gemini-3.6"
    if strict and asked.messages[-1]["role"] == "assistant":
        return _refused("model_turn_last", "Requests ending with a model turn are not supported.")
    return None


def _call_turns(asked: Asked, _: Issued) -> Reply | None:
    turns = [message for message in asked.messages if message["role"] != "system"]
    for at, message in enumerate(turns):
        if not message.get("tool_calls"):
            continue
        if at == 0 or turns[at - 1]["role"] == "assistant":
            return _refused(
                "call_turn",
                "Please ensure that function call turn comes immediately after a user turn or "
                "after a function response turn.",
            )
        if not _answered_once(message["tool_calls"], turns[at + 1 :]):
            return _refused(
                "call_count",
                "Please ensure that the number of function response parts is equal to the number "
                "of function call parts of the function call turn.",
            )
    return None


def _answered_once(calls: list[dict[str, Any]], following: list[dict[str, Any]]) -> bool:
    answers: list[str] = []
    for message in following:
        if message["role"] != "tool":
            break
        answers.append(message["tool_call_id"])
    return sorted(answers) == sorted(call["id"] for call in calls)


def _signatures(asked: Asked, issued: Issued) -> Reply | None:
    if not asked.model.startswith("gemini-3"):
        return None
    for at, calls in enumerate(asked.asked_calls):
        extra = calls[0].get("extra_content", {}).get("google", {})
        signature = extra.get("thought_signature")
        if signature not in issued and signature not in UNSIGNED:
            return missing_signature(calls[0]["function"]["name"], at + 1)
    return None


def _tools(asked: Asked, _: Issued) -> Reply | None:
    tools: list[dict[str, Any]] = asked.body.get("tools") or []
    if len(tools) > MAX_TOOLS:
        return _refused("tool_count", f"At most {MAX_TOOLS} function declarations are allowed.")
    for tool in tools:
        if reply := _tool(tool["function"]):
            return reply
    return None


def _tool(function: dict[str, Any]) -> Reply | None:
    if not TOOL_NAME.fullmatch(function["name"]):
        return _refused("tool_name", "[FIELD_INVALID] Invalid function name.")
    schema: dict[str, Any] = function.get("parameters") or {}
    for missing in sorted(set(schema.get("required", [])) - set(schema.get("properties", {}))):
        return _refused(
            "required", f"schema at top-level requires unspecified property '{missing}'"
        )
    for reference in _references(schema):
        name = reference.removeprefix("#/$defs/")
        if name == reference or name not in schema.get("$defs", {}):
            return _refused("reference", f"reference to undefined schema at {reference}")
    return None


def _references(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        for key, value in cast(dict[str, object], schema).items():
            if key == "$ref":
                yield str(value)
            yield from _references(value)
    elif isinstance(schema, list):
        for value in cast(list[object], schema):
            yield from _references(value)


RULES: tuple[Rule, ...] = (
    _fields,
    _effort,
    _contents,
    _last_turn,
    _call_turns,
    _signatures,
    _tools,
)
