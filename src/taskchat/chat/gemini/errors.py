"""Error bodies of Gemini and of other servers, and the failures they stand for."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from taskchat.chat.failures import FailureKind, ModelFailure
from taskchat.chat.gemini.payloads import JsonObject, as_list, as_object, as_text
from taskchat.chat.gemini.server import ModelServer, Option

MESSAGE_CHARACTERS = 300

_RETRY_IN = re.compile(r"retry in ([\d.]+)\s*s", re.IGNORECASE)
_SECONDS = re.compile(r"([\d.]+)s?")
_REFUSALS = {
    Option.TOOLS: re.compile(
        r"(?:not|n't|n’t) support (?:tools|tool use|function calling)|support tool use|"
        r"tools are not supported|function calling is not enabled for|"
        r"tool choice requires|tools param requires"
    ),
    Option.STREAM_OPTIONS: re.compile(r"stream_options"),
    Option.SIGNATURES: re.compile(r"extra_content"),
    Option.EFFORT: re.compile(r"thinking level|reasoning_effort|not support thinking"),
}


class Refusal(ModelFailure):
    """Of a part of the request that it can do without."""

    def __init__(self, sentence: str, option: Option) -> None:
        super().__init__(FailureKind.BAD_REQUEST, sentence, allow_retry=False)
        self.option = option


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """One error as the endpoint told it; `code` is the HTTP status, also in the middle of a stream.

    `message` is for judging only, `summary` is what may be told of it.
    """

    code: int
    message: str = ""
    details: tuple[JsonObject, ...] = ()
    retry_header: str = ""

    def summary(self, server: ModelServer) -> str:
        """One short line of what the endpoint wrote, without what is secret."""
        return " ".join(server.scrub(self.message).split())[:MESSAGE_CHARACTERS]

    @property
    def quota_ids(self) -> list[str]:
        violations = [v for detail in self.details for v in as_list(detail.get("violations"))]
        return [as_text(as_object(violation).get("quotaId")) for violation in violations]

    @property
    def reasons(self) -> list[str]:
        return [as_text(detail.get("reason")) for detail in self.details]

    @property
    def retry_after(self) -> float | None:
        """Seconds until the endpoint wants to be asked again."""
        delays = (as_text(detail.get("retryDelay")) for detail in self.details)
        for told in (self.retry_header, *delays):
            if found := _SECONDS.fullmatch(told.strip()):
                return _seconds(found[1])
        found = _RETRY_IN.search(self.message)
        return _seconds(found[1].rstrip(".")) if found else None


def read_error(
    payload: object, *, code: int = 0, headers: Mapping[str, str] | None = None
) -> ErrorReport | None:
    """None when the payload is no error; `code` is used when the body does not hold a number."""
    listed = as_list(payload)
    body = as_object(listed[0] if listed else payload)
    told = body.get("error") or _bare_error(body, code)
    if not told:
        return None
    error = as_object(told)
    number = error.get("code")
    return ErrorReport(
        code=number if isinstance(number, int) else code,
        message=_words(error.get("message")) or _words(told),
        details=tuple(as_object(detail) for detail in as_list(error.get("details"))),
        retry_header=(headers or {}).get("retry-after", ""),
    )


def failure_for(report: ErrorReport, server: ModelServer) -> ModelFailure:
    """The failure as a person sees it, with the model's name where that is what is wrong."""
    message = report.message.lower()
    # Before the signature's own words: strict servers repeat what was in the field.
    if refusal := _refusal_of(report, server, (Option.SIGNATURES,)):
        return refusal
    if "thought_signature" in message or "thought signature" in message:
        return _final(
            FailureKind.SIGNATURE,
            f"{server.name} refused this conversation because an earlier step lost its signature. "
            "Start a new conversation.",
        )
    if report.code == 401 or "valid api key" in message or "API_KEY_INVALID" in report.reasons:
        key = "The Gemini API key" if server.is_gemini else "The model server's API key"
        return _final(
            FailureKind.BAD_KEY,
            f"{key} was not accepted. Check GEMINI_API_KEY in the server's settings.",
        )
    if "location is not supported" in message:
        return _final(FailureKind.REGION, f"{server.name} is not available in the server's region.")
    if refusal := _refusal_of(report, server, _REFUSALS):
        return refusal
    if report.code == 404 or "unexpected model name" in message:
        return _final(
            FailureKind.BAD_MODEL,
            f"The model {server.model} is not available. Pick another one with GEMINI_MODEL.",
        )
    return _failure_for_code(report, server)


