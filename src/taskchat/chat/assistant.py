"""Who can answer, and who does."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from taskchat.chat.commands.model import MODEL_NAME, CommandModel
from taskchat.chat.gemini.model import build_gemini_model
from taskchat.chat.streamed_model import StreamedModel
from taskchat.domain.due import find_zone
from taskchat.domain.errors import Invalid

type Kind = Literal["gemini", "commands"]


@dataclass(frozen=True, slots=True)
class Assistant:
    """`id` is what is asked for, `name` what the page and the activity show; `model_in` gives the model for a time zone."""

    id: str
    kind: Kind
    name: str
    model_in: Callable[[str], StreamedModel]
    close: Callable[[], Awaitable[None]]

    @property
    def costs(self) -> bool:
        """Whether somebody counts the tokens."""
        return self.kind == "gemini"


class Assistants:
    """The models of the settings, the default first, and the built-in commands, which are always there."""

    def __init__(self, models: Sequence[Assistant], commands: Assistant) -> None:
        self.all = (*models, commands)
        self.commands = commands

    @property
    def default(self) -> Assistant:
        return self.all[0]

    def find(self, model: str | None) -> Assistant:
        """The default for None; raises Invalid for one that is not offered."""
        if model is None:
            return self.default
        for assistant in self.all:
            if assistant.id == model:
                return assistant
        names = ", ".join(assistant.id for assistant in self.all)
        message = f"There is no model called {model[:80]!r}; there are {names}."
        raise Invalid(message, code="unknown_model")

    def still(self, model: str | None) -> Assistant:
        """The default for one that is not offered any more."""
        return next((each for each in self.all if each.id == model), self.default)

    async def close(self) -> None:
        await asyncio.gather(*(assistant.close() for assistant in self.all))


def gemini_assistant(
    *, api_key: str, base_url: str, model: str, idle_timeout: float = 60.0
) -> Assistant:
    built = build_gemini_model(
        api_key=api_key, base_url=base_url, model=model, idle_timeout=idle_timeout
    )
    return Assistant(model, "gemini", model, lambda zone: built, built.close)


def command_assistant(clock: Callable[[], datetime]) -> Assistant:
    """Needs no key and no network. It reads days off the person's clock."""

    def model_in(zone: str) -> StreamedModel:
        return CommandModel(lambda: clock().astimezone(find_zone(zone)))

    async def close() -> None:
        """It holds nothing."""

    return Assistant(MODEL_NAME, "commands", "Built-in commands", model_in, close)
