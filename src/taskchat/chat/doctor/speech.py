"""How the words of an answer arrive, and what is told of their number."""

from collections.abc import Sequence

from taskchat.chat.doctor.exchanges import Exchange
from taskchat.chat.doctor.findings import Check, Finding, failed, ok, warning
from taskchat.chat.doctor.probe import Reply
from taskchat.chat.gemini.payloads import JsonObject, as_count

SLOW_SECONDS = 10.0
HELD_SECONDS = 1.0
BURST_SHARE = 0.05


def judge_streaming(reply: Reply) -> Finding:
    if reply.failure:
        return failed(
            Check.STREAMING, reply.failure.sentence, "Check again, or choose another model."
        )
    texts = reply.last.texts
    if not texts:
        found = "It was asked to count, and the answer holds no words."
        return failed(Check.STREAMING, found, "Check again, or choose another model.")
    first = texts[0].seconds
    took = f"the first words after {first:.1f} s"
    if len(texts) == 1:
        return warning(
            Check.STREAMING,
            f"The answer came in one piece, {took}: people see nothing until it is finished.",
            "Switch streaming on in the server, or in the proxy before it.",
        )
    if _is_held_back(reply.last):
        return warning(
            Check.STREAMING,
            f"The answer came in {len(texts)} pieces, but all at once, {took}.",
            "Switch buffering off in the proxy before the model server.",
        )
    found = f"The answer came in {len(texts)} pieces, {took}."
    if first > SLOW_SECONDS:
        return warning(Check.STREAMING, found, "Choose a faster model, or one that thinks less.")
    return ok(Check.STREAMING, found)


def _is_held_back(exchange: Exchange) -> bool:
    first, last = exchange.texts[0].seconds, exchange.texts[-1].seconds
    return last > HELD_SECONDS and last - first < last * BURST_SHARE


def judge_usage(reply: Reply) -> Finding:
    usages = reply.last.usages
    if not usages:
        return warning(
            Check.USAGE,
            "The server does not count tokens: they are estimated from the length of the texts.",
            "Nothing needs doing, unless you limit tokens or cost: then leave some room.",
        )
    read, written = _count(usages[-1], "prompt_tokens"), _count(usages[-1], "completion_tokens")
    thought = max(_count(usages[-1], "total_tokens") - read - written, 0)
    thinking = f" and {thought} thought" if thought else ""
    found = f"{read} tokens read, {written} written{thinking}"
    if len(usages) == 1:
        return ok(Check.USAGE, f"{found}, told once.")
    if _is_growing(usages):
        return ok(
            Check.USAGE, f"{found}, told {len(usages)} times as it grew; the last one counts."
        )
    return warning(
        Check.USAGE,
        f"{found}, told {len(usages)} times and not as a running total; the last one counts.",
        "Too few tokens are counted: leave room in the limits.",
    )


def _is_growing(usages: Sequence[JsonObject]) -> bool:
    written = [_count(usage, "completion_tokens") for usage in usages]
    return written == sorted(written)


def _count(usage: JsonObject, name: str) -> int:
    return as_count(usage.get(name))
