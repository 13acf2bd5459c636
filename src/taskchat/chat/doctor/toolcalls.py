"""Whether the model can do something, and not only talk."""

import json
from collections import Counter

from openai.types.responses import ResponseFunctionToolCall
from pydantic import ValidationError

from taskchat.chat.doctor.exchanges import Exchange
from taskchat.chat.doctor.findings import Check, Finding, failed, ok, warning
from taskchat.chat.doctor.probe import TITLES, Reply
from taskchat.chat.failures import FailureKind
from taskchat.chat.gemini.payloads import JsonObject, as_object, as_text
from taskchat.domain.errors import DomainError
from taskchat.tasks.commands import Command, CreateTask
from taskchat.tasks.tools import find_tool

USE_TOOLS = (
    "Choose a model that can use tools: for Ollama one with the tag “tools”; start vLLM with "
    "--enable-auto-tool-choice --tool-call-parser."
)
OTHER_MODEL = "Choose another model, or a newer version of the server."


def can_use_tools(reply: Reply) -> bool:
    """Whether there is a call to go on from."""
    return _trouble(reply) is None


def judge_tools(reply: Reply, answer: Reply | None) -> Finding:
    """`answer` came after the call's result, where there was a call."""
    if trouble := _trouble(reply):
        return trouble
    if answer is None or answer.failure:
        sentence = answer.failure.sentence if answer and answer.failure else ""
        found = f"It calls tools, but cannot go on from their results. {sentence}".strip()
        return failed(Check.TOOLS, found, OTHER_MODEL)
    if not answer.text:
        found = "It calls tools with valid arguments, but says nothing about what they did."
        return warning(Check.TOOLS, found, OTHER_MODEL)
    return ok(Check.TOOLS, "It calls a tool with valid arguments, and answers with its result.")


def _trouble(reply: Reply) -> Finding | None:
    if _is_without_tools(reply):
        found = "It cannot use tools: it can talk, but not change tasks."
        return failed(Check.TOOLS, found, USE_TOOLS)
    if reply.failure:
        return failed(Check.TOOLS, reply.failure.sentence, OTHER_MODEL)
    if not reply.calls:
        found = "It was asked to add a task and called no tool: it can talk, but not change tasks."
        return failed(Check.TOOLS, found, USE_TOOLS)
    if not any(_command(call) for call in reply.calls):
        found = f"It called {reply.calls[0].name} with arguments that do not fit."
        return failed(Check.TOOLS, found, OTHER_MODEL)
    return None


def _is_without_tools(reply: Reply) -> bool:
    """The adapter asks again without tools where they are refused."""
    if reply.last.status and "tools" not in reply.last.body:
        return True
    refused = reply.failure is not None and reply.failure.kind is FailureKind.BAD_REQUEST
    return refused and reply.failure is not None and "tool" in reply.failure.sentence.lower()


def judge_parallel(reply: Reply) -> Finding:
    name = Check.PARALLEL_TOOLS
    if reply.failure:
        return warning(name, f"Two calls at once fail. {reply.failure.sentence}", OTHER_MODEL)
    if any(_is_merged(call.arguments) for call in reply.calls):
        return warning(
            name,
            "Two calls came merged into one, which cannot be told apart: neither is carried out.",
            "Ask for one thing at a time, choose another model, or a newer version of the server.",
        )
    titles = {_title_of(call) for call in reply.calls}
    if len(titles & set(TITLES)) < len(TITLES):
        return warning(
            name,
            f"Asked for two tasks, it called {_number(len(reply.calls))} at once.",
            "It works, but several changes in one message take longer, or some are left out.",
        )
    quirk = _quirk(reply.last)
    return ok(name, f"Two calls in one answer{f'. {quirk}' if quirk else '.'}")


def _quirk(exchange: Exchange) -> str:
    """What the adapter makes up for."""
    named = [call for call in exchange.calls if as_object(call.get("function")).get("name")]
    ids = Counter(as_text(call.get("id")) for call in named)
    quirks: list[str] = []
    if any("index" not in call for call in named):
        quirks.append("come without an index")
    elif len({str(call["index"]) for call in named}) < len(named):
        quirks.append("come with one index for both")
    if "" in ids:
        quirks.append("come without an id")
    elif len(ids) < len(named):
        quirks.append("share one id")
    return f"They {' and '.join(quirks)}: TaskChat tells them apart." if quirks else ""


def judge_signatures(reply: Reply, answer: Reply) -> Finding:
    name = Check.SIGNATURES
    refusals = [
        e for e in answer.exchanges if e.failure and e.failure.kind is FailureKind.SIGNATURE
    ]
    if refusals and answer.failure:
        return failed(name, answer.failure.sentence, OTHER_MODEL)
    if refusals:
        return warning(
            name,
            "A signature that the server sent was refused when it came back; asked again without it.",
            "It works, but every step takes one request more. Look for what changes replies on the way.",
        )
    if not any(_signature(call) for call in reply.last.calls):
        return ok(name, "The server sends none and asks for none.")
    if answer.failure:
        return warning(name, f"Sent, but not tried. {answer.failure.sentence}", "Check again.")
    return ok(name, "Sent with the call, and accepted when the call was sent back.")


def _signature(call: JsonObject) -> str:
    vendors = as_object(call.get("extra_content")).values()
    found = (as_text(as_object(vendor).get("thought_signature")) for vendor in vendors)
    return next((signature for signature in found if signature), "")


def _command(call: ResponseFunctionToolCall) -> Command | None:
    """None for a tool that there is not, and for arguments that do not fit it."""
    try:
        return find_tool(call.name).read(call.arguments)
    except (DomainError, ValidationError):
        return None


def _title_of(call: ResponseFunctionToolCall) -> str | None:
    """Of the task to be made; None for any other call."""
    command = _command(call)
    return command.title if isinstance(command, CreateTask) else None


def _is_merged(arguments: str) -> bool:
    """Several JSON objects, one after the other."""
    try:
        _, end = json.JSONDecoder().raw_decode(arguments)
    except (ValueError, RecursionError):
        return False
    return arguments[end:].lstrip().startswith("{")


def _number(calls: int) -> str:
    return {0: "no tool", 1: "one tool"}.get(calls, f"{calls} tools")
