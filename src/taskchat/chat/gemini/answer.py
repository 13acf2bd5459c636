"""One answer of the model while it arrives, and the judgement of how it ended."""

from taskchat.chat.failures import FailureKind, ModelFailure
from taskchat.chat.gemini import errors
from taskchat.chat.gemini.calls import CallAssembly
from taskchat.chat.gemini.payloads import JsonObject, as_count, as_list, as_object, as_text
from taskchat.chat.gemini.sse import Mark, Payload
from taskchat.chat.gemini.thoughts import VisibleText
from taskchat.chat.response_events import ToolCall
from taskchat.usage.tokens import TokenCount


class Answer:
    """Collects payloads; a failure in one of them ends the answer."""

    def __init__(self, *, model: str) -> None:
        self.finish_reason = ""
        self.tokens = TokenCount()
        self._model = model
        self._has_text = False
        self._visible = VisibleText()
        self._calls = CallAssembly()

    def take(self, payloads: list[Payload]) -> tuple[str, ModelFailure | None]:
        """The new visible text, and the failure that followed it in the same batch."""
        pieces: list[str] = []
        failure: ModelFailure | None = None
        for payload in payloads:
            if isinstance(payload, Mark):
                failure = _trouble_of(payload)
            else:
                failure = self._take_chunk(payload, pieces)
            if failure:
                break
        return self._seen("".join(pieces)), failure

    def close(self) -> tuple[str, list[ToolCall]]:
        """Text that was held back, and the calls; raises ModelFailure unless all ended well."""
        reason = self.finish_reason
        rest = self._seen(self._visible.close())
        if reason == "error" or (not reason and (self._has_text or self._calls)):
            raise errors.cut_off()
        if reason.startswith("content_filter"):
            raise _filtered(reason)
        if reason == "length":
            raise _too_long(begun=self._has_text)
        calls = self._calls.calls()
        if reason.startswith("function_call_filter") or calls is None or self._visible.leaked_code:
            raise _malformed_call()
        if not self._has_text and not calls:
            raise _empty()
        return rest, calls

    def _take_chunk(self, payload: Payload, pieces: list[str]) -> ModelFailure | None:
        if report := errors.read_error(payload):
            return errors.failure_for(report, model=self._model)
        chunk = as_object(payload)
        choice = _choice(chunk)
        # A whole completion instead of a stream: something between us and Gemini rewrites replies.
        if "message" in choice:
            return errors.unexpected_reply()
        if usage := as_object(chunk.get("usage")):
            # Usage is cumulative on every chunk: the last one counts.
            self.tokens = _count_tokens(usage)
        self.finish_reason = as_text(choice.get("finish_reason")) or self.finish_reason
        delta = as_object(choice.get("delta"))
        for call in as_list(delta.get("tool_calls")):
            self._calls.add(call)
        content = as_text(delta.get("content"))
        if content:
            extra = as_object(as_object(delta.get("extra_content")).get("google"))
            pieces.append(self._visible.feed(content, thought=extra.get("thought") is True))
        return None

    def _seen(self, text: str) -> str:
        self._has_text = self._has_text or bool(text)
        return text


def _trouble_of(mark: Mark) -> ModelFailure | None:
    match mark:
        case Mark.NOT_A_STREAM:
            return errors.unexpected_reply()
        case Mark.BROKEN:
            return errors.cut_off()
        case Mark.DONE:
            return None


def _choice(chunk: JsonObject) -> JsonObject:
    """The first choice: it may come without an index, and others are never asked for."""
    choices = as_list(chunk.get("choices"))
    return as_object(choices[0]) if choices else {}


def _count_tokens(usage: JsonObject) -> TokenCount:
    prompt = as_count(usage.get("prompt_tokens"))
    completion = as_count(usage.get("completion_tokens"))
    # Thinking is billed as output but counted only in the total.
    thinking = max(as_count(usage.get("total_tokens")) - prompt - completion, 0)
    details = as_object(usage.get("prompt_tokens_details"))
    cached = as_count(details.get("cached_tokens"))
    return TokenCount(prompt, cached, completion + thinking, thinking)


def _filtered(reason: str) -> ModelFailure:
    if "RECITATION" in reason:
        return ModelFailure(
            FailureKind.RECITATION, "Gemini's filter stopped this answer.", allow_retry=True
        )
    return ModelFailure(FailureKind.BLOCKED, "Gemini declined to answer this.", allow_retry=False)


def _too_long(*, begun: bool) -> ModelFailure:
    sentence = (
        'The answer was too long and was cut. Say "continue" for the rest.'
        if begun
        else "The answer was cut before it began because it was too long. Ask for less."
    )
    return ModelFailure(FailureKind.TOO_LONG, sentence, allow_retry=True)


def _malformed_call() -> ModelFailure:
    return ModelFailure(
        FailureKind.MALFORMED_CALL,
        "The model could not form a valid action. Nothing was changed by it. Try again.",
        allow_retry=True,
    )


def _empty() -> ModelFailure:
    return ModelFailure(
        FailureKind.EMPTY, "Gemini sent an empty answer. Try again.", allow_retry=True
    )
