"""What is played, and what should come of it."""

from dataclasses import dataclass
from typing import Literal

LITE = "gemini-3.5-flash-lite"
STRICT = "gemini-3.8-flash"
HELLO = "Hello."
DEFAULT = (
    "I can help you keep track of what you have to do. "
    "Tell me what to add, change or finish, and I will take care of it."
)

type Way = Literal["say", "stop", "retry"]


@dataclass(frozen=True, slots=True)
class Case:
    """A fault in one turn of a conversation, and the turn as it should be.

    `said` are the assistant's messages, `kind`, `sentence` (its beginning) and `remedies` those of
    the error, `tasks` the titles in the database, `requests` those of the turn at the endpoint.
    `meanwhile` is what is shown while the answer is awaited, `echo` the signature that must go back,
    `tokens` what is counted as prompt and output. `then` is said next and answered with `then_said`.
    """

    fault: str
    said: tuple[str, ...] = ()
    kind: str = ""
    sentence: str = ""
    remedies: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    requests: int = 1
    words: str = HELLO
    model: str = LITE
    way: Way = "say"
    meanwhile: tuple[str, ...] = ()
    echo: str = ""
    tokens: tuple[int, int] | None = None
    then: str = "How are you?"
    then_said: tuple[str, ...] = (DEFAULT,)

    @property
    def name(self) -> str:
        return self.fault if self.way == "say" else f"{self.fault} ({self.way})"

    @property
    def takes_long(self) -> bool:
        return bool(self.meanwhile) or self.fault in ("stall", "slow_first")

    @property
    def status(self) -> str:
        if self.way == "stop":
            return "stopped"
        return "failed" if self.kind else "completed"
