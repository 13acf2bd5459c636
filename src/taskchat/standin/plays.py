"""When a reply is played: each time, or only in some steps and tries of a conversation."""

from collections.abc import Callable

from taskchat.standin.asked import Asked
from taskchat.standin.wire import DONE, Json, Reply, Step, call, stream

type Play = Callable[[Asked], Reply | None]


def always(reply: Reply) -> Play:
    return lambda asked: reply


def first_step(reply: Reply) -> Play:
    """Before any tool has run; then the rule-based model goes on."""
    return lambda asked: reply if asked.step == 0 else None


def second_step(play: Play) -> Play:
    return lambda asked: play(asked) if asked.step == 1 else None


def every_other_try(play: Play) -> Play:
    return lambda asked: None if asked.tries % 2 else play(asked)


def calling(*events: Step) -> Play:
    return first_step(stream(*events, DONE))


def create(call_id: str | None, arguments: str, *, sig: str = "", index: int | None = None) -> Json:
    return call(call_id, "create_task", arguments, signature=sig, index=index)
