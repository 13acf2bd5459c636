"""One answer of the model while it arrives, and the judgement of how it ended."""

from taskchat.chat.failures import FailureKind, ModelFailure
from taskchat.chat.gemini import errors
from taskchat.chat.gemini.calls import CallAssembly
from taskchat.chat.gemini.payloads import JsonObject, as_count, as_list, as_object, as_text
from taskchat.chat.gemini.server import ModelServer
from taskchat.chat.gemini.sse import Mark, Payload
from taskchat.chat.gemini.thoughts import VisibleText
from taskchat.chat.response_events import ToolCall
from taskchat.usage.tokens import TokenCount

GOOD_ENDS = frozenset(
    {"stop", "tool_calls", "function_call", "eos_token", "end_turn", "stop_sequence"}
)
LENGTH_ENDS = frozenset({"length", "max_tokens", "model_length"})


class Answer:
    """Collects payloads; a failure in one of them ends the answer."""

    def __init__(self, server: ModelServer) -> None:
        self.finish_reason = ""
        self.tokens: TokenCount | None = None
        self.has_begun = False
        """Whether the model has sent anything, be it that it has nothing to say."""
        self._server = server
        self._text_size = 0
        self._has_text = False
        self._visible = VisibleText()
        self._calls = CallAssembly()

    @property
    def characters(self) -> int:
        """All that the model has written, shown or not."""
        return self._text_size + self._calls.characters

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
        rest = self._seen(self._visible.close())
        self._judge_end(self.finish_reason.lower())
        calls = self._calls.calls()
        if calls is None or self._visible.leaked_code:
            raise _malformed_call()
        if not self._has_text and not calls:
            raise self._empty()
        if any(call.signature for call in calls):
            self._server.has_signed()
        return rest, calls

    def _judge_end(self, reason: str) -> None:
        """Raises ModelFailure for what is not known as a good end; saying nothing at all is judged later."""
        if reason.startswith(("content_filter", "safety")):
            raise self._filtered()
        if reason.startswith("function_call_filter"):
            raise _malformed_call()
        if reason in LENGTH_ENDS:
            raise _too_long(begun=self._has_text)
        has_nothing = not (reason or self._has_text or self._calls)
        if reason not in GOOD_ENDS and not has_nothing:
            raise errors.cut_off()

    def _take_chunk(self, payload: Payload, pieces: list[str]) -> ModelFailure | None:
        if report := errors.read_error(payload):
            return errors.failure_for(report, self._server)
        chunk = as_object(payload)
        choice = _choice(chunk)
        self.has_begun = self.has_begun or bool(choice)
        if usage := as_object(chunk.get("usage")):
            # Usage is cumulative on every chunk: the last one counts.
            self.tokens = _count_tokens(usage)
        self.finish_reason = as_text(choice.get("finish_reason")) or self.finish_reason
        message = as_object(choice.get("message"))
        if not message:
            self._take_delta(as_object(choice.get("delta")), pieces)
        elif self.finish_reason:
            # Servers that cannot stream send a whole completion instead.
            self._take_delta(message, pieces)
        else:
            return errors.unexpected_reply()
        return None

    def _take_delta(self, delta: JsonObject, pieces: list[str]) -> None:
        for call in as_list(delta.get("tool_calls")):
            self._calls.add(call)
        if content := _text_of(delta.get("content")):
            self._text_size += len(content.encode(errors="replace"))
            extra = as_object(as_object(delta.get("extra_content")).get("google"))
            pieces.append(self._visible.feed(content, thought=extra.get("thought") is True))

    def _seen(self, text: str) -> str:
        self._has_text = self._has_text or bool(text)
        return text

    def _filtered(self) -> ModelFailure:
        if "RECITATION" in self.finish_reason:
            filter_name = "Gemini's filter" if self._server.is_gemini else "A filter"
            return ModelFailure(
                FailureKind.RECITATION, f"{filter_name} stopped this answer.", allow_retry=True
            )
        sentence = f"{self._server.name} declined to answer this."
        return ModelFailure(FailureKind.BLOCKED, sentence, allow_retry=False)

    def _empty(self) -> ModelFailure:
        sentence = f"{self._server.name} sent an empty answer. Try again."
        return ModelFailure(FailureKind.EMPTY, sentence, allow_retry=True)


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


def _text_of(content: object) -> str:
    """Some servers send text in parts."""
    if isinstance(content, list):
        parts = as_list(content)  # pyright: ignore[reportUnknownArgumentType] - read from JSON
        return "".join(as_text(as_object(part).get("text")) for part in parts)
    return as_text(content)


def _count_tokens(usage: JsonObject) -> TokenCount:
    prompt = as_count(usage.get("prompt_tokens"))
    completion = as_count(usage.get("completion_tokens"))
    # Gemini bills thinking as output but counts it only in the total; others count it as completion.
    apart = max(as_count(usage.get("total_tokens")) - prompt - completion, 0)
    within = as_count(as_object(usage.get("completion_tokens_details")).get("reasoning_tokens"))
    cached = as_count(as_object(usage.get("prompt_tokens_details")).get("cached_tokens"))
    thinking = apart or min(within, completion)
    return TokenCount(prompt, min(cached, prompt), completion + apart, thinking)


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
        "The model could not form a valid action. Try again.",
        allow_retry=True,
    )
