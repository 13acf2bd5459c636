"""Which assistant answers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from agents import Model

from taskchat.chat.command_model import CommandModel
from taskchat.chat.gemini.model import build_gemini_model


@dataclass(frozen=True, slots=True)
class Assistant:
    """`name` is what the page and the activity show."""

    kind: Literal["gemini", "commands"]
    name: str
    model: Model


def gemini_assistant(*, api_key: str, base_url: str, model: str) -> Assistant:
    built = build_gemini_model(api_key=api_key, base_url=base_url, model=model)
    return Assistant("gemini", model, built)


def command_assistant(clock: Callable[[], datetime]) -> Assistant:
    """Needs no key and no network."""
    return Assistant("commands", "Built-in commands", CommandModel(clock))
