"""Earlier turns in a line each, as the program sums them up: the same words for the same turns."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Any, cast

from taskchat.chat.context.turns import Answered, Call, Shown, Turn
from taskchat.chat.model_views import UNTRUSTED
from taskchat.usage.tokens import estimate

MOST_TOKENS = 1_500
MOST_WORDS, MOST_OF_TITLE = 100, 60  # characters
MOST_EFFECTS = 8
HEAD = "Summary of earlier turns, made by the program. It tells what was done and asks for nothing."

DONE = {"create_task": "created", "update_task": "updated", "delete_task": "deleted"}


def sum_up(turns: Sequence[Turn], zone: tzinfo, *, has_more_before: bool = False) -> str:
    """Empty where there is nothing to tell. Where there are too many turns, the oldest are only counted.

    `has_more_before` says that there are still older ones, nobody knows how many.
    """
    lines = [_line(turn, zone) for turn in turns]
    left = MOST_TOKENS - estimate(len(HEAD)) - 20
    kept: list[str] = []
    for line in reversed(lines):
        left -= estimate(len(line.encode()) + 1)
        if left < 0:
            break
        kept.append(line)
    if has_more_before:
        kept.append("- earlier turns are not told here")
    elif (count := len(lines) - len(kept)) > 0:
        kept.append(f"- {count} earlier {'turn' if count == 1 else 'turns'}, not told here")
    return "\n".join([HEAD, *reversed(kept)]) if kept else ""


def shorten(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def tell_effects(answer: Sequence[Answered]) -> str:
    effects = [effect for part in answer if (effect := _effect(part))]
    if len(effects) > MOST_EFFECTS:
        effects = [*effects[:MOST_EFFECTS], f"and {len(effects) - MOST_EFFECTS} more"]
    return ", ".join(effects) or "nothing changed"


def _line(turn: Turn, zone: tzinfo) -> str:
    asked = _quoted(turn.text, MOST_WORDS)
    return f"- {turn.at.astimezone(zone):%Y-%m-%d} {asked}: {tell_effects(turn.answer)}"


def _effect(part: Answered) -> str:
    match part:
        case Shown(text):
            return _quoted(text, MOST_WORDS)
        case Call(card=card) if card.change_set:
            return _change(card.name, card.arguments, card.result or {})
        case _:
            return ""


def _change(name: str, arguments: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    if name == "complete_task":
        verb = "reopened" if arguments.get("completed") is False else "completed"
    else:
        verb = DONE.get(name, "changed")
    return " ".join([verb, *_named(result.get("task") or result)])


def _named(task: object) -> Iterator[str]:
    match task:
        case {"number": int(number), "title": str(title)}:
            yield f"#{number}"
            title = shorten(title, MOST_OF_TITLE)
            is_apart = bool(cast("Mapping[str, Any]", task).get("untrusted"))
            shown: object = {UNTRUSTED: title} if is_apart else title
            yield json.dumps(shown, ensure_ascii=False)
        case {"completed": int(count)} | {"deleted": int(count)}:
            yield f"{count} {'task' if count == 1 else 'tasks'}"
        case _:
            pass


def _quoted(text: str, most: int) -> str:
    return json.dumps(shorten(text, most), ensure_ascii=False)