def _refusal_of(
    report: ErrorReport, server: ModelServer, options: Iterable[Option]
) -> Refusal | None:
    message = report.message.lower()
    for option in options:
        if _REFUSALS[option].search(message) and report.code not in (0, 429):
            sentence = f"{server.name} refused the request: {report.summary(server)}"
            return Refusal(sentence, option)
    return None


def failure_without_words(
    status: int, headers: Mapping[str, str], server: ModelServer
) -> ModelFailure:
    """For a refusal whose body says nothing that can be read."""
    report = ErrorReport(status, retry_header=headers.get("retry-after", ""))
    is_page_of_a_gateway = status == 502 and "html" in headers.get("content-type", "").lower()
    if 300 <= status < 400:
        return redirected()
    if status in (401, 403, 408, 429) or (status >= 500 and not is_page_of_a_gateway):
        return failure_for(report, server)
    return unexpected_reply(report.retry_after)


def _failure_for_code(report: ErrorReport, server: ModelServer) -> ModelFailure:
    match report.code:
        case 403:
            return _denied(report, server)
        case 429:
            return _limited(report, server)
        case code if code >= 500 or code in (0, 408, 409, 499):
            return ModelFailure(
                FailureKind.OVERLOADED,
                f"{server.name} is overloaded. Try again in a moment.",
                allow_retry=True,
                retry_after=report.retry_after,
            )
        case _:
            sentence = f"{server.name} refused the request: {report.summary(server)}"
            return _final(FailureKind.BAD_REQUEST, sentence)


def _denied(report: ErrorReport, server: ModelServer) -> ModelFailure:
    if not server.is_gemini:
        sentence = "The model server does not allow this API key to use the model."
    elif "leaked" in report.message.lower():
        sentence = "Google disabled this Gemini API key. Make a new one and set GEMINI_API_KEY."
    else:
        sentence = "This API key may not use Gemini. Check the key's project and its billing."
    return _final(FailureKind.KEY_DENIED, sentence)


def _limited(report: ErrorReport, server: ModelServer) -> ModelFailure:
    # The delay sent along with a daily quota is wrong (often seconds): the quota's name decides.
    daily = [quota for quota in report.quota_ids if "PerDay" in quota]
    if daily or "per_day" in report.message:
        plan = "free quota" if any("FreeTier" in quota for quota in daily) else "quota"
        sentence = f"Today's {plan} for the model {server.model} is used up."
        return _final(FailureKind.QUOTA_DAY, sentence)
    seconds = report.retry_after
    when = f"in {seconds:.0f} seconds" if seconds and seconds >= 1 else "in a moment"
    return ModelFailure(
        FailureKind.RATE_LIMIT,
        f"{server.name} gets too many requests right now. Try again {when}.",
        allow_retry=True,
        retry_after=seconds,
    )


def unreachable(server: ModelServer) -> ModelFailure:
    return ModelFailure(
        FailureKind.UNREACHABLE,
        f"{server.name} could not be reached. Check the server's connection and try again.",
        allow_retry=True,
    )


def timed_out(server: ModelServer, seconds: float) -> ModelFailure:
    return ModelFailure(
        FailureKind.TIMED_OUT,
        f"{server.name} sent nothing for {seconds:g} seconds. Try again.",
        allow_retry=True,
    )


def redirected() -> ModelFailure:
    sentence = (
        "The model server redirects to another address. Set GEMINI_BASE_URL to the final one."
    )
    return _final(FailureKind.UNEXPECTED_REPLY, sentence)


def unexpected_reply(retry_after: float | None = None) -> ModelFailure:
    return ModelFailure(
        FailureKind.UNEXPECTED_REPLY,
        "Unexpected reply from the model server. Check GEMINI_BASE_URL or try again.",
        allow_retry=True,
        retry_after=retry_after,
    )


def cut_off() -> ModelFailure:
    return ModelFailure(FailureKind.CUT_OFF, "The answer was cut off. Try again.", allow_retry=True)


def _final(kind: FailureKind, sentence: str) -> ModelFailure:
    return ModelFailure(kind, sentence, allow_retry=False)


def _bare_error(body: JsonObject, code: int) -> object:
    """What servers write that do not wrap their errors; FastAPI's is one only with such a status."""
    if body.get("object") == "error":
        return body
    return body.get("detail") if code in (400, 422) else None


def _words(told: object) -> str:
    """What is no text, such as a list of fields, as it came."""
    if isinstance(told, str):
        return told
    return json.dumps(told, ensure_ascii=False) if told else ""


def _seconds(digits: str) -> float | None:
    try:
        return float(digits)
    except ValueError:
        return None
