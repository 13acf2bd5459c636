"""What Gemini refuses; every request to the stand-in is held against it."""

import re
from collections.abc import Callable, Collection, Iterator
from itertools import takewhile
from typing import Any, cast

from taskchat.standin.asked import Asked, has_words
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


def invalid_json() -> Reply:
    return _refused("invalid_json", "Invalid JSON payload received. Unexpected token.")


def unknown_fault(name: str) -> Reply:
    message = f"There is no fault called {name}; taskchat doctor --list has their names."
    return _refused("unknown_fault", message)


def _refused(rule: str, message: str) -> Reply:
    return error(400, BAD_REQUEST, message, refusal=rule)


def refuse_unknown_field(asked: Asked) -> Reply | None:
    unknown = sorted(set(asked.body) - FIELDS)
    return unknown_field(unknown[0]) if unknown else None


def refuse_little_effort(asked: Asked) -> Reply | None:
    effort = asked.body.get("reasoning_effort")
    return effort_not_supported(effort) if effort in ("minimal", "none") else None


def refuse_model_turn_last(asked: Asked) -> Reply | None:
    if asked.messages[-1]["role"] == "assistant":
        return _refused("model_turn_last", "Requests ending with a model turn are not supported.")
    return None


def refuse_unsigned_step(asked: Asked, accepted: Collection[str] | None = None) -> Reply | None:
    """Unless the first call of each step of the turn bears a signature, one of the accepted ones if these are told."""
    for at, calls in enumerate(asked.asked_calls):
        signature = calls[0].get("extra_content", {}).get("google", {}).get("thought_signature")
        if not signature or (accepted is not None and signature not in accepted):
            return missing_signature(calls[0]["function"]["name"], at + 1)
    return None


def _shape(asked: Asked, _: Issued) -> Reply | None:
    messages: object = asked.body.get("messages") or []
    if isinstance(messages, list) and all(map(_has_role, cast(list[object], messages))):
        return None
    return _refused("messages", "Invalid value at 'messages' (type.googleapis.com/Message).")


def _has_role(message: object) -> bool:
    return isinstance(message, dict) and "role" in message


def _fields(asked: Asked, _: Issued) -> Reply | None:
    return refuse_unknown_field(asked)


def _effort(asked: Asked, _: Issued) -> Reply | None:
    is_picky = asked.model.startswith(("gemini-3.7", "gemini-3.8"))
    return refuse_little_effort(asked) if is_picky else None


def _contents(asked: Asked, _: Issued) -> Reply | None:
    if all(message["role"] == "system" for message in asked.messages):
        return _refused("contents", "* GenerateContentRequest.contents: contents is not specified")
    for at, message in enumerate(asked.messages):
        if not has_words(message) and not message.get("tool_calls"):
            return _refused(
                "empty_parts",
                f"* GenerateContentRequest.contents[{at}].parts: contents.parts must not be empty.",
            )
    return None


def _last_turn(asked: Asked, _: Issued) -> Reply | None:
    is_strict = asked.model.startswith("gemini-3") and asked.model >= "gemini-3.6"
    return refuse_model_turn_last(asked) if is_strict else None


def _call_turns(asked: Asked, _: Issued) -> Reply | None:
    turns = [message for message in asked.messages if message["role"] != "system"]
    for at, message in enumerate(turns):
        if message.get("tool_calls") and (at == 0 or turns[at - 1]["role"] == "assistant"):
            return _refused(
                "call_turn",
                "Please ensure that function call turn comes immediately after a user turn or "
                "after a function response turn.",
            )
        is_first_tool = message["role"] == "tool" and at == 0
        if is_first_tool or not _is_answered(message, turns[at + 1 :]):
            return _refused(
                "call_count",
                "Please ensure that the number of function response parts is equal to the number "
                "of function call parts of the function call turn.",
            )
    return None


def _is_answered(message: dict[str, Any], following: list[dict[str, Any]]) -> bool:
    """Each of its calls once, and no call that it does not have. Answers are judged with their calls."""
    if message["role"] == "tool":
        return True
    answers = takewhile(lambda later: later["role"] == "tool", following)
    answered = sorted(str(answer.get("tool_call_id")) for answer in answers)
    calls: list[dict[str, Any]] = message.get("tool_calls") or []
    return answered == sorted(str(call.get("id")) for call in calls)


def _signatures(asked: Asked, issued: Issued) -> Reply | None:
    if not asked.model.startswith("gemini-3"):
        return None
    return refuse_unsigned_step(asked, issued | set(UNSIGNED))


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
    for part in _objects(schema):
        if reply := _schema(part, schema.get("$defs", {})):
            return reply
    return None


def _schema(part: dict[str, Any], definitions: dict[str, Any]) -> Reply | None:
    required, reference = part.get("required"), part.get("$ref")
    if isinstance(required, list):
        named = {str(name) for name in cast(list[object], required)}
        for missing in sorted(named - set(part.get("properties", {}))):
            return _refused(
                "required", f"schema at top-level requires unspecified property '{missing}'"
            )
    if isinstance(reference, str):
        name = reference.removeprefix("#/$defs/")
        if name == reference or name not in definitions:
            return _refused("reference", f"reference to undefined schema at {reference}")
    return None


def _objects(schema: object) -> Iterator[dict[str, Any]]:
    """The schema and all within it."""
    if isinstance(schema, dict):
        yield cast(dict[str, Any], schema)
        for value in cast(dict[str, object], schema).values():
            yield from _objects(value)
    elif isinstance(schema, list):
        for value in cast(list[object], schema):
            yield from _objects(value)


RULES: tuple[Rule, ...] = (
    _shape,
    _fields,
    _effort,
    _contents,
    _last_turn,
    _call_turns,
    _signatures,
    _tools,
)
