"""The table of faults, in words."""

from collections.abc import Sequence

from tests.faults.playing import Played
from tests.faults.rounds import Outcome


def lines(outcome: Outcome) -> list[str]:
    """Of one case: the first turn in full, those of two at once only where they differ."""
    verdict = "NOT AS WANTED" if outcome.wrong else "as wanted"
    head = f"{outcome.number:>2}  {outcome.case.name:<24} {verdict}"
    if not outcome.played:
        return [head, *(f"      ! {wrong}" for wrong in outcome.wrong)]
    alone = outcome.played[0]
    refused = f", {len(alone.refused)} refused: {alone.refused}" if alone.refused else ""
    sent = f"{len(alone.requests)} of {_times(outcome)} requests{refused}, {alone.seconds:.1f} s"
    return [
        head,
        f"      sent  {sent}",
        f"      seen  {_seen(alone)}",
        f"      held  {_held(alone)}",
        *(f"      ! {wrong}" for wrong in outcome.wrong),
    ]


def summary(outcomes: Sequence[Outcome], seconds: float) -> str:
    numbers = {outcome.number for outcome in outcomes}
    wrong = {outcome.number for outcome in outcomes if outcome.wrong}
    played = [played for outcome in outcomes for played in outcome.played]
    requests = sum(len(each.requests) for each in played)
    refused = sum(len(each.refused) for each in played)
    text = (
        f"{len(numbers - wrong)} of {len(numbers)} rows as wanted: {len(played)} turns in "
        f"{seconds:.0f} s, {requests} requests, {refused} refused by the validator"
    )
    if hang_ups := [each.hang_up * 1000 for each in played if each.hang_up is not None]:
        text += f"; Stop to hang-up {min(hang_ups):.0f} to {max(hang_ups):.0f} ms"
    return text


def _times(outcome: Outcome) -> str:
    return "/".join(str(len(played.requests)) for played in outcome.played)


def _seen(played: Played) -> str:
    seen = played.seen
    parts = [repr(text) for text in seen.said]
    parts += [f"({text})" for text in (*seen.meanwhile, *seen.notices)]
    if seen.sentence:
        parts.append(f"error: {seen.sentence} [{', '.join(seen.remedies)}]")
    if played.hang_up is not None:
        parts.append(f"stopped, endpoint left after {played.hang_up * 1000:.0f} ms")
    return " ".join(parts) or "nothing"


def _held(played: Played) -> str:
    kept = played.kept
    tasks = f"tasks {', '.join(kept.tasks)}" if kept.tasks else "no tasks"
    kind = f" ({kept.kind})" if kept.kind else ""
    tokens = f"; tokens {kept.tokens[0]}+{kept.tokens[1]}" if kept.tokens else ""
    return f"{tasks}; run {kept.status}{kind}; {', '.join(kept.items)}{tokens}"
