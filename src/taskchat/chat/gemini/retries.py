"""Whether and when to ask again, while nobody has seen anything of the answer."""

from taskchat.chat.failures import FailureKind, ModelFailure

MAX_WAIT_SECONDS = 20.0
MAX_TRIES = 6


class RetryBudget:
    """What is left of one request's tries and waiting time."""

    def __init__(self) -> None:
        self._tries = 1
        self._waited = 0.0
        self._seen: dict[FailureKind, int] = {}

    def next_wait(self, failure: ModelFailure) -> float | None:
        """Seconds until the next try; None when the failure should be told."""
        if not failure.allow_retry:
            return None
        before = self._seen.get(failure.kind, 0)
        if self._tries >= MAX_TRIES or before >= _extra_tries(failure.kind):
            return None
        wait = _wait(failure, before)
        if self._waited + wait > MAX_WAIT_SECONDS:
            return None
        self._seen[failure.kind] = before + 1
        self._tries += 1
        self._waited += wait
        return wait


def _extra_tries(kind: FailureKind) -> int:
    match kind:
        case FailureKind.OVERLOADED | FailureKind.RATE_LIMIT:
            return 3
        case FailureKind.MALFORMED_CALL | FailureKind.CUT_OFF | FailureKind.UNREACHABLE:
            return 2
        case FailureKind.EMPTY | FailureKind.UNEXPECTED_REPLY:
            return 1
        case _:
            return 0


def _wait(failure: ModelFailure, before: int) -> float:
    if failure.retry_after is not None:
        return failure.retry_after
    match failure.kind:
        case FailureKind.OVERLOADED | FailureKind.RATE_LIMIT | FailureKind.UNEXPECTED_REPLY:
            return float(1 << before)
        case FailureKind.UNREACHABLE:
            # The first loss is often a kept-alive connection that the other side closed.
            return 0.2 if before == 0 else 1.0
        case _:
            return 0.0
