"""Putting tool calls together from the pieces in which they arrive."""

from dataclasses import dataclass

from taskchat.chat.gemini.payloads import JsonObject, as_object, as_text, parse_json
from taskchat.chat.response_events import ToolCall
from taskchat.domain.ids import new_id
from taskchat.domain.text import is_storable

HALLUCINATED_PREFIXES = ("default_api.", "default_api:")


@dataclass(slots=True)
class _Slot:
    index: object
    given_id: str
    name: str
    arguments: str = ""
    signature: str = ""

    @property
    def complete(self) -> bool:
        try:
            return isinstance(parse_json(self.arguments), dict)
        except ValueError:
            return False


@dataclass(frozen=True, slots=True)
class _Piece:
    index: object
    given_id: str
    name: str
    arguments: str
    signature: str


class CallAssembly:
    """Tells a new call from the rest of an earlier one without trusting `index` or `id`."""

    def __init__(self) -> None:
        self._slots: list[_Slot] = []

    def __bool__(self) -> bool:
        return bool(self._slots)

    @property
    def characters(self) -> int:
        return sum(len(slot.name) + len(slot.arguments) for slot in self._slots)

    def add(self, delta: object) -> None:
        """One entry of a delta's `tool_calls`."""
        piece = _read_piece(as_object(delta))
        slot = self._slot_for(piece)
        if slot is None:
            slot = _Slot(piece.index, piece.given_id, piece.name)
            self._slots.append(slot)
        slot.name = slot.name or piece.name
        slot.signature = slot.signature or piece.signature
        # An empty object is sent ahead of the real arguments by some versions.
        if slot.arguments.strip() == "{}" and piece.arguments.strip():
            slot.arguments = ""
        slot.arguments += piece.arguments

    def calls(self) -> list[ToolCall] | None:
        """The calls under fresh ids; None when one of them names no tool."""
        if any(not slot.name for slot in self._slots):
            return None
        return [
            ToolCall(new_id("call"), slot.name, slot.arguments or "{}", slot.signature)
            for slot in self._slots
        ]

    def _slot_for(self, piece: _Piece) -> _Slot | None:
        if self._slots and not self._slots[-1].name:
            return self._slots[-1]
        if not piece.name:
            return self._continued(piece)
        candidate = self._same_call(piece)
        if candidate is None or candidate.complete or candidate.name != piece.name:
            return None
        return candidate

    def _continued(self, piece: _Piece) -> _Slot | None:
        """A piece without a name belongs to an earlier call."""
        if piece.given_id and (slot := self._known(piece.given_id)):
            return slot
        if piece.signature and not piece.arguments:
            # Of parallel calls only the first is signed.
            return next((slot for slot in self._slots if not slot.signature), None)
        return self._at(piece.index)

    def _same_call(self, piece: _Piece) -> _Slot | None:
        """The earlier call that a named piece may repeat."""
        return self._known(piece.given_id) if piece.given_id else self._at(piece.index)

    def _known(self, given_id: str) -> _Slot | None:
        return next((slot for slot in reversed(self._slots) if slot.given_id == given_id), None)

    def _at(self, index: object) -> _Slot | None:
        """The newest call at an index, which all of them may claim; without one, the newest."""
        newest_first = reversed(self._slots)
        return next((slot for slot in newest_first if index is None or slot.index == index), None)


def _read_piece(delta: JsonObject) -> _Piece:
    function = as_object(delta.get("function"))
    name = as_text(function.get("name"))
    for prefix in HALLUCINATED_PREFIXES:
        name = name.removeprefix(prefix)
    extra = as_object(delta.get("extra_content"))
    given = (as_object(extra.get(vendor)).get("thought_signature") for vendor in extra)
    signatures = (signature for value in given if (signature := as_text(value)))
    return _Piece(
        index=delta.get("index"),
        given_id=as_text(delta.get("id")),
        name=name,
        arguments=as_text(function.get("arguments")),
        # One that cannot be kept cannot go back either.
        signature=next(filter(is_storable, signatures), ""),
    )
