"""Whether what came of a fault is what was wanted."""

from collections.abc import Iterator

from tests.faults.cases import Case
from tests.faults.playing import Played


def differences(case: Case, played: Played, hang_up_seconds: float) -> list[str]:
    """`hang_up_seconds` is how soon after a click on Stop the endpoint must have been left."""
    return [
        *_seen(case, played),
        *_kept(case, played),
        *_counted(case, played),
        *_asked(case, played),
        *_stopped(case, played, hang_up_seconds),
        *_next(case, played),
    ]


def _seen(case: Case, played: Played) -> Iterator[str]:
    seen = played.seen
    yield from _unequal("what was said", seen.said, case.said)
    yield from _unequal("the page's status", seen.status, case.status)
    yield from _unequal("the page's error", seen.kind, case.kind)
    yield from _unequal("the remedies", seen.remedies, case.remedies)
    yield from _unequal("what was shown meanwhile", seen.meanwhile, case.meanwhile)
    yield from _unequal("the notices", seen.notices, ())
    if not seen.sentence.startswith(case.sentence) or bool(seen.sentence) != bool(case.kind):
        yield f"the sentence is {seen.sentence!r}, not {case.sentence!r}"


def _kept(case: Case, played: Played) -> Iterator[str]:
    kept = played.kept
    # Calls that come together run together.
    yield from _unequal("the tasks", sorted(kept.tasks), sorted(case.tasks))
    yield from _unequal("the run's status", kept.status, case.status)
    yield from _unequal("the run's error", kept.kind, case.kind)
    yield from _unequal("the empty messages", kept.empty_messages, 0)
    wanted = ("user_message", *("assistant_message" for _ in case.said))
    messages = tuple(kind for kind in kept.items if kind.endswith("_message"))
    yield from _unequal("the messages kept", messages, wanted)


def _counted(case: Case, played: Played) -> Iterator[str]:
    kept = played.kept
    if case.tokens:
        yield from _unequal("the tokens", kept.tokens, case.tokens)
    yield from _unequal("the calls still reserved", kept.reserved, 0)
    yield from _unequal("the requests that are paid for", kept.requests, len(played.requests))


def _asked(case: Case, played: Played) -> Iterator[str]:
    yield from _unequal("the number of requests", len(played.requests), case.requests)
    yield from _unequal("what the validator refused", played.refused, [])
    if case.echo and case.echo not in str(played.requests[1].messages):
        yield f"the signature {case.echo} did not go back"


def _stopped(case: Case, played: Played, hang_up_seconds: float) -> Iterator[str]:
    if case.way != "stop":
        return
    if played.hang_up is None:
        yield "the endpoint was not left"
    elif played.hang_up > hang_up_seconds:
        yield f"the endpoint was left after {played.hang_up:.3f} s, not within {hang_up_seconds:g}"


def _next(case: Case, played: Played) -> Iterator[str]:
    yield from _unequal("the next answer's status", played.then_seen.status, "completed")
    yield from _unequal("the next answer", played.then_seen.said, case.then_said)


def _unequal(what: str, found: object, wanted: object) -> Iterator[str]:
    if found != wanted:
        yield f"{what}: {found!r}, not {wanted!r}"
