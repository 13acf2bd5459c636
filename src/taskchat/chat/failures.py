"""The ways in which a model gives no usable answer, each with a sentence for the person."""

from enum import StrEnum


class FailureKind(StrEnum):
    """Stable words for logs, metrics and tests; people read the sentence instead."""

    BAD_KEY = "bad_key"
    KEY_DENIED = "key_denied"
    BAD_MODEL = "bad_model"
    REGION = "region"
    SIGNATURE = "signature"
    QUOTA_DAY = "quota_day"
    RATE_LIMIT = "rate_limit"
    OVERLOADED = "overloaded"
    BAD_REQUEST = "bad_request"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    UNEXPECTED_REPLY = "unexpected_reply"
    BLOCKED = "blocked"
    RECITATION = "recitation"
    TOO_LONG = "too_long"
    MALFORMED_CALL = "malformed_call"
    EMPTY = "empty"
    CUT_OFF = "cut_off"
    BUDGET = "budget"


class ModelFailure(Exception):
    """Ends a model's answer; text that was streamed before it stands."""

    # The SDK's runner drops events that nobody has read yet when a model fails, and with them
    # the last text, unless the error bears this mark.
    _agents_drain_queued_stream_events = True

    def __init__(
        self,
        kind: FailureKind,
        sentence: str,
        *,
        allow_retry: bool,
        retry_after: float | None = None,
    ) -> None:
        """`allow_retry`: the same message may succeed later; `retry_after`: in seconds, if told."""
        super().__init__(sentence)
        self.kind = kind
        self.sentence = sentence
        self.allow_retry = allow_retry
        self.retry_after = retry_after

    @property
    def reason(self) -> str:
        """The sentence without the advice after it."""
        return f"{self.sentence.split('. ', 1)[0].rstrip('.')}."
