"""What a sentence was understood to ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from taskchat.language.references import Ref

type Reason = Literal[
    "not_understood", "too_long", "too_many", "no_title", "which_task", "where_title_ends",
    "create_or_change", "bulk_filter", "one_line_unclear",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class TagChange:
    """Tags to add to or take from those a task already has."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """One tool call. `arguments` lack the task, which `ref` names when the tool takes one."""

    tool: str
    arguments: Mapping[str, object]
    ref: Ref | None = None
    tags: TagChange | None = None

    def call_arguments(self) -> dict[str, object]:
        """The arguments with the task in its place."""
        task = {"task": self.ref.text} if self.ref else {}
        return {**task, **self.arguments}


@dataclass(frozen=True, slots=True)
class Talk:
    """Something said that asks for no tool."""

    topic: Literal["hello", "help", "thanks"]


@dataclass(frozen=True, slots=True)
class Unclear:
    """Why nothing is done, and what could be said instead. `text` is the part that is meant."""

    reason: Reason
    examples: tuple[str, ...]
    text: str = ""


type Reading = tuple[Command, ...] | Talk | Unclear
