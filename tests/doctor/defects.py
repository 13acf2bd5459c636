"""Model servers that do one thing badly, each on a real socket."""

import json
import re
from collections.abc import Callable
from typing import Any, override

from taskchat.standin import rules
from taskchat.standin.asked import Asked
from taskchat.standin.faults import play_for
from taskchat.standin.server import StandIn
from taskchat.standin.validation import UNSIGNED, missing_signature
from taskchat.standin.wire import DONE, Json, Pause, Reply, event, plain, stream

GEMINI = "gemini-3.5-flash-lite"
OWN = "llama3.2"
EVENT = re.compile(rb"data: (\{.*?\})\n\n")
HELD_SECONDS = 1.2  # longer than a short answer takes

type Payload = dict[str, Any]
type Defect = Callable[[Asked, Reply], Reply]


class DefectiveEndpoint(StandIn):
    """The stand-in with its replies changed by a defect."""

    def __init__(self, defect: Defect, *, api_key: str = "test-key") -> None:
        super().__init__(api_key=api_key, models=[OWN])
        self._defect = defect

    @override
    def _choose(self, asked: Asked) -> Reply:
        return self._defect(asked, super()._choose(asked))


def payloads_of(reply: Reply) -> list[Payload]:
    data = b"".join(step for step in reply.steps if isinstance(step, bytes))
    return [json.loads(found) for found in EVENT.findall(data)]


def again(payloads: list[Payload]) -> Reply:
    return stream(*(event(payload) for payload in payloads), DONE)


def delta_of(payload: Payload) -> Payload:
    return payload["choices"][0]["delta"]


def calls_of(payloads: list[Payload]) -> list[Payload]:
    return [call for payload in payloads for call in delta_of(payload).get("tool_calls", [])]


def in_one_piece(asked: Asked, reply: Reply) -> Reply:
    payloads = payloads_of(reply)
    texts = [delta_of(payload).get("content") or "" for payload in payloads]
    message: Json = {"role": "assistant", "content": "".join(texts)}
    if calls := calls_of(payloads):
        message["tool_calls"] = calls
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}
    whole = {**payloads[-1], "object": "chat.completion", "choices": [choice]}
    return plain(200, "application/json", json.dumps(whole))


def all_at_once(asked: Asked, reply: Reply) -> Reply:
    return reply if asked.tool_names else reply.after(HELD_SECONDS)


def without_tools(asked: Asked, reply: Reply) -> Reply:
    """As Ollama refuses them."""
    return play_for("tools_refused")(asked) or reply


def only_talking(asked: Asked, reply: Reply) -> Reply:
    """As a model that does not know what tools are for."""
    return rules.answer(Asked({**asked.body, "tools": []}))


def unfinished_arguments(asked: Asked, reply: Reply) -> Reply:
    return play_for("bad_args")(asked) or reply if asked.tool_names else reply


def merged_calls(asked: Asked, reply: Reply) -> Reply:
    """Two calls come as one, their arguments one after the other."""
    payloads = payloads_of(reply)
    first, *others = calls_of(payloads) or [{}]
    if not others:
        return reply
    arguments = [call["function"]["arguments"] for call in (first, *others)]
    first["function"]["arguments"] = "".join(arguments)
    return again([p for p in payloads if not set(map(id, calls_of([p]))) & set(map(id, others))])


def one_call_at_a_time(asked: Asked, reply: Reply) -> Reply:
    payloads = payloads_of(reply)
    others = calls_of(payloads)[1:]
    return again([p for p in payloads if not set(map(id, calls_of([p]))) & set(map(id, others))])


def null_messages(asked: Asked, reply: Reply) -> Reply:
    """As gateways send them that fill in every field that they know."""
    payloads = payloads_of(reply)
    for payload in payloads:
        payload["choices"][0]["message"] = None
    return again(payloads)


def without_words(asked: Asked, reply: Reply) -> Reply:
    """A call where none was asked for."""
    return play_for("call_one")(asked) or reply


def calling_itself_the_key(asked: Asked, reply: Reply) -> Reply:
    return again([{**payload, "model": TOLD_KEY} for payload in payloads_of(reply)])


def without_counts(asked: Asked, reply: Reply) -> Reply:
    return again([{k: v for k, v in p.items() if k != "usage"} for p in payloads_of(reply)])


def counts_per_piece(asked: Asked, reply: Reply) -> Reply:
    """What each event has cost, instead of all so far."""
    payloads = payloads_of(reply)
    for size, payload in zip(range(len(payloads), 0, -1), payloads, strict=True):
        payload["usage"] = {"prompt_tokens": 10, "completion_tokens": size}
    return again(payloads)


def without_signatures(asked: Asked, reply: Reply) -> Reply:
    payloads = payloads_of(reply)
    for call in calls_of(payloads):
        call.pop("extra_content", None)
    return again(payloads)


def refused_signatures(asked: Asked, reply: Reply) -> Reply:
    """Its own signatures are no good when they come back."""
    for calls in asked.asked_calls:
        google: Json = calls[0].get("extra_content", {}).get("google", {})
        if google.get("thought_signature") not in UNSIGNED:
            return missing_signature("create_task", 1)
    return reply


def numbered_calls(asked: Asked, reply: Reply) -> Reply:
    """As OpenAI has it: every call has an index of its own."""
    payloads = payloads_of(reply)
    for index, call in enumerate(calls_of(payloads)):
        call["index"] = index
    return again(payloads)


def silent_after_tools(asked: Asked, reply: Reply) -> Reply:
    return play_for("503")(asked) or reply if asked.step else reply


def a_web_page(asked: Asked, reply: Reply) -> Reply:
    return plain(200, "text/html", "<html><body>Welcome to nginx!</body></html>")


def used_up(asked: Asked, reply: Reply) -> Reply:
    return play_for("rpd")(asked) or reply


def endless_silence(asked: Asked, reply: Reply) -> Reply:
    return Reply((Pause(3600.0),))


def telling_the_key(asked: Asked, reply: Reply) -> Reply:
    """In the middle of a stream, where no status says that it is a refusal."""
    error = {"code": 400, "message": f"What should I do with {TOLD_KEY}?"}
    return stream(event({"error": error}))


TOLD_KEY = "key-canary-0123456789"


def refusing_without_words(asked: Asked, reply: Reply) -> Reply:
    return plain(401, "text/html", "<html>Unauthorized</html>")


def redirecting_to(address: str) -> Defect:
    head = f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {address}\r\nContent-Length: 0\r\n\r\n"
    return lambda asked, reply: Reply((head.encode(),))
