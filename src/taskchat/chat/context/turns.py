"""What was said and done in a conversation, turn by turn, as the rows of its items have it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from taskchat.chat import notes
from taskchat.chat.model_views import read_by_model
from taskchat.chat.tool_cards import ToolCard, read_content

type Row = Mapping[str, Any]
type Times = Mapping[str, datetime]
"""By the id of a message, when its latest answer began."""

MOST_KEPT = 20_000  # characters of a call; longer ones are few, and would fill the memory


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call; `output` is what the model read, also of one that was stopped."""

    card: ToolCard
    arguments: str
    output: str


@dataclass(frozen=True, slots=True)
class Words:
    """What the assistant said."""

    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a card said that the person could click on."""

    text: str


type Answered = Call | Words | Shown


@dataclass(frozen=True, slots=True)
class Turn:
    """A message of the person's and what came of it, in its order; `at` is when its answer began.

    `left_out` tells what was in the answer besides.
    """

    at: datetime
    text: str
    quotation: str
    answer: Sequence[Answered]
    left_out: str = ""

    @property
    def calls(self) -> list[Call]:
        return [part for part in self.answer if isinstance(part, Call)]


def read_turns(rows: Iterable[Row], begun: Times) -> list[Turn]:
    """Oldest first. What stands before the first message of the person's belongs to a turn that is not there."""
    turns: list[Turn] = []
    said: Row | None = None
    answer: list[Answered] = []
    for row in rows:
        if row["type"] == "user_message":
            if said:
                turns.append(_turn(said, answer, begun))
            said, answer = row, []
        elif said:
            answer += _answered(row)
    return [*turns, _turn(said, answer, begun)] if said else []


def _turn(said: Row, answer: Sequence[Answered], begun: Times) -> Turn:
    at = begun.get(said["id"]) or datetime.fromisoformat(said["created_at"])
    return Turn(at, _text(said), said.get("quoted_text") or "", answer)


def _answered(row: Row) -> Iterator[Answered]:
    match row:
        case {"type": "assistant_message"}:
            if text := _text(row):
                yield Words(text)
        case {"type": "workflow"}:
            for task in cast("list[Row]", row["workflow"]["tasks"]):
                if call := _call(task.get("title"), task.get("content")):
                    yield call
        case {"type": "widget", "copy_text": str(text)} if text and not notes.is_note(row):
            yield Shown(text)
        case _:
            pass


def _text(row: Row) -> str:
    return "\n".join(part["text"] for part in row["content"] if part.get("text"))


def _call(title: str | None, content: str | None) -> Call | None:
    read = _read_call if len(content or "") > MOST_KEPT else _known_call
    return read(title, content)


@lru_cache(maxsize=500)  # a conversation is read again with every message, and what it holds stays
def _known_call(title: str | None, content: str | None) -> Call | None:
    return _read_call(title, content)


def _read_call(title: str | None, content: str | None) -> Call | None:
    card = read_content(title, content)
    if card is None:
        return None
    arguments = json.dumps(card.arguments, ensure_ascii=False, separators=(",", ":"))
    return Call(card, arguments, read_by_model(card.result, card.status))
