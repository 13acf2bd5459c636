"""A conversation as the model reads it: what is old stays byte for byte the same, and it never grows too long.

Endpoints keep what a request has in common with an earlier one from its beginning on, and charge little for it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from agents import TResponseInputItem

from taskchat.chat import model_views
from taskchat.chat.context.bounds import bounded, size_of, size_of_message
from taskchat.chat.context.summary import sum_up
from taskchat.chat.context.turns import Call, Row, Shown, Times, Turn, Words, read_turns
from taskchat.domain.due import WEEKDAYS, find_zone

HISTORY_TOKENS = 12_000
# When there is too much, so much goes that the next time is far: until then nothing old changes.
KEPT_TOKENS = HISTORY_TOKENS // 2

LATE = timedelta(minutes=10)  # for an answer that is taken on again by another process

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

    def __init__(
        self,
        rows: Iterable[Row],
        *,
        earlier: Sequence[Row] = (),
        has_more_before: bool = False,
        begun: Times | None = None,
    ) -> None:
        """Of turns that begin in the `earlier` rows only the summary tells."""
        turns = read_turns([*earlier, *rows], begun or {})
        count = sum(row["type"] == "user_message" for row in earlier)
        self._told, self._turns = turns[:count], turns[count:]
        self._has_more_before = has_more_before

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
        turns = [*map(bounded, earlier), last]
        cut = _cut([*map(size_of_message, self._turns)], [*map(size_of, turns)])
        zone = find_zone(moment.zone)
        is_late = moment.now - last.at > LATE
        items: list[Item] = []
        told = [*self._told, *turns[:cut]]
        if summary := sum_up(told, zone, has_more_before=self._has_more_before):
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


def _clock(at: datetime, zone: str) -> Item:
    told = f"Now it is {WEEKDAYS[at.weekday()]} {at:%Y-%m-%d %H:%M} in {zone}."
    return {"role": "developer", "content": told}


def _items(turn: Turn, signatures: Signatures) -> Iterator[Item]:
    if turn.quotation:
        # A JSON string has an end that nothing in it can be taken for.
        quoted = json.dumps(turn.quotation, ensure_ascii=False)
        yield {"role": "developer", "content": f"The message is about this quotation: {quoted}"}
    if turn.left_out:
        yield {"role": "developer", "content": turn.left_out}
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
