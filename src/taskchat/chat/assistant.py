"""Which assistant answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from taskchat.chat.commands.model import CommandModel
from taskchat.chat.gemini.model import build_gemini_model
from taskchat.chat.streamed_model import StreamedModel
from taskchat.domain.due import find_zone


@dataclass(frozen=True, slots=True)
class Assistant:
    """`name` is what the page and the activity show; `model_in` gives the model for a person's time zone."""

    kind: Literal["gemini", "commands"]
    name: str
    model_in: Callable[[str], StreamedModel]
    close: Callable[[], Awaitable[None]]


def gemini_assistant(*, api_key: str, base_url: str, model: str) -> Assistant:
    built = build_gemini_model(api_key=api_key, base_url=base_url, model=model)
    return Assistant("gemini", model, lambda zone: built, built.close)


def command_assistant(clock: Callable[[], datetime]) -> Assistant:
    """Needs no key and no network. It reads days off the person's clock."""

    def model_in(zone: str) -> StreamedModel:
        return CommandModel(lambda: clock().astimezone(find_zone(zone)))

    async def close() -> None:
        """It holds nothing."""

    return Assistant("commands", "Built-in commands", model_in, close)
