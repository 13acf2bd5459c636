"""How long a turn is, and one that is too long in fewer words."""

from dataclasses import dataclass, replace

from taskchat.chat import model_views
from taskchat.chat.context.summary import tell_effects
from taskchat.chat.context.turns import Answered, Call, Shown, Turn, Words
from taskchat.chat.model_views import MORE
from taskchat.usage.tokens import BYTES_PER_TOKEN, estimate

MOST_OF_A_TURN = 4_000
TOKENS_PER_PART = 20  # what is sent around the words

SHORT_ARGUMENT, SHORT_TEXT = 200, 1_000  # characters
HEAD, TAIL = 300, 6_000  # characters of what was said last: "continue" needs to see where it ended
OMISSION = f"\n{MORE}\n"
LEAST_OF_A_PART = 40  # tokens; what would have less is left out


def size_of(turn: Turn) -> int:
    size = size_of_message(turn)
    if turn.left_out:
        size += TOKENS_PER_PART + _estimate_of(turn.left_out)
    for part in turn.answer:
        match part:
            case Call():
                size += _size_of_call(part)
            case Words(text) | Shown(text):
                size += TOKENS_PER_PART + _estimate_of(text)
    return size


def size_of_message(turn: Turn) -> int:
    return 2 * TOKENS_PER_PART + _estimate_of(turn.text, turn.quotation)


def bounded(turn: Turn) -> Turn:
    """One that is too long made short: first its results, the oldest first, then what was said, then its calls."""
    if size_of(turn) <= MOST_OF_A_TURN:
        return turn
    turn = _with_short_results(turn)
    if size_of(turn) <= MOST_OF_A_TURN:
        return turn
    return _with_short_words(_with_fewer_calls(turn))


def _size_of_call(call: Call) -> int:
    return 2 * TOKENS_PER_PART + _estimate_of(call.arguments, call.output)


def _estimate_of(*texts: str) -> int:
    # By bytes: where a letter has several, it has more tokens than one of English.
    return estimate(sum(len(text.encode(errors="replace")) for text in texts))


def _with_short_results(turn: Turn) -> Turn:
    excess = size_of(turn) - MOST_OF_A_TURN
    answer = list(turn.answer)
    for place, part in enumerate(answer):
        if isinstance(part, Call) and excess > 0:
            answer[place] = short = _short_call(part)
            excess -= _size_of_call(part) - _size_of_call(short)
    return replace(turn, answer=answer)


def _with_fewer_calls(turn: Turn) -> Turn:
    """Its calls have half of the room at most; what the oldest changed is told in a line where they have more."""
    sizes = [_size_of_call(call) for call in turn.calls]
    gone: list[Call] = []
    while sum(sizes[len(gone) :]) > MOST_OF_A_TURN // 2:
        gone.append(turn.calls[len(gone)])
    if not gone:
        return turn
    answer = [part for part in turn.answer if part not in gone]
    calls = "1 call is" if len(gone) == 1 else f"{len(gone)} calls are"
    left_out = f"{calls} left out of the answer to this message: {tell_effects(gone)}."
    return replace(turn, answer=answer, left_out=left_out)


def _with_short_words(turn: Turn) -> Turn:
    """What was said last keeps its beginning and its end; of the rest, the newer has the room first."""
    calls_alone = replace(turn, text="", quotation="", answer=turn.calls)
    room = _Room(MOST_OF_A_TURN - size_of(calls_alone))
    answer: dict[int, Answered] = dict(enumerate(turn.answer))
    said = [(at, part) for at, part in answer.items() if not isinstance(part, Call)]
    last = next((at for at, part in reversed(said) if isinstance(part, Words)), None)
    for at, part in said:
        if at == last:
            answer[at] = Words(room.take_ends(part.text))
    text, quotation = room.take(turn.text), room.take(turn.quotation)
    for at, part in reversed(said):
        if at == last:
            continue
        if room.left > LEAST_OF_A_PART:
            answer[at] = replace(part, text=room.take(part.text, TOKENS_PER_PART))
        else:
            del answer[at]
    return replace(turn, text=text, quotation=quotation, answer=[*answer.values()])


@dataclass(slots=True)
class _Room:
    """What is left for words, in tokens."""

    left: int

    def take(self, text: str, around: int = 0) -> str:
        kept = _short_text(_within(text, self.left - around))
        self.left -= _estimate_of(kept) + around
        return kept

    def take_ends(self, text: str) -> str:
        """At most three quarters, so that something is left for the others."""
        most = self.left * 3 // 4 - TOKENS_PER_PART
        if len(text) > HEAD + TAIL or _estimate_of(text) > most:
            head = _within(text[:HEAD], most // 8)
            tail = _within(text[-TAIL:], most - _estimate_of(head, OMISSION), from_end=True)
            text = f"{head.rstrip()}{OMISSION}{tail.lstrip()}"
        self.left -= _estimate_of(text) + TOKENS_PER_PART
        return text


def _within(text: str, tokens: int, *, from_end: bool = False) -> str:
    """As much of it as has at most so many tokens."""
    if _estimate_of(text) <= tokens:
        return text
    size = int(tokens * BYTES_PER_TOKEN) - len(MORE.encode())
    if size <= 0:
        return ""
    written = text.encode(errors="replace")
    kept = written[len(written) - size :] if from_end else written[:size]
    words = kept.decode(errors="ignore")
    return words if from_end else f"{words.rstrip()}{MORE}"


def _short_call(call: Call) -> Call:
    arguments = {
        name: _short_text(value, SHORT_ARGUMENT) if isinstance(value, str) else value
        for name, value in call.card.arguments.items()
    }
    output = model_views.read_briefly(call.card.result, call.card.status)
    return replace(call, arguments=model_views.write(arguments), output=output)


def _short_text(text: str, most: int = SHORT_TEXT) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}{MORE}"
