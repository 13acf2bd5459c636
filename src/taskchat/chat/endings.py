"""How an answer ended early, and what a person can do about it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from taskchat.chat.failures import FailureKind, ModelFailure


class Remedy(StrEnum):
    """What the page offers with one click."""

    RETRY = "retry"
    CONTINUE = "continue"
    COMMANDS = "commands"


# With these the model is of no use for now, so somebody else should be offered.
OUT_OF_USE = frozenset(
    {
        FailureKind.BAD_KEY,
        FailureKind.KEY_DENIED,
        FailureKind.BAD_MODEL,
        FailureKind.REGION,
        FailureKind.SIGNATURE,
        FailureKind.QUOTA_DAY,
        FailureKind.RATE_LIMIT,
        FailureKind.OVERLOADED,
        FailureKind.BAD_REQUEST,
        FailureKind.UNREACHABLE,
        FailureKind.TIMED_OUT,
        FailureKind.UNEXPECTED_REPLY,
        FailureKind.BUDGET,
    }
)


@dataclass(frozen=True, slots=True)
class Ending:
    """`kind` is a FailureKind or another stable word, `message` a sentence for the person."""

    kind: str
    message: str
    remedies: tuple[Remedy, ...] = ()

    @property
    def allow_retry(self) -> bool:
        return Remedy.RETRY in self.remedies

    def after(self, changes: int) -> "Ending":
        """Saying what became of the tasks where a person would wonder, between the reason and the advice.

        A server's own words are not taken apart.
        """
        if changes:
            effect = "What was done until then stands."
        elif self.kind == FailureKind.MALFORMED_CALL:
            effect = "Nothing was changed."
        else:
            return self
        if self.kind == FailureKind.BAD_REQUEST:
            end = "" if self.message.endswith((".", "!", "?")) else "."
            return replace(self, message=f"{self.message}{end} {effect}")
        reason, _, advice = self.message.partition(". ")
        told = f"{reason.rstrip('.')}. {effect} {advice}"
        return replace(self, message=told.rstrip())

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Ending":
        remedies = tuple(Remedy(remedy) for remedy in data.get("remedies", ()))
        return cls(data.get("kind", "failed"), data["message"], remedies)


FAILED = Ending("failed", "The assistant failed unexpectedly. Try again.", (Remedy.RETRY,))
INTERRUPTED = Ending("interrupted", "The answer was interrupted.", (Remedy.RETRY,))


def ending_of(failure: ModelFailure) -> Ending:
    remedies: list[Remedy] = []
    if failure.kind is FailureKind.TOO_LONG:
        remedies.append(Remedy.CONTINUE)
    if failure.allow_retry:
        remedies.append(Remedy.RETRY)
    if failure.kind in OUT_OF_USE:
        remedies.append(Remedy.COMMANDS)
    return Ending(failure.kind.value, failure.sentence, tuple(remedies))
