"""A conversation as the model reads it: what is old stays byte for byte the same, and it never grows too long.

Endpoints keep what a request has in common with an earlier one from its beginning on, and charge little for it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from agents import TResponseInputItem

from taskchat.chat import model_views
from taskchat.chat.context.summary import sum_up
from taskchat.chat.context.turns import Call, Row, Shown, Turn, Words, read_turns
from taskchat.domain.due import WEEKDAYS, find_zone
from taskchat.usage.tokens import estimate

HISTORY_TOKENS = 12_000
MOST_OF_A_TURN = HISTORY_TOKENS // 3
# When there is too much, so much goes that the next time is far: until then nothing old changes.
KEPT_TOKENS = HISTORY_TOKENS // 2
TOKENS_PER_PART = 20  # what is sent around the words

LATE = timedelta(minutes=10)
SHORT_ARGUMENT, SHORT_TEXT = 200, 1_000  # characters

type Item = dict[str, Any]
type Signatures = Mapping[str, tuple[str, str]]
"""By call id, the model that signed and its signature."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Where the person's clock stands, and in which zone."""

    now: datetime
    zone: str


class Conversation:
    """What stands in a conversation up to the message that is answered, the last of `rows`."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._turns = read_turns(rows)

    @property
    def call_ids(self) -> list[str]:
        return [call.card.call_id for turn in self._turns for call in turn.calls]

    @property
    def cursors(self) -> dict[str, str]:
        """Those that the model was shown in short."""
        return {
            short: cursor
            for turn in self._turns
            for call in turn.calls
            for short, cursor in model_views.cursors(call.card.result).items()
        }

    def to_input(self, moment: Moment, signatures: Signatures) -> list[TResponseInputItem]:
        """Oldest first: a summary of the turns that are left out, and the others whole."""
        if not self._turns:
            return []
        *earlier, last = self._turns
        turns = [*map(_bounded, earlier), last]
        cut = _cut([*map(_size_of_message, self._turns)], [*map(_size, turns)])
        zone = find_zone(moment.zone)
        is_late = moment.now - last.at > LATE
        items: list[Item] = []
        if summary := sum_up(turns[:cut], zone):
            items.append({"role": "developer", "content": summary})
        for turn in turns[cut:]:
            at = moment.now if is_late and turn is last else turn.at
            items.append(_clock(at.astimezone(zone), moment.zone))
            items += _items(turn, signatures)
        return cast("list[TResponseInputItem]", items)


def _cut(messages: Sequence[int], turns: Sequence[int]) -> int:
    """How many of the oldest turns are left out; the sizes are those of each turn's message and of all of it.

    It is found by going through the conversation as it went, message by message, so that it is the same from one to
    the next until there is too much again.
    """
    cut = total = 0
    for place, (message, turn) in enumerate(zip(messages, turns, strict=True)):
        if total + message > HISTORY_TOKENS:
            while cut < place and total + message > KEPT_TOKENS:
                total -= turns[cut]
                cut += 1
        total += turn
    return cut


def _size(turn: Turn) -> int:
    size = _size_of_message(turn)
    for part in turn.answer:
        match part:
            case Call():
                size += 2 * TOKENS_PER_PART + _estimate_of(part.arguments, part.output)
            case Words(text) | Shown(text):
                size += TOKENS_PER_PART + _estimate_of(text)
    return size


def _size_of_message(turn: Turn) -> int:
    return 2 * TOKENS_PER_PART + _estimate_of(turn.text, turn.quotation)


def _estimate_of(*texts: str) -> int:
    # By bytes: where a letter has several, it has more tokens than one of English.
    return estimate(sum(len(text.encode(errors="replace")) for text in texts))


def _bounded(turn: Turn) -> Turn:
    """A turn that is too long shorter: first its results, the oldest first, then what was said."""
    excess = _size(turn) - MOST_OF_A_TURN
    if excess <= 0:
        return turn
    answer = list(turn.answer)
    for place, part in enumerate(answer):
        if isinstance(part, Call) and excess > 0:
            answer[place] = short = _short_call(part)
            excess -= _estimate_of(part.arguments, part.output)
            excess += _estimate_of(short.arguments, short.output)
    if excess <= 0:
        return replace(turn, answer=answer)
    answer = [Words(_short_text(part.text)) if isinstance(part, Words) else part for part in answer]
    text, quotation = _short_text(turn.text), _short_text(turn.quotation)
    return replace(turn, text=text, quotation=quotation, answer=answer)


def _short_call(call: Call) -> Call:
    arguments = {
        name: _short_text(value, SHORT_ARGUMENT) if isinstance(value, str) else value
        for name, value in call.card.arguments.items()
    }
    output = model_views.read_briefly(call.card.result, call.card.status)
    return replace(call, arguments=model_views.write(arguments), output=output)


def _short_text(text: str, most: int = SHORT_TEXT) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _clock(at: datetime, zone: str) -> Item:
    told = f"Now it is {WEEKDAYS[at.weekday()]} {at:%Y-%m-%d %H:%M} in {zone}."
    return {"role": "developer", "content": told}


def _items(turn: Turn, signatures: Signatures) -> Iterator[Item]:
    if turn.quotation:
        # A JSON string has an end that nothing in it can be taken for.
        quoted = json.dumps(turn.quotation, ensure_ascii=False)
        yield {"role": "developer", "content": f"The message is about this quotation: {quoted}"}
    yield {"role": "user", "content": turn.text}
    step: list[Call] = []
    for part in turn.answer:
        if step and not (isinstance(part, Call) and part.card.call_id not in signatures):
            yield from _step(step, signatures)
            step = []
        match part:
            case Call():
                step.append(part)
            case Words(text):
                yield {"role": "assistant", "content": text}
            case Shown(text):
                yield {"role": "assistant", "content": f"[Card: {text}]"}
    yield from _step(step, signatures)


def _step(calls: Sequence[Call], signatures: Signatures) -> Iterator[Item]:
    """Calls that the model made at once, and then what came of them. Of each step the first call is signed."""
    for call in calls:
        item: Item = {
            "type": "function_call",
            "call_id": call.card.call_id,
            "name": call.card.name,
            "arguments": call.arguments,
        }
        if signed := signatures.get(call.card.call_id):
            model, signature = signed
            item["provider_data"] = {"thought_signature": signature, "model": model}
        yield item
    for call in calls:
        output = {"call_id": call.card.call_id, "output": call.output}
        yield {"type": "function_call_output", **output}
