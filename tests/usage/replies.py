"""Scripted replies that say what they cost, as Gemini does: cumulative, on every chunk."""

import json
from collections.abc import Mapping

from taskchat.standin.wire import DONE, Json, Pause, Reply, Step, call, calls, chunk, stream, text

type Counts = Mapping[str, int]

NOTHING: Counts = {"prompt": 0, "cached": 0, "output": 0, "thinking": 0}
LONG_SECONDS = 60.0


def counts(prompt: int, output: int, *, cached: int = 0, thinking: int = 0) -> Counts:
    """As TaskChat counts: `output` includes `thinking`, `prompt` includes `cached`."""
    return {"prompt": prompt, "cached": cached, "output": output, "thinking": thinking}


def total(*several: Counts) -> Counts:
    return {name: sum(one[name] for one in several) for name in NOTHING}


def usage_of(cost: Counts) -> Json:
    """As Gemini tells it: thinking is only in the total."""
    told: Json = {
        "prompt_tokens": cost["prompt"],
        "completion_tokens": cost["output"] - cost["thinking"],
        "total_tokens": cost["prompt"] + cost["output"],
    }
    if cost["cached"]:
        told["prompt_tokens_details"] = {"cached_tokens": cost["cached"]}
    return told


def says(words: str, cost: Counts) -> Reply:
    return stream(text(words), _end("stop", cost), DONE)


def creates(title: str, cost: Counts) -> Reply:
    made = call(f"call-{title}", "create_task", json.dumps({"title": title}))
    return stream(text("I will. "), calls(made), _end("stop", cost), DONE)


def ends(reason: str, cost: Counts, *before: Step) -> Reply:
    return stream(*before, _end(reason, cost), DONE)


def told(words: str, cost: Counts) -> bytes:
    """A chunk in the middle of an answer."""
    delta: Json = {"content": words, "role": "assistant"}
    return chunk(delta=delta, usage=usage_of(cost))


def lingers(words: str, cost: Counts) -> Reply:
    """Says something and what it cost until then, and does not go on."""
    return stream(told(words, cost), Pause(LONG_SECONDS))


def _end(reason: str, cost: Counts) -> bytes:
    return chunk(delta={"role": "assistant"}, finish_reason=reason, usage=usage_of(cost))
