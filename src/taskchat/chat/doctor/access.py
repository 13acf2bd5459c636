"""Whether there is a model server, and whether it lets us in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from taskchat.chat.doctor.findings import Check, Finding, failed, ok, warning
from taskchat.chat.doctor.probe import Reply
from taskchat.chat.failures import FailureKind, ModelFailure

MAKE_A_KEY = "Make a key at https://aistudio.google.com/apikey and set GEMINI_API_KEY."
CHECK_ADDRESS = (
    "Check GEMINI_BASE_URL. For Ollama and vLLM it ends in /v1, for Gemini in /v1beta/openai/."
)
FREE_TIER = (
    "If this key is on the free tier, Google may use what is sent to improve its products; "
    "with billing switched on it does not."
)
RETIREMENT = date(2026, 12, 1)
SUCCESSORS: Mapping[str, str] = MappingProxyType(
    {"gemini-2.5-flash": "gemini-3.5-flash-lite", "gemini-2.5-pro": "gemini-3.8-flash"}
)

KEY_TROUBLE = frozenset({FailureKind.BAD_KEY, FailureKind.KEY_DENIED})
MODEL_TROUBLE: Mapping[FailureKind, str] = MappingProxyType(
    {
        FailureKind.BAD_MODEL: "Set GEMINI_MODEL to a name that this server offers.",
        FailureKind.QUOTA_DAY: "Choose another model, wait for midnight Pacific time, or switch billing on.",
        FailureKind.RATE_LIMIT: "Check again in a minute. If it stays, switch billing on or choose another model.",
        FailureKind.BAD_REQUEST: "Read docs/gemini.md on what TaskChat sends, or choose another model.",
    }
)
ENDPOINT_TROUBLE: Mapping[FailureKind, str] = MappingProxyType(
    {
        FailureKind.REGION: "Run the server elsewhere, or set GEMINI_BASE_URL to another endpoint.",
        FailureKind.OVERLOADED: "Check again in a few minutes, or choose another model.",
        FailureKind.TIMED_OUT: (
            "Check again. A server of your own may still be loading the model; "
            "GEMINI_IDLE_SECONDS says how long to wait for it."
        ),
        FailureKind.UNREACHABLE: "Check GEMINI_BASE_URL, and that the server there runs.",
    }
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was asked: the model, the server as people may be told of it, and the day."""

    model: str
    server: str
    is_gemini: bool
    day: date


def judge(reply: Reply, asked: Asked) -> Iterator[Finding]:
    """Up to the first thing that failed."""
    failure = reply.failure
    if failure and (trouble := _endpoint_trouble(reply, failure, asked)):
        yield trouble
        return
    yield ok(Check.ENDPOINT, f"{asked.server} answers.")
    if failure and failure.kind in KEY_TROUBLE:
        yield failed(Check.KEY, failure.reason, MAKE_A_KEY)
        return
    yield ok(Check.KEY, "It was accepted.", FREE_TIER if asked.is_gemini else "")
    if failure and failure.kind in MODEL_TROUBLE:
        yield failed(Check.MODEL, _told(failure), MODEL_TROUBLE[failure.kind])
        return
    yield _model(reply, asked)


def _endpoint_trouble(reply: Reply, failure: ModelFailure, asked: Asked) -> Finding | None:
    if failure.kind is FailureKind.UNEXPECTED_REPLY:
        return _no_api(reply, asked)
    if failure.kind is FailureKind.UNREACHABLE and not reply.last.status:
        advice = ENDPOINT_TROUBLE[failure.kind]
        return failed(Check.ENDPOINT, f"{asked.server} cannot be reached.", advice)
    if failure.kind in ENDPOINT_TROUBLE and not reply.last.events:
        return failed(Check.ENDPOINT, failure.reason, ENDPOINT_TROUBLE[failure.kind])
    return None


def _no_api(reply: Reply, asked: Asked) -> Finding:
    status = reply.last.status
    if 300 <= status < 400:
        place = reply.last.redirected_to or "another address"
        found = (
            f"{asked.server} redirects to {place} (HTTP {status}), which is not followed: "
            "the key and the conversation would go there too."
        )
        return failed(Check.ENDPOINT, found, "Set GEMINI_BASE_URL to the final address.")
    kind = "a web page" if "html" in reply.last.content_type else "something else"
    found = (
        f"{asked.server} has no chat completions: it sent {kind} instead of JSON (HTTP {status})."
    )
    return failed(Check.ENDPOINT, found, CHECK_ADDRESS)


def _told(failure: ModelFailure) -> str:
    """Without the advice, unless the server's own words are in it."""
    return failure.sentence if failure.kind is FailureKind.BAD_REQUEST else failure.reason


def _model(reply: Reply, asked: Asked) -> Finding:
    name = asked.model.removeprefix("models/")
    successor = SUCCESSORS.get(name) if asked.is_gemini else None
    if successor:
        told = "is" if asked.day < RETIREMENT else "was"
        return warning(
            Check.MODEL,
            f"{name} {told} retired on {RETIREMENT:%Y-%m-%d}; from then on {successor} answers, at its price.",
            f"Set GEMINI_MODEL={successor}.",
        )
    itself = reply.last.model.removeprefix("models/")
    alias = f" It calls itself {itself}." if itself and itself != name else ""
    return ok(Check.MODEL, f"{name} answers.{alias}")
